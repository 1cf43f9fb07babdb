"""Finds digits typed in prose: a result is never typed, it comes from `claim()`.

A digit may be raised (⁹⁷), a fraction (¾) or in a circle. What may hold one: inline code, names of
the vocabulary, citations and cross-references, identifiers, link targets, footnote marks, list
numbers, and dates written in full (2026-02-06, 6 February 2026, February 2026).
"""

from __future__ import annotations

import re
from collections.abc import Collection

from analysis.review_data import ReviewData
from publishing.manuscript.qmd import Document, without_code

MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
ALLOWED = (
    r"\]\([^()\s]*(?:\s+\"[^\"]*\")?\)",  # the target of a link or image
    r"<https?://[^>]*>",
    r"(?<![\w@])-?@[A-Za-z0-9_][\w:.#$%&+?~/-]*",  # a citation or cross-reference
    r"\[\^[^\]\s]+\]:?",  # a footnote mark
    r"^\s*(?:\d+[.)]|\(\d+\))\s",  # the number of a list item
    r"(?<=[\s{])[#.][A-Za-z][\w.-]*(?=[\s}])",  # an identifier or class
    rf"\b(?:\d{{1,2}}\s+)?{MONTH}\s+\d{{4}}\b",
    r"\b\d{4}-\d{2}-\d{2}\b",
)
RAISED = "²³¹⁰-⁹₀-₉¼-¾⅐-↉①-⓿❶-➓"
POWER = rf"(?<=[^\W\d_])[²³₀-₉](?![{RAISED}])"  # I², m², t₁: part of a name
SIGNS = rf"(?<![\d{RAISED}])(?<!\d[⁺⁻₊₋])(?!{POWER})[{RAISED}]+"  # signs of numbers, 10⁵ none
FOUND = re.compile(rf"[^\s]*(?:\d|{SIGNS})[^\s]*")

NAMED = {
    "vocabulary": ("label", "abbreviation"),
    "studies": ("name", "registry_ids"),
    "products": ("generic_name", "brand_names", "code_names"),
    "arms": ("label",),
    "glossary": ("term", "abbreviation"),
}


def name_pattern(names: Collection[str]) -> re.Pattern[str] | None:
    """A pattern of the names that hold digits, longest first, as whole words."""
    numbered = sorted((n for n in names if re.search(r"\d", n)), key=lambda n: (-len(n), n))
    if not numbered:
        return None
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, numbered))})(?![\w])", re.IGNORECASE)


def typed_digits(text: str, names: re.Pattern[str] | None) -> list[str]:
    """The words of a line of prose that hold a digit which nothing allows."""
    text = without_code(text)
    for pattern in ALLOWED:
        text = re.sub(pattern, " ", text)
    if names:
        text = names.sub(" ", text)
    return [word.strip(".,;:()[]") for word in FOUND.findall(text)]


def check_digits(document: Document, names: Collection[str]) -> None:
    """Refuse typed digits in prose, captions, titles and alt text of a document."""
    pattern = name_pattern(names)
    lines = [*document.prose_lines(), *document.fenced_lines()]
    lines += [(cell.line, str(cell.options.get("tbl-cap", ""))) for cell in document.cells]
    lines.append((1, str(document.front.get("description", ""))))
    for number, text in lines:
        for word in typed_digits(text, pattern):
            document.complain(
                number,
                f"the digits of {word!r} are typed in prose",
                "use claim(...) for a result; a name that holds digits goes into the "
                "vocabulary (kind name); a date is written in full",
            )


def names_with_digits(data: ReviewData) -> frozenset[str]:
    """Names whose digits state no result: vocabulary, studies, products, registry numbers."""
    rows = data.evidence.rows
    named = [row["term"] for row in rows["vocabulary"].all() if row["kind"] == "name"]
    cells = (rows[table].cells(column) for table, columns in NAMED.items() for column in columns)
    parts = [part.strip() for cell in (named, *cells) for one in cell if one
             for part in one.split("|")]  # fmt: skip
    return frozenset(part for part in parts if any(sign.isdigit() for sign in part))
