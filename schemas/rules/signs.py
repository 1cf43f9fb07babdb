"""Signs that can be set: the PDF is made with the fonts of the review and no others."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from schemas.references import FILE as BIBLIOGRAPHY_FILE
from schemas.rules.records import Finding, Records, Rule, find

FONTS = Path(__file__).parents[2] / "_extensions" / "review" / "fonts"
PRINTED_FIELDS = (
    "title", "subtitle", "booktitle", "author", "editor", "journal", "journaltitle", "publisher",
    "series", "institution", "organization", "school", "note", "howpublished", "address",
)  # fmt: skip
"""Fields of references.bib that a citation style may print."""
SCRIPTS = (
    "LATIN",
    "GREEK",
    "CYRILLIC",
    "HEBREW",
    "ARABIC",
)  # Typst's own fonts have these where ours lack them
PICTURES = 0x1F000  # signs below are in the fonts that Typst brings
RULE = "signs_can_be_set"


@cache
def settable() -> frozenset[int]:
    """Code points that a font of the review has; empty where the fonts are not there."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    found: set[int] = set()
    for path in sorted(FONTS.glob("*.otf")):
        with TTFont(path, lazy=True) as font:
            found |= set(font.getBestCmap())
    return frozenset(found)


def unset(text: str) -> list[str]:
    """Letters of other scripts, and pictures, that no font of the review has."""
    if text.isascii():
        return []
    signs = dict.fromkeys(unicodedata.normalize("NFC", text))
    return [
        sign
        for sign in signs
        if unicodedata.category(sign) in ("Lo", "Lu", "Ll", "Lm", "So")
        and (unicodedata.category(sign) != "So" or ord(sign) >= PICTURES)
        and not unicodedata.name(sign, "").startswith(SCRIPTS)
        and settable()
        and ord(sign) not in settable()
    ]


def _said(signs: list[str]) -> str:
    names = [f"{sign} (U+{ord(sign):04X}, {unicodedata.name(sign, 'unnamed')})" for sign in signs]
    return "the fonts of the PDF lack " + ", ".join(names)


ACTION = "write it in Latin letters, as the article's English record does"


def check_signs(records: Records) -> Iterator[Finding]:
    """Every sign of a cell and of a reference is in a font of the PDF."""
    from schemas.problems import Problem

    for table in sorted(records.tables):
        for row in records[table]:
            for column, cell in row.text.items():
                if isinstance(cell, str) and (signs := unset(cell)):
                    yield find(RULE, row, column, _said(signs), action=ACTION)
    for key, fields in records.bibliography.items():
        for name in PRINTED_FIELDS:
            if signs := unset(fields.get(name, "")):
                problem = Problem(
                    BIBLIOGRAPHY_FILE, key, name, _said(signs), action=ACTION, rule=RULE
                )
                yield Finding(RULE, "", (), problem)


RULES = (Rule(RULE, "Every sign can be set with the fonts of the PDF.", check_signs),)
