"""Signs that can be set: with the fonts of the review, Typst's, or a font that is lent."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.bibliography import FILE as BIBLIOGRAPHY_FILE
from schemas.fonts import missing, say_unset, unset
from schemas.problems import Problem
from schemas.rules.records import Finding, Records, Row, Rule, find

PRINTED_FIELDS = (
    "title", "subtitle", "booktitle", "author", "editor", "journal", "journaltitle", "publisher",
    "series", "institution", "organization", "school", "note", "howpublished", "address",
)  # fmt: skip
"""Fields of references.bib that a citation style may print."""
RULE = "signs_can_be_set"


def check_signs(records: Records) -> Iterator[Finding]:
    """Every sign of a cell and of a reference is in a font of the PDF."""
    cells = list(_cells(records))
    fields = list(_fields(records))
    signs = unset(text for *_, text in (*cells, *fields))
    for row, column, text in cells:
        if not signs.isdisjoint(text):
            yield find(RULE, row, column, *say_unset(text, signs))
    for key, name, text in fields:
        if not signs.isdisjoint(text):
            problem = Problem(BIBLIOGRAPHY_FILE, key, name, *say_unset(text, signs), RULE)
            yield Finding(RULE, "", (), problem)


def _cells(records: Records) -> Iterator[tuple[Row, str, str]]:
    """Row, column and text of every cell with signs that need a font from elsewhere."""
    for table in sorted(records.tables):
        for row in records[table]:
            for column, cell in row.text.items():
                if isinstance(cell, str) and missing(cell):
                    yield row, column, cell


def _fields(records: Records) -> Iterator[tuple[str, str, str]]:
    """Citekey, field and text of every reference with such signs."""
    for key, fields in records.bibliography.items():
        for name in PRINTED_FIELDS:
            if missing(text := fields.get(name, "")):
                yield key, name, text


RULES = (Rule(RULE, "Every sign can be set with the fonts of the PDF.", check_signs),)
