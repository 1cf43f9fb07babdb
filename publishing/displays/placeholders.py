"""Fills the claims into the words of a specification: `{claim}`, `{claim|form}`, `{sources}`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from publishing.cells import citekeys_of
from publishing.document import Citation, ClaimText
from schemas.conclusions import CLAIM

if TYPE_CHECKING:
    from publishing.workbench import Workbench

FORMS = ("plain", "ci", "n", "full", "bare", "natural", "between", "told", "sure")
SOURCES = "sources"
PLACEHOLDER = re.compile(rf"\{{({CLAIM})(?:\|({CLAIM}))?\}}")


def claims_in(text: str) -> Iterator[str]:
    """The claims that a text prints or cites."""
    for name, form in PLACEHOLDER.findall(text):
        if name != SOURCES:
            yield name
        elif form:
            yield form


def fill_markdown(bench: Workbench, text: str, rows: Iterable[str] = ()) -> str:
    """The text as Pandoc Markdown, each claim marked as one; `rows` are what {sources} cites."""
    shown = tuple(dict.fromkeys(row for row in rows if row))

    def filled(match: re.Match[str]) -> str:
        if match[1] != SOURCES:
            return str(ClaimText(bench.ledger[match[1]], match[2] or "plain"))
        keys = bench.ledger[match[2]].citekeys if match[2] else citekeys_of(bench, *shown)
        return str(Citation(tuple(keys)))

    return PLACEHOLDER.sub(filled, text)


def fill_plain(bench: Workbench, text: str, *, keep_marks: bool = False) -> str:
    """The text in plain words, as alternative text needs it: there a mark means nothing."""

    def filled(match: re.Match[str]) -> str:
        forms = bench.ledger[match[1]].forms
        words: str = getattr(forms, match[2] or "plain")
        return words if keep_marks else words.removesuffix(forms.mark)

    return PLACEHOLDER.sub(filled, text)
