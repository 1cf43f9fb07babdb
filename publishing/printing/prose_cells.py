"""Prose of the evidence that names rows and claims in braces, and prints their figures."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any

from analysis.review_data import ReviewData
from analysis.statistics import format_date
from publishing.printing.cells import forms_of, row_of

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def named_in(row: Mapping[str, Any], claims: Container[str]) -> list[str]:
    """Rows and claims that `source_says` names; braces in any other text are plain text."""
    found = PLACEHOLDER.findall(str(row.get("source_says") or ""))
    return [name for name in map(str.strip, found) if ":" in name or name in claims]


def fill(data: ReviewData, text: str) -> str:
    """Replace `{table:row}` and `{claim}` by the figures they name; other braces stay."""

    def figure(match: re.Match[str]) -> str:
        name = match[1].strip()
        known = ":" in name or name in data.ledger
        return _figure(data, name) if known else match[0]

    return PLACEHOLDER.sub(figure, text)


def _figure(data: ReviewData, name: str) -> str:
    if name in data.ledger:
        return data.ledger[name].forms.full
    row = row_of(data, name)
    if name.startswith("regulatory:"):
        return format_date(str(row["date"])) if row["date"] else str(row["date_note"] or "")
    counted = row.get("events") is not None or row.get("percent") is not None
    unit = "percent" if counted else str(row.get("unit") or "number")
    digits = 2 if unit == "ratio" else 1
    return forms_of(data, name, f"{unit}{digits}").ci
