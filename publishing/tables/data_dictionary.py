"""The data dictionary: what each column of the evidence holds, and an example of this review."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.reads import covered
from analysis.review_data import ReviewData
from analysis.selection import SelectionError
from publishing.displays.lines import Line, LineTable
from publishing.printing.table import Cell
from schemas.dictionary import column_entry, example_of
from schemas.evidence import Evidence


class DataDictionary(LineTable):
    """A line a column of `tables`, grouped by file.

    Columns show `name`, `meaning`, what it `holds` (kind and unit), what is `allowed`, an
    `example` (its first filled cell) and the `rules` that read it.
    """

    SHOWS = ("name", "meaning", "holds", "allowed", "example", "rules")
    kind: Literal["data-dictionary"]
    tables: tuple[str, ...]

    def names(self) -> Iterator[tuple[str, str]]:
        """Claims, and the tables of the evidence."""
        yield from super().names()
        yield from ((f"tables.{at}", f"{name}[]") for at, name in enumerate(self.tables, 1))

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """A line a column, in the order of the files; each cell leads to the column."""
        for name in self.tables:
            table = data.evidence.tables[name]
            for column in table.columns:
                said = texts_of_column(data.evidence, f"{name}.{column}")
                row = f"columns:{name}.{column}"
                cells = {show: Cell(text, row=row if text else "") for show, text in said.items()}
                yield table.file, {"name": column, **cells}


def texts_of_column(evidence: Evidence, key: str) -> dict[str, str]:
    """What is said of a column, `studies.phase`; SelectionError where there is none."""
    name, _, column = key.partition(".")
    if name not in evidence.tables or column not in evidence.tables[name].columns:
        raise SelectionError(f"the evidence has no column {key!r}")
    entry = column_entry(evidence.tables[name], column)
    _, example = example_cell(evidence, key)
    return {"meaning": entry.meaning, "holds": entry.holds, "allowed": entry.allowed,
            "example": example, "rules": entry.readers}  # fmt: skip


def example_cell(evidence: Evidence, key: str) -> tuple[str, str]:
    """The row, `table:key`, with the first filled cell of a column, and the cell as printed."""
    name, _, column = key.partition(".")
    rows = evidence.rows[name]
    texts = rows.texts(column) if column in rows.names else []
    first = next((at for at, text in enumerate(texts) if text), None)
    if first is None:
        return "", ""
    key = rows.cell(first, evidence.tables[name].key[-1])
    with covered():  # whoever notes a column notes how it is written
        written = evidence.texts[name].at[rows.frame.index[first], column]
    return f"{name}:{key}", example_of([str(written)])
