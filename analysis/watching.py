"""Evidence that notes what is read of it: cells, columns, which rows are found.

`cells:outcomes@3:n` is a cell of the fourth row, `cells:outcomes@3` all of that row,
`column:outcomes:n` a column, `where:outcomes:arm_id=x` which rows hold x. Other names are those
of `analysis.reads`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analysis.reads import WatchedMapping, note_all, note_read, watched
from schemas.evidence import Evidence
from schemas.named_tables import NAMES
from schemas.table_rows import TableRows

if TYPE_CHECKING:
    import pandas as pd


class WatchedRow(WatchedMapping[Any]):
    """A row, which notes the cells that are read of it; that it is there is known already."""

    def __bool__(self) -> bool:
        return True


class WatchedRows(TableRows):
    """The rows of a table, which note the cells that are read of them."""

    def __init__(self, rows: TableRows, table: str) -> None:
        self.rows, self.table = rows, table
        self.names = rows.names

    @property
    def frame(self) -> pd.DataFrame:
        """The whole table."""
        note_read(f"table:{self.table}")
        return self.rows.frame

    @property
    def places(self) -> list[int]:
        """Where each row of the whole table stands."""
        note_read(f"table:{self.table}")
        return self.rows.places

    def all(self) -> list[dict[str, Any]]:
        """Every row."""
        note_read(f"table:{self.table}")
        return self.rows.all()

    def cells(self, column: str) -> list[Any]:
        """The cells of a column."""
        note_read(f"column:{self.table}:{column}")
        return self.rows.cells(column)

    def texts(self, column: str) -> list[str]:
        """The cells of a column as text."""
        note_read(f"column:{self.table}:{column}")
        return self.rows.texts(column)

    def cell(self, position: int, column: str) -> Any:
        """One cell."""
        note_read(f"cells:{self.table}@{position}:{column}")
        return self.rows.cell(position, column)

    def take(self, positions: Sequence[int]) -> pd.DataFrame:
        """Some rows, whole."""
        note_all(f"cells:{self.table}@{position}" for position in positions)
        return self.rows.take(positions)

    def at(self, column: str, value: Any) -> Sequence[int]:
        """Positions of the rows that hold a value."""
        whole = not isinstance(value, str)
        of = f"column:{self.table}:{column}" if whole else f"where:{self.table}:{column}={value}"
        note_read(of)
        return self.rows.at(column, value)

    def record(self, position: int) -> dict[str, Any]:
        """A row, which notes what is read of it."""
        return WatchedRow(self.rows.record(position), f"cells:{self.table}@{position}")

    def forget(self, column: str) -> None:
        """Read a column anew."""
        self.rows.forget(column)


def watched_evidence(evidence: Evidence) -> Evidence:
    """The same evidence, which notes what is read of it."""
    tables = {name: f"table:{name}" for name in NAMES}
    parts = {
        "review": "review",
        "bibliography": "bibliography",
        "texts": "evidence",
        "written": "evidence",
    }
    parts |= {"phrases": "table:wording", "tables": "review"}  # made of these, and kept
    rows = {name: WatchedRows(found, name) for name, found in evidence.rows.items()}
    return watched(evidence, tables | parts, rows=rows)
