"""What a reader sees of every table and figure, kept as text: a change of it is read in a diff."""

from __future__ import annotations

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from analysis.review_data import ReviewData, load_review_data
from publishing.documents.catalogue import load_displays
from publishing.documents.proof import check_table
from publishing.documents.proof.figures import check_figure
from tests.displays_in_words import drawing_in_words, table_in_words

pytestmark = pytest.mark.slow  # draws every table and figure
ROOT = Path(__file__).parents[1]
TABLES, FIGURES = load_displays(ROOT).tables, load_displays(ROOT).figures
OF_THE_DAY = ("changes-", "due-", "governance-status", "ledger-changes", "review")
"""Tables that follow the date, the status or the last release."""


class Readable(SingleFileSnapshotExtension):
    """A snapshot as plain text, by the name of the table or figure."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture(scope="module")
def data() -> ReviewData:
    return load_review_data(ROOT)


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Kept in tests/__snapshots__/, a file a display; `pytest --snapshot-update` writes them."""
    return snapshot.use_extension(Readable)


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_figure_shows_what_it_showed(
    data: ReviewData, name: str, golden: SnapshotAssertion
) -> None:
    drawing, rows = FIGURES[name].draw(data)
    shown = tuple(rows)
    assert check_figure(data, FIGURES[name], drawing) == []
    words = FIGURES[name].words(data, shown)
    assert f"alt: {words.alt}\n{words.caption}\n{drawing_in_words(drawing)}" == golden


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_prints_what_it_printed(
    data: ReviewData, name: str, golden: SnapshotAssertion
) -> None:
    table = TABLES[name].make(data)
    assert check_table(data, table, name) == []
    if not name.startswith(OF_THE_DAY):
        assert table_in_words(table) == golden
