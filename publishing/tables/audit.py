"""The audit of the article this review replaces: claim by claim, with a verdict."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from typing import Any

from analysis.selection import present
from analysis.statistics import format_date
from publishing.cells import forms_of, row_of, source_cell
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

VERDICTS = {
    "supported": "supported",
    "misattributed": "misattributed",
    "superseded": "superseded",
    "contradicted": "contradicted",
    "mixed_cutoffs": "mixed cut-offs",
    "cannot_be_verified": "cannot be verified",
    "omitted": "omitted",
}
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def render_audit(bench: Workbench) -> Table:
    """Every claim or omission of the article, in its order, with what the sources say."""
    return _audit(bench, "audit", frozenset(VERDICTS))


def render_departures(bench: Workbench) -> Table:
    """Claims of the article that the sources do not support, and what it omits."""
    return _audit(bench, "audit-departures", frozenset(VERDICTS) - {"supported"})


def _audit(bench: Workbench, name: str, verdicts: frozenset[str]) -> Table:
    rows = [
        {str(name): present(value) for name, value in record.items()}
        for record in bench.evidence.article_claims.to_dict("records")
        if record["verdict"] in verdicts
    ]
    return table_of(
        name,
        [
            Column("No.", width=5),
            Column("The article says", width=22),
            Column("The sources say", width=38),
            Column("Verdict", width=12, choices=True),
            Column("Source", width=14),
        ],
        [_row(bench, row) for row in rows],
        groups=[row["section"] for row in rows],
        explore="section",
    )


def _row(bench: Workbench, row: dict[str, Any]) -> list[Cell]:
    name = f"article_claims:{row['claim_id']}"
    statement = row["article_statement"] or ""
    value = f": {row['article_value']}" if row.get("article_value") else ""
    return [
        Cell(row["claim_id"], anchor=f"row-article-{row['claim_id']}"),
        Cell(f"{statement}{value}", row=name),
        Cell(fill(bench, row["source_says"] or ""), row=name),
        Cell(VERDICTS[row["verdict"]]),
        source_cell(*str(row["citekeys"] or "").split(" | ")) if row.get("citekeys") else Cell(),
    ]


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


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "audit": render_audit,
    "audit-departures": render_departures,
}
