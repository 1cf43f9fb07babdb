"""Draws what the documents show and proves it, for those displays whose inputs have changed.

The build proves each table and figure where a document asks for it; `validate` does so before.
A display that passed is not drawn again while all that it read is as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from analysis.kept import Keeping
from analysis.reads import note_read
from analysis.review_data import ReviewData
from publishing.displays.specification import Specification
from publishing.documents.calls_and_links import calls_in
from publishing.documents.catalogue import list_displays
from publishing.documents.proof import prove
from publishing.documents.reads import watched_data
from publishing.history.releases import documents_of
from publishing.manuscript.qmd import read_document
from schemas.problems import Problem, ReviewError


def drawn_problems(data: ReviewData, keeping: Keeping) -> list[Problem]:
    """Every problem that drawing the tables and figures of the documents finds."""
    displays = list_displays(data.root)
    known: dict[str, Mapping[str, Specification]] = {
        "table": displays.tables,
        "figure": displays.figures,
    }
    watched = watched_data(data)
    problems: list[Problem] = []
    for function, name in _shown(data.root):
        if name in known[function]:
            check = partial(_wrong, watched, known[function], f"{function}s/{name}")
            problems += keeping.check(f"prove report/{function}s/{name}.yml", {}, check)
    return problems


def _wrong(data: ReviewData, displays: Mapping[str, Specification], file: str) -> list[Problem]:
    note_read(f"display:{file}")
    display = displays[file.partition("/")[2]]
    try:
        prove(data, display)
    except ReviewError as error:
        return error.problems or [Problem(display.file, what=str(error))]
    return []


def _shown(root: Path) -> list[tuple[str, str]]:
    """Each table and figure that a document of some edition shows, once."""
    documents = (read_document(root, path) for path in documents_of(root))
    calls = (call for document in documents for call in calls_in(document, "table", "figure"))
    return sorted({(function, name) for _, function, name in calls})
