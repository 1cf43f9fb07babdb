"""The bibliography as it is printed: each reference with the state of its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from analysis.source_states import SourceState, states_of
from schemas.bibliography import ENTRY_TYPE, Bibliography
from schemas.evidence import Evidence

PRINTED = "_build/references.bib"
SPECIAL = re.compile(r"([\\{}%&#_$~^])")
WHOLE = re.compile(r"\{(?:[^{}]|\{[^{}]*\})*\}")
TITLES = ("title", "subtitle", "maintitle", "booktitle", "shorttitle")
UNPRINTED = ("annotation", "annote", "abstract", "file", "keywords", ENTRY_TYPE)


def _printed(field: str, value: str) -> str:
    """The value; a title keeps its capitals, which a citation style would lower."""
    return f"{{{value}}}" if field in TITLES and not WHOLE.fullmatch(value) else value


def annotate_bibliography(references: Bibliography, states: Mapping[str, SourceState]) -> str:
    """BibTeX with an `annotation` a reference, which the citation style prints at its end."""
    entries = []
    for key, fields in references.items():
        state = states.get(key)
        words = {"annotation": SPECIAL.sub(r"\\\1", state.words)} if state else {}
        kept = {name: value for name, value in fields.items() if name not in UNPRINTED}
        lines = [
            f"  {name} = {{{_printed(name, value)}}}," for name, value in (words | kept).items()
        ]
        kind = fields.get(ENTRY_TYPE, "misc")
        entries.append("\n".join([f"@{kind}{{{key},", *lines, "}\n"]))
    return "\n".join(entries)


def write_bibliography(evidence: Evidence, path: Path) -> None:
    """Write it for Pandoc to read; the file that reviewers edit stays as it is."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(printed_bibliography(evidence), encoding="utf-8", newline="\n")


def printed_bibliography(evidence: Evidence) -> str:
    """The bibliography of the review as Pandoc reads it."""
    return annotate_bibliography(evidence.bibliography, states_of(evidence))
