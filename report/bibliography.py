"""The bibliography as it is printed: each reference with the state of its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from analysis.source_status import SourceState

ENTRY = re.compile(r"^(@\w+\{([^,\s]+),)[^\S\n]*$", re.MULTILINE)
SPECIAL = re.compile(r"([\\{}%&#_$~^])")


def annotate_bibliography(text: str, states: Mapping[str, SourceState]) -> str:
    """BibTeX with an `annotation` a reference, which the citation style prints at its end."""

    def annotated(match: re.Match[str]) -> str:
        state = states.get(match[2])
        if state is None:
            return match[0]
        words = SPECIAL.sub(r"\\\1", state.words)
        return f"{match[1]}\n  annotation = {{{words}}},"

    return ENTRY.sub(annotated, text)


def write_bibliography(root: Path, states: Mapping[str, SourceState]) -> Path:
    """Write it under `_build/`; the file that reviewers edit stays as it is."""
    path = root / "_build" / "references.bib"
    path.parent.mkdir(exist_ok=True)
    text = (root / "evidence" / "references.bib").read_text(encoding="utf-8")
    path.write_text(annotate_bibliography(text, states), encoding="utf-8", newline="\n")
    return path
