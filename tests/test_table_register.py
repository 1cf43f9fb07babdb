"""Registers: rows of one table, chosen, sorted, grouped and worded by their specification."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analysis.review_data import ReviewData, load_review_data
from publishing.displays.specification import TableSpecification
from publishing.tables.kinds import TABLE_KINDS
from publishing.tables.register import Comparison
from schemas.typed_yaml import read_typed

DATE = {"title": "Date", "cell": "date", "form": "date", "otherwise": "date_note"}
PRODUCT = {"title": "Product", "cell": "product_id", "words": {"": "All products"}}


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


def register(*columns: dict[str, Any], **keys: Any) -> TableSpecification:
    return TABLE_KINDS["register"].model_validate(
        {"kind": "register", "table": "regulatory", "columns": columns, **keys}
    )


def test_rows_of_a_selected_product_are_left_out(data: ReviewData) -> None:
    products = data.evidence.products
    other = set(products.loc[products["class"] == "bispecific_antibody", "product_id"])
    every = {row[0].text for row in register(PRODUCT).make(data).rows}
    kept = register(PRODUCT, without="products[class=bispecific_antibody]").make(data)
    assert {row[0].text for row in kept.rows} == every - other
    assert "All products" in every


def test_groups_follow_the_vocabulary_and_share_a_label(data: ReviewData) -> None:
    group = {"by": "authority", "vocabulary": "authority"}
    groups = list(register(DATE, group=group).make(data).groups)
    assert list(dict.fromkeys(groups))[:2] == ["United States (FDA)", "European Union"]
    assert groups == sorted(groups, key=groups.index)


def test_empty_cells_are_sorted_last_and_say_their_note(data: ReviewData) -> None:
    frame = data.evidence.regulatory
    undated = frame["date"].isna().sum()
    column = {**DATE, "otherwise": "", "missing": "not dated"}
    texts = [row[0].text for row in register(column, sort=("date",)).make(data).rows]
    assert undated
    assert [text == "not dated" for text in texts] == [False] * (len(texts) - undated) + [
        True
    ] * undated


def test_a_named_row_that_is_not_there_and_an_unknown_column_are_asked_for() -> None:
    asked = dict(register({"title": "X", "cell": "colour"}, rows=("nothing",)).names())
    assert asked["rows.1"] == "regulatory:nothing"
    assert asked["columns.1.cell"] == "regulatory[]#colour"


@pytest.mark.parametrize(
    ("value", "says"), [(None, "not known"), (2, "fewer"), (3, "equal"), (4, "more")]
)
def test_a_number_is_compared_in_words(value: float | None, says: str) -> None:
    words = Comparison(to=3, less="fewer", same="equal", more="more", unknown="not known")
    assert words.word(value) == says


def test_an_unknown_form_is_a_problem_of_its_line() -> None:
    text = "kind: register\ntable: regulatory\ncolumns:\n  - {title: X, cell: date, form: day}\n"
    found, problems = read_typed(text, TABLE_KINDS["register"], "report/tables/x.yml")
    assert found is None
    assert problems[0].row == "4"
