"""Faults planted in tables and figures: each moves a golden snapshot, and most fail the build.

A fault stands for one a programmer or a writer could make: heads exchanged, an interval upside
down, a bar of the wrong length, the name of another trial.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from analysis.measures import Measure
from analysis.review_data import ReviewData, load_review_data
from publishing.displays.specification import FigureSpecification, TableSpecification
from publishing.documents.catalogue import FIGURE_KINDS, TABLE_KINDS, load_displays
from publishing.documents.proof import check_table
from publishing.documents.proof.figures import check_figure
from publishing.printing.table import Cell, Table
from schemas.strict_yaml import load_yaml
from tests.displays_in_words import drawing_in_words, table_in_words

ROOT = Path(__file__).parents[1]
Plant = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="module")
def data() -> ReviewData:
    return load_review_data(ROOT)


def respecified(file: str, change: Callable[[Any], None]) -> Any:
    """The display of a file after a change of what it says."""
    said = load_yaml((ROOT / file).read_text(encoding="utf-8"))
    change(said)
    kinds = TABLE_KINDS if "/tables/" in file else FIGURE_KINDS
    model = kinds[said["kind"]]
    return model.model_validate(_frozen(said)).placed(file, {})


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def exchange(column: str, one: int, other: int) -> Callable[[Any], None]:
    """Exchange what two columns or groups say under a key."""

    def change(said: Any) -> None:
        items = said[column]
        items[one]["title"], items[other]["title"] = items[other]["title"], items[one]["title"]

    return change


def at_text(old: str, new: str) -> Callable[[Table], Table]:
    """A table in which one text of a cell is another."""

    def cell(found: Cell) -> Cell:
        parts = tuple(map(cell, found.parts))
        return replace(found, text=found.text.replace(old, new), parts=parts)

    return lambda table: replace(table, rows=tuple(tuple(map(cell, row)) for row in table.rows))


def at_cells(one: int, other: int) -> Callable[[Table], Table]:
    """A table with the cells of two columns exchanged below their heads."""

    def exchanged(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        cells = list(row)
        cells[one], cells[other] = cells[other], cells[one]
        return tuple(cells)

    return lambda table: replace(table, rows=tuple(map(exchanged, table.rows)))


def without_row(table: Table) -> Table:
    groups = table.groups[1:] if table.groups else ()
    return replace(table, rows=table.rows[1:], groups=groups)


# tables ----------------------------------------------------------------------------------------


HEADS = "columns"
SPECIFIED = {
    "heads of two statistics exchanged": ("pooled", exchange(HEADS, 3, 4), True),
    "heads of two outcomes exchanged": ("headline", exchange(HEADS, 2, 3), True),
    "titles of two groups exchanged": ("headline", exchange("groups", 0, 1), False),
    "a note dropped": ("headline", lambda said: said["notes"].pop(0), False),
}
MADE = {
    "the sign of a computed count dropped": ("crs", at_text("≈", ""), True),
    "an interval upside down": ("headline", at_text("(92.7 to 99.7)", "(99.7 to 92.7)"), True),
    "a value of another row": ("headline", at_text("97.9% (92.7", "79.9% (92.7"), True),
    "a count of another row": ("crs", at_text("/128", "/182"), True),
    "cells of two columns exchanged": ("headline", at_cells(2, 3), True),
    "the name of another trial": ("headline", at_text("CARTITUDE-1", "KarMMa"), True),
    "the form of another claim": ("findings", at_text("97.9%", "98.9%"), True),
    "a mark dropped": ("headline", at_text("‡", ""), False),
    "a row left out": ("headline", without_row, False),
}


def table_before(name: str) -> TableSpecification:
    return load_displays(ROOT).tables[name]


@pytest.mark.parametrize("fault", SPECIFIED)
def test_a_fault_of_a_specification_is_seen(data: ReviewData, fault: str) -> None:
    name, change, proved = SPECIFIED[fault]
    after = respecified(f"report/tables/{name}.yml", change).make(data)
    assert table_in_words(after) != table_in_words(table_before(name).make(data))
    assert bool(check_table(data, after, name)) == proved


@pytest.mark.parametrize("fault", MADE)
def test_a_fault_of_a_table_is_seen(data: ReviewData, fault: str) -> None:
    name, change, proved = MADE[fault]
    before = table_before(name).make(data)
    after = change(before)
    assert check_table(data, before, name) == []
    assert table_in_words(after) != table_in_words(before)
    assert bool(check_table(data, after, name)) == proved


# figures ---------------------------------------------------------------------------------------


def figure_before(name: str) -> FigureSpecification:
    return load_displays(ROOT).figures[name]


def seen(data: ReviewData, before: FigureSpecification, after: FigureSpecification) -> list[Any]:
    """Problems of a figure that is drawn otherwise than before."""
    drawing, _ = after.draw(data)
    assert drawing_in_words(drawing) != drawing_in_words(before.draw(data)[0])
    return check_figure(data, after, drawing)


def drawn_wrongly(
    data: ReviewData, name: str, monkeypatch: pytest.MonkeyPatch, place: str, wrong: Any
) -> list[Any]:
    """Problems of a figure while something it calls is wrong."""
    display = figure_before(name)
    right = drawing_in_words(display.draw(data)[0])
    monkeypatch.setattr(place, wrong)
    drawing, _ = display.draw(data)
    assert drawing_in_words(drawing) != right
    return check_figure(data, display, drawing)


def changed(change: Callable[[Measure], Measure]) -> Callable[[ReviewData, str], Measure]:
    from publishing.printing.cells import measure_of

    return lambda data, reference: change(measure_of(data, reference))


def test_a_legend_exchanged_is_seen(data: ReviewData) -> None:
    def change(said: Any) -> None:
        said["markers"].reverse()

    after = respecified("report/figures/denominators.yml", change)
    assert seen(data, figure_before("denominators"), after) == []  # by the snapshot alone


def test_the_label_of_another_trial_is_seen(data: ReviewData) -> None:
    def change(said: Any) -> None:
        said["pairs"][0]["label"] = "KarMMa: any response"

    after = respecified("report/figures/denominators.yml", change)
    assert "bears the name of karmma" in str(seen(data, figure_before("denominators"), after)[0])


def test_an_interval_without_length_is_seen(
    data: ReviewData, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(measure: Measure) -> Measure:
        value = None if measure.value is None else float(measure.value)
        return replace(measure, lower=value, upper=value)

    place = "publishing.figures.time_course.measure_of"
    found = drawn_wrongly(data, "pfs-course", monkeypatch, place, changed(short))
    assert "is not drawn" in str(found[0])


def test_values_shifted_by_25_points_are_seen(
    data: ReviewData, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shifted(measure: Measure) -> Measure:
        return replace(measure, value=float(measure.value or 0) - 25)

    place = "publishing.figures.time_course.measure_of"
    found = drawn_wrongly(data, "os-course", monkeypatch, place, changed(shifted))
    assert "no mark stands at" in str(found[0])


def test_bars_of_another_length_are_seen(data: ReviewData, monkeypatch: pytest.MonkeyPatch) -> None:
    place = "publishing.figures.grouped_bars.value_of"
    found = drawn_wrongly(data, "depth", monkeypatch, place, lambda *_: 50.0)
    assert "no mark stands at" in str(found[0])


def test_twenty_people_too_few_are_seen(data: ReviewData, monkeypatch: pytest.MonkeyPatch) -> None:
    from publishing.figures.icon_array import people_of

    place = "publishing.figures.icon_array.people_of"
    found = drawn_wrongly(
        data, "people-cilta", monkeypatch, place, lambda record: max(0, people_of(record) - 20)
    )
    assert "78 people are filled" in str(found[0])


def test_a_picture_of_another_claim_than_its_caption_prints_is_refused() -> None:
    def change(said: Any) -> None:
        said["rows"][0][0]["claim"] = "orr.ide"

    with pytest.raises(ValidationError, match=r"does not print orr\.ide, which"):
        respecified("report/figures/people-cilta.yml", change)


def test_an_axis_cut_short_is_seen(data: ReviewData) -> None:
    def change(said: Any) -> None:
        said["limits"] = [0, 60]

    after = respecified("report/figures/denominators.yml", change)
    assert seen(data, figure_before("denominators"), after) == []  # by the snapshot alone


@pytest.mark.parametrize("name", ["forest-orr-exposure", "funnel-orr-all-bcma"])
def test_a_cohort_of_an_analysis_that_is_drawn_elsewhere_is_found(
    data: ReviewData, name: str
) -> None:
    display = load_displays(ROOT).figures[name]
    drawing, _ = display.draw(data)
    assert check_figure(data, display, drawing) == []
    for line in (line for axes in drawing.axes for line in axes.lines):
        line.set_xdata([float(x) + 0.5 for x in line.get_xdata()])
    found = check_figure(data, display, drawing)
    cohorts = data.analyses.effects(display.model_dump()["synthesis"]).cohorts
    missing = [problem for problem in found if "no mark stands at" in problem.what]
    assert len(missing) >= len(cohorts)
