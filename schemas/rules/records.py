"""The evidence as rules see it: plain rows, with the text as printed beside the values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.bibliography import Bibliography
from schemas.characteristics import population_sizes
from schemas.problems import Problem
from schemas.review import UNREAD, Review
from schemas.tables import Table, TableAsRead


@dataclass(frozen=True)
class Row:
    """One row: its table, spreadsheet row, identifier, values (None if missing) and text."""

    table: Table
    number: int
    id: str
    values: Mapping[str, Any] = field(repr=False)
    text: Mapping[str, Any] = field(repr=False)

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def get(self, column: str) -> Any:
        """The value, or None where the table has no such column."""
        return self.values.get(column)

    def printed(self, column: str) -> str:
        """The cell as written."""
        return str(self.text[column] or "")

    def rounding(self, column: str) -> float:
        """Half a unit of the last printed digit."""
        return 0.5 * float(10 ** -len(self.printed(column).partition(".")[2]))

    @property
    def source(self) -> str:
        """Where the row says its figure is printed: `Table 2 of smith2020`."""
        locator, citekey = self.get("locator"), self.get("citekey")
        return " of ".join(str(part) for part in (locator, citekey) if part) or "the source"


@dataclass(frozen=True)
class Finding:
    """A problem a rule found, with the rows a discrepancy must name to accept it."""

    rule: str
    table: str
    rows: tuple[str, ...]
    problem: Problem


class Records:
    """All readable tables as rows."""

    def __init__(
        self,
        readings: Mapping[str, TableAsRead],
        review: Review | None,
        bibliography: Bibliography | None,
    ) -> None:
        self._rows = {name: tuple(_rows(reading)) for name, reading in readings.items()}
        self._grouped: dict[tuple[str, str, str], Mapping[str, frozenset[str]]] = {}
        self._by_id = {
            name: {row.id: row for row in rows if row.id} for name, rows in self._rows.items()
        }
        self._ids = {
            name: frozenset(self._by_id[name]) | reading.lost for name, reading in readings.items()
        }
        self.review = review or UNREAD
        self.bibliography = bibliography or {}
        self.sizes = population_sizes(self.review.characteristics)
        unread = {name for name, reading in readings.items() if not reading.usable}
        unread |= {"review"} if review is None else set()
        unread |= {"bibliography"} if bibliography is None else set()
        self.unread = frozenset(unread)

    def __getitem__(self, table: str) -> tuple[Row, ...]:
        return self._rows.get(table, ())

    def grouped(self, table: str, by: str, column: str) -> Mapping[str, frozenset[str]]:
        """The cells of one column by those of another: the terms of a vocabulary by kind."""
        known = self._grouped.get((table, by, column))
        if known is None:
            found: dict[str, set[str]] = defaultdict(set)
            for row in self[table]:
                found[row[by]].add(row[column])
            known = {key: frozenset(cells) for key, cells in found.items()}
            self._grouped[table, by, column] = known
        return known

    def people(self, arm: Row | None, population: str | None) -> int | None:
        """How many people of a population a cohort has; None where nobody says."""
        size = self.sizes.get(population or "")
        return None if arm is None or size is None else arm[size.column]

    @property
    def tables(self) -> frozenset[str]:
        """Names of all tables."""
        return frozenset(self._rows)

    def of(self, tables: Iterable[str]) -> Iterator[Row]:
        """Rows of several tables, one after the other."""
        for table in tables:
            yield from self[table]

    def by_id(self, table: str) -> Mapping[str, Row]:
        """Rows by identifier."""
        return self._by_id.get(table, {})

    def ids(self, table: str) -> frozenset[str]:
        """Identifiers of a table, those of unreadable rows too."""
        return self._ids.get(table, frozenset())


def _rows(reading: TableAsRead) -> Iterator[Row]:
    table = reading.table
    for number, values, text in reading.rows:
        yield Row(table, number, str(values[table.key[-1]] or ""), values, text)


def label_of(row: Row) -> str:
    """The row as messages name it: `14 (study.orr)`."""
    return f"{row.number} ({row.id})" if row.id else str(row.number)


def find(
    rule: str,
    row: Row,
    column: str,
    what: str,
    expected: str = "",
    action: str = "",
    others: Iterable[Row] = (),
    cause: tuple[str, str, str] | None = None,
) -> Finding:
    """A finding in a cell; `others` are the rows it is compared with, `cause` may be wrong too."""
    problem = Problem(
        row.table.file, label_of(row), column, what, expected, action, rule, cause=cause
    )
    return Finding(rule, row.table.name, (row.id, *(other.id for other in others)), problem)


def check_source(row: Row) -> str:
    """What to do when the source itself may be at odds."""
    return (
        f"check {row.source}; if it prints this, accept the rule for this row "
        "in evidence/discrepancies.csv"
    )


@dataclass(frozen=True)
class Rule:
    """A named rule across rows or tables; it is skipped while a table it needs is unread."""

    name: str
    says: str
    check: Callable[[Records], Iterable[Finding]]
    needs: tuple[str, ...] = ()
