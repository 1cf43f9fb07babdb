"""The matrix of adverse events: each row in the column of its own grade, drawn at its value."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from analysis.review_data import ReviewData, load_review_data
from publishing.documents.catalogue import load_displays
from publishing.documents.proof.figures import check_figure
from publishing.figures.event_matrix import EventMatrix


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


@pytest.fixture
def matrix(root: Path) -> EventMatrix:
    found = load_displays(root).figures["harm-matrix"]
    assert isinstance(found, EventMatrix)
    return found


def changed(matrix: EventMatrix, line: int, counts: tuple[tuple[str, ...], ...]) -> EventMatrix:
    """The matrix with other rows on a line."""
    events = list(matrix.events)
    events[line] = events[line].model_copy(update={"counts": counts})
    return matrix.model_copy(update={"events": tuple(events)})


def test_every_row_is_drawn_at_its_value_below_its_grade(
    data: ReviewData, matrix: EventMatrix
) -> None:
    drawing, rows = matrix.draw(data)
    assert check_figure(data, matrix, drawing) == []
    columns = len(matrix.grades) * len(matrix.products)
    assert len(drawing.axes) == columns
    for at, axes in enumerate(drawing.axes):
        kept = [row for row in data.evidence.adverse_events.to_dict("records")
                if any(f"adverse_events:{row['row_id']}" == name for name in rows)
                and matrix.column_of(row["grade"]) == at % len(matrix.grades)
                and (row["arm_id"] == "cartitude-1") == (at < len(matrix.grades))]  # fmt: skip
        bars = sorted(bar.get_width() for bar in axes.patches if bar.get_width() < 100)
        assert bars == pytest.approx(sorted(row["percent"] for row in kept), abs=0.6)


def test_a_row_of_the_wrong_place_is_named(data: ReviewData, matrix: EventMatrix) -> None:
    crs = "adverse_events:cartitude-1.crs"
    twice = changed(matrix, 0, ((f"{crs}.g3", f"{crs}.g3.regulator"), ()))
    assert [what for _, what in twice.unclear(data.evidence)] == [
        f"{crs}.g3 and {crs}.g3.regulator stand in one column"
    ]
    strange = changed(matrix, 0, (("adverse_events:crb-401.crs.g1-2",), ()))
    assert [what for _, what in strange.unclear(data.evidence)] == [
        "no column of `grades` holds the grade of adverse_events:crb-401.crs.g1-2"
    ]


def test_a_line_has_rows_for_each_product(matrix: EventMatrix) -> None:
    given = matrix.model_dump()
    given["events"] = (given["events"][0] | {"counts": ((),)},)
    with pytest.raises(ValidationError, match="has 1"):
        EventMatrix.model_validate(given)
