"""A register: rows of one evidence table as they stand, a column of the table each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from analysis.measures import label_of
from analysis.review_data import ReviewData
from analysis.rounding import format_exact
from analysis.selection import key_column
from analysis.statistics import format_date
from publishing.displays.lines import one_address
from publishing.displays.specification import ColumnHead, Part, TableSpecification
from publishing.printing.cells import evidence_rows, fill, row_of, source_cell
from publishing.printing.row_values import secondary_mark
from publishing.printing.rows_in_words import (
    checked_word,
    describe_row,
    figure_of,
    printed_of,
)
from publishing.printing.table import Cell, Table
from schemas.choices import VERIFICATION
from schemas.patterns import SEPARATOR

Row = dict[str, Any]
Show = Literal["text", "figure", "figure if any", "list", "source", "places", "address",
               "prose"]  # fmt: skip
Form = Literal["as it stands", "spaced", "date", "months", "topic", "checked", "what it measures",
               "figure", "printed"]  # fmt: skip


class Comparison(Part):
    """Words for a number that is less than `to`, the same or more, and for one not known."""

    to: float
    less: str
    same: str
    more: str
    unknown: str

    def word(self, value: float | None) -> str:
        """The word for a number."""
        if value is None:
            return self.unknown
        return self.same if value == self.to else self.less if value < self.to else self.more


class Worded(Part):
    """Words for the codes of the evidence: given here, or the labels of a kind of `vocabulary`.

    A study is called by its name.
    """

    words: dict[str, str] = Field(default_factory=dict)
    vocabulary: str = ""

    def word(self, data: ReviewData, column: str, value: Any) -> str:
        """The word for what a column holds."""
        code = "" if value is None else str(value)
        if code in self.words:
            return self.words[code]
        if code and self.vocabulary:
            return label_of(data.evidence, self.vocabulary, code)
        return str(row_of(data, f"studies:{code}")["name"]) if column == "study_id" else code


class RegisterColumn(ColumnHead, Worded):
    """A column: what it shows of `cell`, or of `otherwise` where that is empty.

    `form` puts it in words, or the whole row: what it measures, its figure, what is printed.
    A `figure` leads to its row (one `if any`, where there is one), so does a `list` of names in
    one cell and `prose` that names figures in braces. An `address` is what others lead to; it
    begins with `anchor` where that is given. `then` is a column whose text follows after a
    colon. `source` cites what the cell names, `places` prints sections as cross-references.
    `compare` says how a number stands to another; `marked` adds the mark of a secondary source;
    `missing` stands where there is nothing.
    """

    cell: str = "row_id"
    otherwise: str = ""
    then: str = ""
    show: Show = "text"
    anchor: str = ""
    form: Form = "as it stands"
    compare: Comparison | None = None
    marked: bool = False
    missing: str = ""

    def cell_of(self, data: ReviewData, table: str, row: Row, reference: str) -> Cell:
        """The cell of one row."""
        text = self._text(data, table, row) or self.missing
        if self.show == "source":
            return source_cell(*text.split(SEPARATOR))
        if self.show == "places":
            places = tuple(text.split(SEPARATOR)) if text else ()
            return Cell("; ".join(f"@{place}" for place in places), places=places)
        if self.show == "address":
            address = f"{self.anchor}-{text}" if self.anchor else f"row-{reference}"
            return Cell(text, anchor=address.replace(":", "-", 1))
        if self.show == "prose":
            return Cell(fill(data, text), row=reference)
        if self.show == "list":
            return Cell(text.replace(SEPARATOR, ", "), row=reference)
        text += f": {row[self.then]}" if self.then and row[self.then] is not None else ""
        text += secondary_mark(row) if self.marked else ""
        leads = self.show == "figure" or (self.show == "figure if any" and text)
        return Cell(text, row=reference if leads else "")

    def _text(self, data: ReviewData, table: str, row: Row) -> str:
        value = row[self.cell]
        if self.compare:
            return self.compare.word(value)
        if self.form in ("figure", "printed"):
            return figure_of(row) if self.form == "figure" else printed_of(row)
        if self.form == "what it measures":
            return describe_row(data, table, row)
        if value is None and self.otherwise:
            return str(row[self.otherwise] or "")
        text = self.word(data, self.cell, value)
        return self._formed(data, text) if text else ""

    def _formed(self, data: ReviewData, text: str) -> str:
        if self.form == "date":
            return format_date(text)
        if self.form == "months":
            return f"{format_exact(float(text))} mo"
        if self.form == "checked":
            return checked_word(data, text) if text in VERIFICATION else ""
        if self.form == "topic":
            titles = {topic.topic: topic.title for topic in data.evidence.review.certainty.topics}
            text = titles.get(text, text)
        return text.replace("_", " ") if self.form in ("spaced", "topic") else text


class Group(Worded):
    """What groups the rows: a column of the evidence; `beside` is a second, in brackets."""

    by: str
    beside: str = ""

    def title(self, data: ReviewData, row: Row) -> str:
        """The group of one row."""
        title = self.word(data, self.by, row[self.by])
        return f"{title} ({row[self.beside]})" if self.beside else title

    def order(self, data: ReviewData, rows: Sequence[Row]) -> list[str]:
        """The titles in the order of the vocabulary, of the studies, or of these rows."""
        evidence = data.evidence
        if self.vocabulary:
            terms = evidence.vocabulary[evidence.vocabulary["kind"] == self.vocabulary]
            codes = list(terms.sort_values("order", kind="stable")["term"])
        elif self.by == "study_id" and not self.beside:
            codes = list(evidence.studies["study_id"])
        else:
            return list(dict.fromkeys(self.title(data, row) for row in rows))
        return list(dict.fromkeys(self.word(data, self.by, code) for code in codes))


class Register(TableSpecification):
    """Rows of `table` that meet `where`, or the `rows` named, in their order.

    Rows are sorted by the columns in `sort`, empty cells last, then by group. `without` selects
    rows of another table, as `products[class=device]`: rows that name one of these are left out.
    `explore` says what a group is where the page offers to filter and sort the table.
    """

    kind: Literal["register"]
    table: str
    where: str = ""
    rows: tuple[str, ...] = ()
    without: str = ""
    sort: tuple[str, ...] = ()
    group: Group | None = None
    columns: tuple[RegisterColumn, ...]
    explore: str = ""

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        one_address(self.columns, "address")
        return self

    def make(self, data: ReviewData) -> Table:
        """The table with its cells."""
        rows = self._rows(data)
        titles = [self.group.title(data, row) for _, row in rows] if self.group else []
        cells = [
            [column.cell_of(data, self.table, row, reference) for column in self.columns]
            for reference, row in rows
        ]
        return self.filled(data, self.columns, cells, titles, explore=self.explore)

    def names(self) -> Iterator[tuple[str, str]]:
        """Claims, and the rows that are shown or left out."""
        yield from super().names()
        for at, name in enumerate(self.rows):
            yield f"rows.{at + 1}", f"{self.table}:{name}"
        yield "where", f"{self.table}[{self.where}]"
        for at, column in enumerate(self.columns):
            yield f"columns.{at + 1}.cell", f"{self.table}[]#{column.cell}"
        if self.without:
            yield "without", self.without

    def _rows(self, data: ReviewData) -> list[tuple[str, Row]]:
        wanted = [f"{self.table}:{name}" for name in self.rows]
        rows = evidence_rows(data, " | ".join(wanted) or f"{self.table}[{self.where}]")
        for reference, _ in evidence_rows(data, self.without) if self.without else ():
            table, _, key = reference.partition(":")
            rows = [found for found in rows if found[1][key_column(table)] != key]
        rows.sort(key=lambda found: [_place(found[1][column]) for column in self.sort])
        if self.group:
            group = self.group
            order = group.order(data, [row for _, row in evidence_rows(data, f"{self.table}[]")])
            rows.sort(key=lambda found: order.index(group.title(data, found[1])))
        return rows


def _place(value: Any) -> tuple[bool, Any]:
    """Where a cell stands when rows are sorted: an empty one last."""
    return value is None, value
