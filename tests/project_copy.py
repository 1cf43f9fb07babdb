"""A copy of the real evidence that a test breaks, cell by cell."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd

from schemas.corrections import read_corrections
from schemas.loading import read_table
from schemas.problems import Problem
from schemas.reading_evidence import collect_problems
from schemas.registry import tables_of
from schemas.review import read_review

Cells = dict[str, str]
TABLES = tables_of(read_review(Path(__file__).parents[1])[0])


class ProjectCopy:
    """The evidence folder in a temporary place, with the edits a writer would make."""

    def __init__(self, original: Path, root: Path) -> None:
        self.original = original
        self.root = root
        self._rows: dict[tuple[str, bytes], list[Cells]] = {}
        shutil.copytree(original / "evidence", root / "evidence")

    def path(self, name: str) -> Path:
        """A file of the evidence: a table by name, or a file by its full name."""
        return self.root / "evidence" / (name if "." in name else f"{name}.csv")

    def rows(self, table: str) -> list[Cells]:
        """All rows as text."""
        content = self.path(table).read_bytes()
        key = (table, content)
        if key not in self._rows:
            empty = dict.fromkeys(TABLES[table].columns if table in TABLES else (), "")
            reader = csv.DictReader(io.StringIO(content.decode(), newline=""))
            self._rows[key] = [{**empty, **row} for row in reader]
        return list(self._rows[key])

    def write(self, table: str, rows: list[Cells]) -> None:
        """Replace all rows."""
        with self.path(table).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, TABLES[table].columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def find(
        self, table: str, where: Callable[[Cells], object] = lambda row: True, **cells: str
    ) -> Cells:
        """The first row with these cells; the evidence must have one."""
        for row in self.rows(table):
            if all(row[name] == value for name, value in cells.items()) and where(row):
                return row
        raise AssertionError(f"no row of {table} fits; the test needs another example")

    def change(self, table: str, row: Cells, /, **cells: str) -> str:
        """Write other text into cells of a row; the row's label in messages."""
        rows = self.rows(table)
        at = rows.index(row)
        rows[at] = {**row, **cells}
        self.write(table, rows)
        return f"{at + 2} ({rows[at][TABLES[table].key[-1]]})"

    def add(self, table: str, row: Cells, /, **cells: str) -> str:
        """Append a row like another one with other cells; its label in messages."""
        rows = self.rows(table)
        empty = dict.fromkeys(TABLES[table].columns, "")
        rows.append({**empty, **row, **cells})
        self.write(table, rows)
        return f"{len(rows) + 1} ({rows[-1][TABLES[table].key[-1]]})"

    def remove(self, table: str, where: Callable[[Cells], object]) -> None:
        """Delete rows."""
        self.write(table, [row for row in self.rows(table) if not where(row)])

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace text of a file; it must be there."""
        path = self.path(name)
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")

    def problems(self) -> list[Problem]:
        """Every problem of the copy that the real evidence does not have."""
        known = problems_of_original(self.original)
        return [problem for problem in collect_problems(self.root)[1] if problem not in known]


@cache
def problems_of_original(root: Path) -> frozenset[Problem]:
    """Problems the real evidence has: none, once it is complete."""
    return frozenset(collect_problems(root)[1])


def say_bad_cell(copy: ProjectCopy, table: str, column: str, text: str) -> str:
    """What loading the table alone says when a cell of its first row holds this text."""
    label = copy.change(table, copy.find(table), **{column: text})
    problems = read_table(copy.root, TABLES[table], read_corrections(copy.root).values).problems
    key = TABLES[table].key[-1]
    shown = label if column != key else f"2 ({text})" if text else "2"
    return "\n".join(
        str(problem) for problem in problems if (problem.row, problem.column) == (shown, column)
    )


def check_frame(frame: pd.DataFrame, table: str) -> None:
    """What every loaded table holds: its columns, its types, a key that names one row."""
    model = TABLES[table]
    assert list(frame.columns) == model.columns
    for column in model.columns:
        kind = "Int64" if model.is_whole(column) else "Float64"
        assert str(frame[column].dtype) == (kind if model.is_number(column) else "string")
    assert not frame.duplicated(list(model.key)).any()
    assert frame.index.is_unique
    assert frame.index.min() == 2 or frame.empty
