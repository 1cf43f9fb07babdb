"""What a render is told and what it gives back."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schemas.problems import Problem


class LineProblem(Problem):
    """A problem in a document: its row is a line of the file."""

    @property
    def place(self) -> str:
        """The line in words."""
        return f"line {self.row}" if self.row else ""


def line_problem(file: str, line: int, what: str, action: str = "", expected: str = "") -> Problem:
    """Say what is wrong on one line (counted from 1) of a document."""
    row = str(line) if line else ""
    return LineProblem(file=file, row=row, what=what, expected=expected, action=action)


@dataclass(frozen=True)
class Attachment:
    """A file published with the review: beside the pages, and inside the PDF unless told not to.

    `name` is its place in the site (`evidence/outcomes.csv`, `ledger.json`).
    """

    path: Path
    name: str
    mime_type: str
    description: str
    in_pdf: bool = True


@dataclass(frozen=True)
class RenderContext:
    """What the furniture of every page prints, and the names the documents may use.

    `status_steps` are (name, state) with state `done`, `current` or `to come`.
    `claims`, `conclusions`, `tables` and `figures` are the identifiers known to `claim()`,
    `conclusion()`, `table()` and `figure()`; None means that they are not checked. `names` may
    hold digits in prose. `references` has the title and DOI of each source.
    `audience` says for whom the edition is, empty where there is but one.
    """

    title: str
    version: str
    status: str
    date: datetime.date
    evidence_to: str
    content_hash: str
    bibliography: Path
    build_hash: str = ""
    site_url: str = ""
    question: str = ""
    answer: str = ""
    status_steps: tuple[tuple[str, str], ...] = ()
    banner: str = ""
    language: str = "en-GB"
    licence: str = ""
    engine: str = "built-in"
    audience: str = ""
    citekeys: frozenset[str] = frozenset()
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    claims: frozenset[str] | None = None
    conclusions: frozenset[str] | None = None
    tables: frozenset[str] | None = None
    figures: frozenset[str] | None = None
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RenderResult:
    """What was rendered: paths relative to `output`, remarks for the reader."""

    output: Path
    engine: str
    pages: tuple[str, ...]
    pdfs: tuple[str, ...]
    remarks: tuple[str, ...] = ()
