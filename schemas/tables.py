"""A table of the evidence by name, and what came of reading it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from schemas.problems import Problem
from schemas.reading import evidence_file
from schemas.table_rows import present

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa


@dataclass(frozen=True)
class Table:
    """A table of the evidence: its name (the stem of its file) and its model.

    `own` are columns that a review adds.
    """

    name: str
    model: type[pa.DataFrameModel]
    own: Mapping[str, pa.Column] = field(default_factory=dict, compare=False)

    @property
    def file(self) -> str:
        """The table's file as messages print it."""
        return evidence_file(f"{self.name}.csv")

    @cached_property
    def schema(self) -> pa.DataFrameSchema:
        """The model as Pandera applies it."""
        schema = self.model.to_schema()
        return schema.add_columns(dict(self.own)) if self.own else schema

    @cached_property
    def key(self) -> tuple[str, ...]:
        """What occurs once; the last of these columns names a row in messages and references."""
        columns = self.schema.columns
        return tuple(self.schema.unique or (name for name in columns if columns[name].unique))

    @cached_property
    def columns(self) -> list[str]:
        """Names of the columns the file must have, those of the provenance last."""
        from schemas.model import Provenance

        shared = list(Provenance.to_schema().columns)
        names = list(self.schema.columns)
        return sorted(names, key=lambda name: name in shared) if set(shared) < set(names) else names

    @cached_property
    def optional(self) -> frozenset[str]:
        """Columns that a file may leave out."""
        columns = self.schema.columns
        return frozenset(name for name in columns if (columns[name].metadata or {}).get("optional"))

    def is_whole(self, column: str) -> bool:
        """Whether the column holds counts."""
        return "int" in str(self.schema.columns[column].dtype).lower()

    def is_number(self, column: str) -> bool:
        """Whether the column holds counts or figures."""
        return self.is_whole(column) or "float" in str(self.schema.columns[column].dtype).lower()


@dataclass(frozen=True)
class TableAsRead:
    """A table as it was read: cells as written, typed values, and what is wrong.

    `text` and `values` share their index, the spreadsheet row (the header is
    row 1). `lost` names rows that could not be read. `usable` is False when
    rules across tables cannot use the table.
    """

    table: Table
    text: pd.DataFrame
    values: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    lost: frozenset[str] = frozenset()
    usable: bool = True

    @cached_property
    def rows(self) -> list[tuple[int, dict[str, Any], dict[str, Any]]]:
        """Spreadsheet row, values and text of each row, None where nothing is."""
        numbers = [int(row) for row in self.values.index]
        return list(zip(numbers, _plain(self.values), _plain(self.text), strict=True))


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(name) for name in frame.columns]
    series: list[Any] = [frame[name] for name in names]
    columns = [cells.to_numpy(dtype=object, na_value=None).tolist() for cells in series]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def cell(text: pd.DataFrame, row: int, column: str) -> str:
    """A cell as written, empty where nothing is."""
    value = present(text.at[row, column])
    return "" if value is None else str(value)


def row_label(table: Table, text: pd.DataFrame, row: int) -> str:
    """The row as messages name it: `14 (study.orr)`."""
    key = table.key[-1]
    name = cell(text, row, key) if key in text.columns else ""
    return f"{row} ({name})" if name else str(row)
