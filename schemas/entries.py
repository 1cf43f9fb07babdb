"""What an entry of the bibliography may say: its type, its dates, and text without equations."""

from __future__ import annotations

import re
from datetime import date

from schemas.nearest import nearest

BIBTEX = (
    "article", "book", "booklet", "conference", "inbook", "incollection", "inproceedings",
    "manual", "mastersthesis", "misc", "phdthesis", "proceedings", "techreport", "unpublished",
)  # fmt: skip
BIBLATEX = (
    "artwork", "audio", "bibnote", "bookinbook", "collection", "commentary", "dataset",
    "electronic", "image", "inreference", "jurisdiction", "legal", "legislation", "letter",
    "movie", "music", "mvbook", "mvcollection", "mvproceedings", "mvreference", "online",
    "patent", "performance", "periodical", "reference", "report", "review", "set", "software",
    "standard", "suppbook", "suppcollection", "suppperiodical", "thesis", "video", "www", "xdata",
)  # fmt: skip
TYPES = frozenset((*BIBTEX, *BIBLATEX))
DATES = ("date", "eventdate", "origdate", "urldate")
NOT_SET = ("abstract", "annotation", "annote", "doi", "eprint", "file", "keywords", "url")
ONE = (
    r"-?(?:\d{4}|\d{3}X|\d{2}XX)"
    r"(?:-(?:0[1-9]|1[0-2]|2[1-4]|XX)(?:-(?:0[1-9]|[12]\d|3[01]|XX)(?:T[\d:.]+\S*)?)?)?[?~%]?"
)
DATE = re.compile(rf"{ONE}(?:/(?:{ONE}|\.\.)?)?|(?:\.\.)?/{ONE}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
GREEK = (
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau"
    "|upsilon|phi|chi|psi|omega"
)
MATHEMATICS = re.compile(
    r"(?<!\\)\$+(?:[^$\\]|\\.)*(?:\$+|$)|\\\(.*?\\\)|\\\[.*?\\\]|\\ensuremath\b"
    rf"|\\begin\{{(?:math|equation)|\\(?:{GREEK})(?![A-Za-z])",
    re.IGNORECASE,
)
Wrong = tuple[str, str]  # what is wrong, and what to do


def wrong_type(kind: str) -> Wrong | None:
    """What is wrong with the type of an entry, which nobody could set."""
    if kind in TYPES:
        return None
    return f"@{kind} is no type of BibTeX or BibLaTeX", nearest(kind, TYPES, "write @misc{citekey,")


def wrong_field(name: str, value: str) -> Wrong | None:
    """What is wrong with the text of a field."""
    if name not in NOT_SET and (found := MATHEMATICS.search(value)):
        action = r"write Unicode text, such as CD4⁺, H₂O or β; a dollar sign is written \$"
        return f"{name} has an equation, {found.group()}: it cannot be printed", action
    if name in DATES and not _is_date(value):
        action = "write year, year-month or year-month-day, such as 2026-06 or 2026-06-30"
        return f"the {name} {value!r} cannot be read", action
    if name == "year" and any(map(str.isdigit, value)) and not YEAR.search(value):
        return f"the year {value!r} cannot be read", "write its four digits, such as 2026"
    return None


def _is_date(value: str) -> bool:
    if value and not DATE.fullmatch(value):
        return False
    return all(map(_is_day, DAY.findall(value)))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
