"""The ledger as analysis results data: one row a statistic, in the columns of R's cards."""

from __future__ import annotations

import json
from collections.abc import Iterator

from analysis.ledger import Ledger, Record
from analysis.registry import statistic_of
from analysis.rounding import split_format
from analysis.words import say
from publishing.site.exports.synthesis_data import csv_text

COLUMNS = ("group1", "group1_level", "variable", "variable_level", "context", "stat_name",
           "stat_label", "stat", "fmt_fun", "warning", "error")  # fmt: skip
Row = dict[str, object]


def results_csv(ledger: Ledger) -> str:
    """The rows as comma-separated text; empty where a column does not apply."""
    return csv_text(COLUMNS, _rows(ledger))


def results_json(ledger: Ledger) -> str:
    """The rows as a list of objects; null where a column does not apply."""
    return json.dumps(list(_rows(ledger)), ensure_ascii=False, indent=1) + "\n"


def _rows(ledger: Ledger) -> Iterator[Row]:
    """A record by its claim (`group1`), what it measures (`variable`) and of which rows."""
    for record in ledger.records.values():
        start: Row = {
            "group1": "claim",
            "group1_level": record.id,
            "variable": record.statistic,
            "variable_level": record.selector,
            "context": statistic_of(record.statistic).family,
        }
        for name, value, decimals in _statistics(record):
            yield start | {
                "stat_name": name,
                "stat_label": say(f"exports.{name.replace('.', '_')}"),
                "stat": value,
                "fmt_fun": decimals,
                "warning": None,
                "error": None,
            }


def _statistics(record: Record) -> Iterator[tuple[str, float | int | str, int | None]]:
    """Name, value and printed decimals of every statistic that a record holds."""
    decimals = split_format(record.format)[1] if record.format[-1:].isdigit() else None
    figures = (
        ("estimate", record.value, decimals),
        ("conf.low", record.lower, decimals),
        ("conf.high", record.upper, decimals),
        ("conf.level", record.level if record.interval else None, 2),
        ("n", record.events, 0),
        ("N", record.n, 0),
        ("k", record.cohorts, 0),
        ("method", record.method or None, None),
    )
    for name, value, digits in figures:
        if value is not None:
            yield name, value, digits
