"""Draws what the documents show and proves it, for those displays whose inputs have changed.

The build proves each table and figure where a document asks for it; `validate` does so before.
A display that passed is not drawn again while all that it read is as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from analysis.kept import Keeping, hash_files
from analysis.review_data import ReviewData
from publishing.displays.specification import Displays, Specification
from publishing.documents.calls_and_links import calls_in
from publishing.documents.catalogue import load_displays
from publishing.documents.proof import prove
from publishing.documents.reads import watched_data
from publishing.history.releases import documents_of
from publishing.manuscript.qmd import read_document
from schemas.problems import Problem, ReviewError


def drawn_problems(data: ReviewData, keeping: Keeping) -> list[Problem]:
    """Every problem that drawing the tables and figures of the documents finds."""
    displays = load_displays(data.root)
    watched = watched_data(data)
    problems: list[Problem] = []
    for display in _shown(data.root, displays):
        files = {
            file: hash_files(data.root, [data.root / file]) for file in _files(display, displays)
        }
        problems += keeping.check(f"prove {display.file}", files, partial(_wrong, watched, display))
    return problems


def _wrong(data: ReviewData, display: Specification) -> list[Problem]:
    try:
        prove(data, display)
    except ReviewError as error:
        return error.problems or [Problem(display.file, what=str(error))]
    return []


def _shown(root: Path, displays: Displays) -> list[Specification]:
    """Each display that a document of some edition shows, once."""
    known = {"table": displays.tables, "figure": displays.figures}
    calls = (call for path in documents_of(root) for call in calls_in(read_document(root, path)))
    shown = {(function, name) for _, function, name in calls if function in known}
    return [known[function][name] for function, name in sorted(shown) if name in known[function]]


def _files(display: Specification, displays: Displays) -> Iterator[str]:
    """Its file, and those of the tables it shows parts of."""
    yield display.file
    for _, name in display.names():
        kind, _, key = name.partition(":")
        if kind == "tables" and key in displays.tables:
            yield from _files(displays.tables[key], displays)
