"""Disagreements a reviewer accepted: exactly the named rule on the named rows."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from itertools import combinations

from schemas.choices import ACCEPTABLE_RULES
from schemas.patterns import SEPARATOR
from schemas.rules.cuts import FACT_KEYS, fact_of
from schemas.rules.records import Finding, Records, Row, find
from schemas.rules.reports import disagree

RULE = "discrepancies"


def _named(acceptance: Row) -> frozenset[str]:
    return frozenset((acceptance["rows"] or "").split(SEPARATOR))


def _accepts(acceptance: Row, finding: Finding) -> bool:
    return (
        finding.rule in ACCEPTABLE_RULES
        and acceptance["rule"] == finding.rule
        and acceptance["table"] == finding.table
        and set(finding.rows) <= _named(acceptance)
    )


def _documented(records: Records, acceptance: Row) -> bool:
    """Whether a disagreement of sources is one the rule itself cannot see.

    The other figure may stand at another cut-off, in another population or in
    no row at all; such a row informs readers and hides nothing.
    """
    rows = records.by_id(acceptance["table"])
    named = [rows[name] for name in _named(acceptance) if name in rows]
    if acceptance["table"] not in FACT_KEYS or len(named) < 2:
        return True
    pairs = list(combinations(named, 2))
    return any(fact_of(a) != fact_of(b) or disagree(a, b) for a, b in pairs)


def _stale(records: Records, acceptance: Row, used: frozenset[str]) -> Iterator[Finding]:
    if acceptance["table"] in records.unread or not acceptance["rule"]:
        return
    if acceptance["rule"] == "sources_disagree" and _documented(records, acceptance):
        return
    idle = sorted((_named(acceptance) - used) & records.by_id(acceptance["table"] or "").keys())
    if idle:
        what = f"{', '.join(idle)} no longer breaks the rule {acceptance['rule']}"
        action = "take the row out of rows, or delete the discrepancy: it accepts nothing"
        yield find(RULE, acceptance, "rows", what, "rows that break the rule", action)


def unaccepted_findings(
    records: Records, findings: Iterable[Finding], skipped: Container[str] = ()
) -> list[Finding]:
    """Findings nobody accepted, and acceptances of rules that ran that match nothing."""
    used: dict[str, set[str]] = {row.id: set() for row in records["discrepancies"]}
    left: list[Finding] = []
    for finding in findings:
        accepting = [row for row in records["discrepancies"] if _accepts(row, finding)]
        for acceptance in accepting:
            used[acceptance.id].update(finding.rows)
        if not accepting:
            left.append(finding)
    for acceptance in records["discrepancies"]:
        if acceptance["rule"] in skipped:
            continue
        left.extend(_stale(records, acceptance, frozenset(used[acceptance.id])))
    return left
