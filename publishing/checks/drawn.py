"""Draws what the documents show and proves it, for those displays whose inputs have changed.

The build proves each table and figure where a document asks for it; `validate` does so before.
A display that passed is not drawn again while all that it read is as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from analysis.content import LOCK
from analysis.kept import hash_files, keep, read_kept
from analysis.review_data import ReviewData
from publishing.checks.verdict import program_files, verdict_path
from publishing.displays.inputs import Inputs, watch
from publishing.displays.specification import Displays, Specification
from publishing.documents.calls_and_links import calls_in
from publishing.documents.catalogue import load_displays
from publishing.documents.proof import prove
from publishing.history.releases import documents_of
from publishing.manuscript.qmd import read_document
from schemas.problems import Problem, ReviewError

SHOWN = ("table", "figure")
Passed = Mapping[str, tuple[list[str], str]]
"""For each file of a display that passed: what it read, and the digest of that."""


def drawn_problems(data: ReviewData) -> list[Problem]:
    """Every problem that drawing the tables and figures of the documents finds."""
    path = (
        data.root
        / "_build"
        / f"drawn-{hash_files(data.root, [*program_files(), data.root / LOCK])}.json"
    )
    inputs = Inputs(data, lambda: verdict_path(data.root).name)
    before: Passed = read_kept(path, json.loads) or {}
    passed: dict[str, tuple[list[str], str]] = {}
    problems: list[Problem] = []
    for display in shown_displays(data.root):
        said = [*_specifications(display, load_displays(data.root))]
        read, digest = before.get(display.file, ([], ""))
        if digest != inputs.digest([*read, *said]):
            watched, noted = watch(data)
            try:
                prove(watched, display)
            except ReviewError as error:
                problems += error.problems
                continue
            read = sorted(noted)
        passed[display.file] = (read, inputs.digest([*read, *said]))
    keep(path, json.dumps(passed).encode())
    return problems


def shown_displays(root: Path) -> list[Specification]:
    """Each display that a document of some edition shows, once."""
    displays = load_displays(root)
    known = {"table": displays.tables, "figure": displays.figures}
    calls = (call for path in documents_of(root) for call in calls_in(read_document(root, path)))
    shown = {(function, name) for _, function, name in calls if function in known}
    return [known[function][name] for function, name in sorted(shown) if name in known[function]]


def _specifications(display: Specification, displays: Displays) -> Iterator[str]:
    """Its file, and those of the tables it shows parts of."""
    yield display.file
    for _, name in display.names():
        kind, _, key = name.partition(":")
        if kind == "tables" and key in displays.tables:
            yield from _specifications(displays.tables[key], displays)
