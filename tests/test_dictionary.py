"""The data dictionary, in docs/ and on its page, is what models, meanings and rules say today."""

from __future__ import annotations

import csv
import re
from itertools import groupby
from pathlib import Path

import pytest

from analysis.ledger import Ledger
from analysis.review_data import Computed, ReviewData
from analysis.robustness import Analyses
from analysis.selection import SelectionError
from publishing.checks.mutation.declared import Declared
from publishing.checks.scan.facts import facts_of
from publishing.tables.data_dictionary import DataDictionary
from schemas.dictionary import ColumnEntry, column_entry, dictionary, example_of, meanings, units
from schemas.evidence import Evidence
from schemas.typed_yaml import read_typed

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "columns.md"
HEAD = """# Columns of the evidence

Every table of `evidence/`, column by column; a review may declare further columns of studies, arms, products and decisions of authorities under `characteristics` in `review.yml`.
The unit of a number stands in brackets. *Filled* is never empty; a column that *may be left out* need not stand in the file.
Examples are those of `examples/bcg/`; rules are those whose module reads the column, and their messages begin with the name of the rule.

<!-- written by `python -m tests.test_dictionary` from schemas/ -->
"""  # noqa: E501


def example(table: str, column: str) -> str:
    """The first filled cell of a column in the example review."""
    path = ROOT / "examples" / "bcg" / "evidence" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return example_of(row.get(column) or "" for row in csv.DictReader(stream))


def line_of(entry: ColumnEntry) -> str:
    shown = example(entry.table, entry.name)
    cells = (f"`{entry.name}`", entry.meaning, entry.holds, entry.allowed, shown and f"`{shown}`",
             entry.readers)  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def page() -> str:
    parts = [HEAD]
    for table, entries in groupby(dictionary(), key=lambda entry: entry.table):
        head = "| column | meaning | kind | allowed | example | rules that read it |"
        lines = [f"## {table}.csv", "", head, "|---|---|---|---|---|---|", *map(line_of, entries)]
        parts.append("\n".join(lines))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def test_the_page_is_what_the_schemas_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.test_dictionary"


def test_every_column_has_a_meaning_and_no_meaning_is_left_over() -> None:
    entries = list(dictionary())
    names = {entry.name for entry in entries} | {f"{e.table}.{e.name}" for e in entries}
    assert not {*meanings(), *units()} - names
    assert all(entry.meaning.endswith(".") for entry in entries)


def test_an_entry_says_what_a_cell_may_hold() -> None:
    found = {(entry.table, entry.name): entry for entry in dictionary()}
    assert found["outcomes", "percent"].allowed == "0 or more; 100 or less"
    assert found["studies", "randomised"].allowed == "one of yes, no"
    assert found["outcomes", "mean"].needed == "may be left out"
    assert found["outcomes", "follow_up_months"].holds == "number (months)"
    assert found["time_to_event", "ci_low"].unit != found["outcomes", "ci_low"].unit
    assert "events_within_n" in found["outcomes", "events"].rules


@pytest.fixture(scope="module")
def data(root: Path, evidence: Evidence) -> ReviewData:
    """The evidence alone: a dictionary needs no ledger."""
    return ReviewData(root, evidence, Ledger({}), Computed(lambda: Analyses(evidence, {})))


def test_the_page_of_the_review_holds_every_column_once(data: ReviewData) -> None:
    document = (data.root / "report" / "columns.qmd").read_text(encoding="utf-8")
    shown = []
    for name in re.findall(r'^table\("(.+)"\)$', document, re.MULTILINE):
        file = f"report/tables/{name}.yml"
        text = (data.root / file).read_text(encoding="utf-8")
        found, problems = read_typed(text, DataDictionary, file)
        assert found, problems
        shown += [(group, cells["name"], cells["meaning"]) for group, cells in found.lines(data)]
    tables = data.evidence.tables.values()
    assert sorted((group, name) for group, name, _ in shown) == sorted(
        (table.file, name) for table in tables for name in table.columns
    )
    assert [name for _, name, meaning in shown if not meaning.text[:-1]] == []


def test_a_declared_column_has_its_title_and_unit(data: ReviewData) -> None:
    for item in data.evidence.review.characteristics:
        entry = column_entry(data.evidence.tables[item.of], item.id)
        assert (entry.meaning, entry.unit) == (f"{item.title}.", item.unit)


def test_the_scan_knows_what_a_column_may_print(data: ReviewData) -> None:
    facts = facts_of(data, ())
    ends = facts.figures("columns:outcomes.percent")
    assert ends.account_for("100")
    assert not ends.account_for("97.3")
    first = next(filter(None, data.evidence.texts["outcomes"]["n"]))
    assert facts.figures("columns:outcomes.n").account_for(first)
    with pytest.raises(SelectionError, match="no column 'outcomes"):
        facts.figures("columns:outcomes.no")


def test_an_example_hangs_on_its_cell(data: ReviewData) -> None:
    row = data.evidence.outcomes["row_id"][data.evidence.outcomes["events"].notna()].iloc[0]
    found = Declared(data).of_row("columns:outcomes.events")
    assert found == {(f"outcomes:{row}", "events")}


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
