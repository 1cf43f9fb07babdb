"""Prose of the evidence that names rows and claims in braces, and prints their figures."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any

from analysis.statistics import format_date
from publishing.cells import forms_of, row_of
from publishing.workbench import Workbench

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def named_in(row: Mapping[str, Any], claims: Container[str]) -> list[str]:
    """Rows and claims that `source_says` names; braces in any other text are plain text."""
    found = PLACEHOLDER.findall(str(row.get("source_says") or ""))
    return [name for name in map(str.strip, found) if ":" in name or name in claims]


def fill(bench: Workbench, text: str) -> str:
    """Replace `{table:row}` and `{claim}` by the figures they name; other braces stay."""

    def figure(match: re.Match[str]) -> str:
        name = match[1].strip()
        known = ":" in name or name in bench.ledger
        return _figure(bench, name) if known else match[0]

    return PLACEHOLDER.sub(figure, text)


def _figure(bench: Workbench, name: str) -> str:
    if name in bench.ledger:
        return bench.ledger[name].forms.full
    row = row_of(bench, name)
    if name.startswith("regulatory:"):
        return format_date(str(row["date"])) if row["date"] else str(row["date_note"] or "")
    counted = row.get("events") is not None or row.get("percent") is not None
    unit = "percent" if counted else str(row.get("unit") or "number")
    digits = 2 if unit == "ratio" else 1
    return forms_of(bench, name, f"{unit}{digits}").ci
