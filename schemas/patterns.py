"""Forms that text in a cell or a key may have, and how messages word them."""

from __future__ import annotations

SLUG = r"[a-z0-9][a-z0-9.+-]*"
TERM = r"[a-z0-9][a-z0-9_.+-]*"
CITEKEY = r"[A-Za-z0-9_]+(?:[:.+/-]+[A-Za-z0-9_]+)*"
DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
VERSION = r"\d+\.\d+\.\d+"
SEPARATOR = " | "

FORMS: dict[str, str] = {
    SLUG: "lower-case letters, digits, '.', '+' and '-', no spaces",
    TERM: "lower-case letters, digits, '_', '.', '+' and '-', no spaces",
    CITEKEY: "letters, digits and '_', with ':', '.', '+', '/' and '-' between them, no spaces",
    VERSION: "a version such as 1.2.0",
    DATE: "a date as YYYY, YYYY-MM or YYYY-MM-DD",
}
"""How a message words the form of a column."""
