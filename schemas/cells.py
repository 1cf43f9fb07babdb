"""What is wrong with the text of a single cell, and what to write instead."""

from __future__ import annotations

import re
from typing import Any

from schemas.reading import LONGEST_CELL
from schemas.rounding import fixed, significant

WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
DECIMAL_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
INVISIBLE = re.compile("[\u00a0\u2007\u202f\u200b\ufeff\u00ad]")
DAMAGED = re.compile("\ufffd|\u00e2\u20ac|\u00c3[\u0080-\u00bf\u2018-\u203a]|\u00c2[\u0080-\u00bf]")
SPREADSHEET_ERROR = re.compile(r"\A#(REF|NAME\?|VALUE|DIV/0|N/A|NUM|NULL)!?\Z")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
TURNED = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
FORMULA = re.compile(r"\A(=.|[+@-]\s*[^\W\d]\w*\s*[(|!])", re.DOTALL)
TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(weeks?|wks?|days?|years?|yrs?)\.?", re.IGNORECASE)
DAYS_OF_A_MONTH = 365.25 / 12
DAYS = {"d": (1.0, "days"), "w": (7.0, "weeks"), "y": (365.25, "years")}
LEAVE_EMPTY = {"na", "n/a", "nan", "null", "none", "-", "–", "—", "?", ".", "unknown", "nd"}
NOT_REACHED = {"nr", "ne", "not reached", "not estimable"}

NUMBER_FORMS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"\d{1,3}([,'\u2019 \u00a0\u202f]\d{3})+(\.\d+)?"),
        "has a thousands separator",
        "write the digits without it",
    ),
    (
        re.compile(r"-?\d+,\d+"),
        "has a decimal comma",
        "write a decimal point",
    ),
    (re.compile(r".*%"), "has a percent sign", "write the figure alone"),
    (
        re.compile(r"[<>=≤≥~≈+].*"),
        "has a comparison sign",
        "keep the figure if it is exact, else leave the cell empty and use the note",
    ),
    (
        re.compile(r"\d+(\.\d+)?/\d+.*"),
        "is a fraction",
        "put the first number in events and the second in n",
    ),
    (
        re.compile(r"\d+(\.\d+)?\s*([-–—]|to)\s*\d+(\.\d+)?"),
        "is a range",
        "put its ends in the two columns for the lower and upper end",
    ),
    (re.compile(r"-?\d+(\.\d+)?[eE][+-]?\d+"), "is in scientific notation", "write out the digits"),
    (re.compile(r"-?\d{10,}(\.\d+)?"), "has too many digits", "compare it with the source"),
    (re.compile(r"[−–]\d.*"), "has a typographic minus", "write a plain hyphen for minus"),
    (
        re.compile(r"-?\d*[.,]?\d+.*[a-zA-Z(*†].*"),
        "mixes a figure and a remark",
        "keep the figure and move the remark to the note",
    ),
)


def _in_months(amount: float, unit: str) -> tuple[str, str]:
    days, name = DAYS[unit.lower()]
    months = fixed(amount * days / DAYS_OF_A_MONTH, 1)
    what = f"is in {name}"
    action = f"convert it to the unit of the column: {significant(amount)} {name} are {months} "
    return what, action + "months; keep what is printed in the note"


def explain_number(text: str, whole: bool) -> tuple[str, str]:
    """What is wrong with a text that should be a number, and what to do."""
    lowered = text.lower()
    if lowered in LEAVE_EMPTY:
        return "is not a number", "leave the cell empty for what is not known"
    if lowered in NOT_REACHED:
        return "is not a number", "leave the cell empty and name it in not_reached"
    if time := TIME.fullmatch(text):
        return _in_months(float(time.group(1)), time.group(2)[0])
    for form, what, action in NUMBER_FORMS:
        if form.fullmatch(text):
            return what, action
    if whole and DECIMAL_NUMBER.fullmatch(text):
        return "is not a whole number", "write the count as printed"
    return "is not a number", "write digits with a decimal point, or leave the cell empty"


LETTERS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (CONTROL, "has a control character", "type it again, without what was pasted in"),
    (SPREADSHEET_ERROR, "is a spreadsheet error", "write the value itself"),
    (FORMULA, "is a spreadsheet formula", "write its value, or words before it"),
    (
        TURNED,
        "has a sign that turns the direction of reading (such as U+202E)",
        "delete it: it can make figures read backwards",
    ),
    (INVISIBLE, "has an invisible character (a non-breaking space or the like)", "type it again"),
    (DAMAGED, "has damaged letters", "type them again and save the file as UTF-8"),
)
"""Letters that no cell may hold, what they are and what to do; the first that is found counts."""


HOSTILE = tuple(item for item in LETTERS if item[0] in (CONTROL, TURNED))


def explain_hostile(text: str) -> tuple[str, str] | None:
    """What is wrong with a text that hides or turns its letters, and what to do, or None."""
    if text.isascii() and text.isprintable():
        return None
    return next(((what, do) for form, what, do in HOSTILE if form.search(text)), None)


def explain_unsafe(text: str) -> tuple[str, str] | None:
    """The same of a text that a spreadsheet may open: it may be no formula either."""
    if FORMULA.search(text):
        return "is a spreadsheet formula", "write words before it"
    return explain_hostile(text)


def explain_text(text: str) -> tuple[str, str] | None:
    """What is wrong with the letters of a cell, whatever its column, or None."""
    if text != text.strip():
        return "has stray white space at its start or end", "delete the spaces"
    if len(text) > LONGEST_CELL:
        what = f"is {len(text):,} letters long; a spreadsheet cell holds {LONGEST_CELL:,}"
        return what, "shorten it"
    if text.isascii() and text[:1] not in "#=+@-" and text.isprintable():
        return None
    return next(((what, do) for form, what, do in LETTERS if form.search(text)), None)


def for_csv(value: Any) -> Any:
    """A cell for a CSV file that spreadsheet programs open: text, and never a formula.

    A text that starts like one gets an apostrophe, which these programs do not show.
    """
    starts = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if starts and not NUMBER.fullmatch(value) else value


def shorten(text: str, length: int = 60) -> str:
    """A cell as messages quote it: in quotation marks, on one line, its hidden signs named."""
    flat = re.sub(r"[\r\n\t]+", " ", text)
    for hidden in (CONTROL, TURNED):
        flat = hidden.sub(lambda found: f"U+{ord(found.group()):04X} ", flat)
    return f"'{flat if len(flat) <= length else flat[: length - 1] + '…'}'"
