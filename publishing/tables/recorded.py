"""What was recorded of the methods: rows of a file, values of other packages that agree."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from analysis import formulae
from analysis.review_data import ReviewData
from publishing.displays.specification import ColumnHead, TableSpecification
from publishing.printing.table import Cell, Table
from schemas.problems import Problem, ReviewError
from schemas.strict_yaml import load_yaml


class RecordedColumn(ColumnHead):
    """A column: the key it `show`s, in these `words` where it holds a term, `{}` for its text."""

    show: str
    words: dict[str, str] = Field(default_factory=dict)
    printed: str = "{}"


class Recorded(TableSpecification):
    """The rows of a YAML file in report/, in its order."""

    kind: Literal["recorded"]
    of: str = Field(pattern=r"^[a-z0-9-]+$")
    columns: tuple[RecordedColumn, ...]

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        rows = recorded_rows(data.root, self.of)
        cells = [[self._cell(column, row, at) for column in self.columns] for at, row in rows]
        return self.filled(data, self.columns, cells)

    def _cell(self, column: RecordedColumn, row: Mapping[str, str], at: int) -> Cell:
        return Cell(_text(column, row), row=f"recorded:{self.of}.{at}")


def _text(column: RecordedColumn, row: Mapping[str, str]) -> str:
    value = row.get(column.show, "")
    return column.words.get(value, column.printed.replace("{}", value))


def recorded_rows(root: Path, name: str) -> list[tuple[int, Mapping[str, str]]]:
    """Rows of report/NAME.yml with their numbers; ReviewError where there is no such file."""
    path = root / "report" / f"{name}.yml"
    if not path.is_file():
        action = "run the session that writes it, or delete the table"
        raise ReviewError([Problem(f"report/{name}.yml", what="is missing", action=action)])
    rows = load_yaml(path.read_text(encoding="utf-8"))
    return list(enumerate(({str(k): str(v) for k, v in row.items()} for row in rows), start=1))


PINNED = Path(formulae.__file__).with_name("agreement.csv")
"""Part of the package, and of no review."""


class Agreement(TableSpecification):
    """A line a kind of statistic: its name, the values that agree, and all that were compared."""

    kind: Literal["agreement"]
    columns: tuple[ColumnHead, ColumnHead, ColumnHead]

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        with PINNED.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        cells = [
            [name, *(Cell(text, row=f"agreement:{name}") for text in texts)]
            for name, *texts in (row.values() for row in rows)
        ]
        return self.filled(data, self.columns, cells)
