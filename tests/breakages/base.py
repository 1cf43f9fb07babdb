"""What a writer gets wrong, registered by the rule that must find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.project_copy import Cells, ProjectCopy


@dataclass(frozen=True)
class Breakage:
    """One thing a writer gets wrong: `do` returns the row's label, `says` the message."""

    rule: str
    column: str
    do: Callable[[ProjectCopy], str]
    says: tuple[str, ...]
    along: tuple[str, ...] = ()
    """Rules that the same edit breaks as well."""


CASES: dict[str, Breakage] = {}


def case(
    rule: str, column: str, *says: str, along: tuple[str, ...] = ()
) -> Callable[[Callable[[ProjectCopy], str]], Callable[[ProjectCopy], str]]:
    """Register what follows as the breakage of a rule; its name names the test."""

    def register(do: Callable[[ProjectCopy], str]) -> Callable[[ProjectCopy], str]:
        CASES[do.__name__] = Breakage(rule, column, do, says, along)
        return do

    return register


def counted(row: Cells) -> bool:
    """Both counts and a percentage, nothing derived from anything."""
    return bool(row["events"] and row["n"] and row["percent"]) and int(row["events"]) > 5


def accepted(copy: ProjectCopy) -> set[str]:
    """Rows that discrepancies.csv names: breaking these may go unnoticed."""
    return {name for row in copy.rows("discrepancies") for name in row["rows"].split(" | ")}


def plain(copy: ProjectCopy, table: str, where: Callable[[Cells], object]) -> Cells:
    """A row that fits and has no accepted discrepancy."""
    known = accepted(copy)
    return copy.find(table, lambda row: row["row_id"] not in known and where(row))


def used(copy: ProjectCopy, row: Cells) -> bool:
    """Whether a synthesis uses the row."""
    return row["row_id"] in {member["evidence_row"] for member in copy.rows("syntheses")}
