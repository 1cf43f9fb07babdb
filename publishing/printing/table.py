"""One table, printed twice: great_tables for HTML, a Pandoc table for everything else."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from publishing.printing.decimal_places import end_together, room_before

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~^$@#\"'])")
MISSING = "–"
PAGE_ONLY = "page-only"  # the class of what a page shows and the PDF does not
WHOLE = re.compile(
    r"\((?:95% CI |[a-z]+, n = )?[−≈\d][^()]*\)‡?"  # an interval, or patients in brackets
    r"|≈?[\d,]+ of [\d,]+|\bn = [\d,]+|\d+ and \d+|\d+ [A-Z][a-z]+ \d{4}"
)
LONGEST = 20  # characters that a line of a cell always has room for
OPEN_END = re.compile(r"\bto [^\d]")  # `(41.9 to not reached)`, which is long, breaks
SENTENCE = 90  # a text as long as this breaks as prose does


def escape(text: str) -> str:
    """Text that Pandoc Markdown prints as it stands."""
    return SPECIAL.sub(r"\\\1", text)


def unbroken(text: str) -> str:
    """A text in which an interval of figures, a count or a date stays on one line."""

    def kept(found: re.Match[str]) -> str:
        breaks = len(found[0]) > LONGEST or OPEN_END.search(found[0])
        return found[0] if breaks else found[0].replace(" ", "\u00a0")

    return text if len(text) > SENTENCE else WHOLE.sub(kept, text)


@dataclass(frozen=True)
class Cell:
    """Text of a cell, with the claim or row it prints, the sources it cites, its address.

    `to` is the identifier of an entry to which the text leads, where the document has it.

    `parts` are cells that are printed one after the other as one: see `cell_of`. `places` are
    sections, printed as cross-references.
    """

    text: str = ""
    claim: str = ""
    citekeys: tuple[str, ...] = ()
    row: str = ""
    anchor: str = ""
    to: str = ""
    parts: tuple[Cell, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def markdown(self) -> str:
        """The cell as Pandoc Markdown."""
        if self.parts:
            return "".join(part.markdown for part in self.parts)
        if self.citekeys:
            return f"[{'; '.join(f'@{key}' for key in self.citekeys)}]"
        if self.places:
            return "; ".join(f"@{place}" for place in self.places)
        escaped = escape(self.text) or MISSING
        if self.anchor:
            return f"[{escaped}]{{#{self.anchor}}}"
        if self.claim:
            return f'[{escaped}]{{.claim data-claim="{self.claim}"}}'
        to = f' data-to="{self.to}"' if self.to else ""
        return f'[{escaped}]{{.evidence data-row="{self.row}"{to}}}' if self.row else escaped

    @property
    def html(self) -> str:
        """The cell as HTML; citations stay Markdown for the engine to resolve."""
        if self.parts:
            return "".join(part.html for part in self.parts)
        if self.citekeys or self.places:
            shown = ", ".join(self.citekeys) or self.markdown
            return f'<span data-qmd="{html.escape(self.markdown)}">{shown}</span>'
        escaped = html.escape(unbroken(self.text), quote=False) or MISSING
        if self.anchor:
            return f'<span id="{self.anchor}">{escaped}</span>'
        if self.claim:
            return f'<span class="claim" data-claim="{self.claim}">{escaped}</span>'
        if self.row:
            to = f' data-to="{self.to}"' if self.to else ""
            return f'<span class="evidence" data-row="{self.row}"{to}>{escaped}</span>'
        return escaped


def cell_of(*parts: Cell | str) -> Cell:
    """One cell that prints several figures: each keeps its own claim or row."""
    cells = tuple(part if isinstance(part, Cell) else Cell(part) for part in parts)
    return Cell("".join(cell.text for cell in cells), parts=cells)


@dataclass(frozen=True)
class Column:
    """A column: its heading, its alignment, and its width relative to the others."""

    label: str
    align: str = "left"
    width: int = 10
    choices: bool = False


@dataclass(frozen=True)
class Table:
    """Columns and rows of cells, in groups; notes stand under the table.

    `explore` says what a group is (a study, a section): the page then offers to filter, sort and
    download the table; a column with `choices` is filtered by the words its cells hold.
    `stands_on` names evidence rows that decide which lines there are, or the words of cells
    that print no figure. `on_paper` stands in the PDF in place of rows that the page alone has.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    groups: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    stands_on: tuple[str, ...] = ()
    explore: str = ""
    on_paper: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(
                    f"table {self.name}: {len(row)} cells for {len(self.columns)} columns"
                )
        if self.groups and len(self.groups) != len(self.rows):
            raise ValueError(
                f"table {self.name}: {len(self.groups)} groups for {len(self.rows)} rows"
            )

    @property
    def texts(self) -> list[list[str]]:
        """The plain text of every cell, for comparing what the two forms print."""
        return [[cell.text or MISSING for cell in row] for row in self.rows]

    @property
    def _aligns(self) -> list[str]:
        """How each column is aligned: figures of different decimals by the room before them."""
        texts = [[row[at].text for row in self.rows] for at in range(len(self.columns))]
        return [
            "left" if column.align == "right" and not end_together(own) else column.align
            for column, own in zip(self.columns, texts, strict=True)
        ]

    @property
    def _rooms(self) -> list[tuple[str, ...]]:
        """The room before each cell, row by row; the first column and those aligned need none."""
        rooms = [
            room_before([row[at].text for row in self.rows])
            if at and align == "left"
            else [""] * len(self.rows)
            for at, align in enumerate(self._aligns)
        ]
        return list(zip(*rooms, strict=True))

    def _repr_html_(self) -> str:
        import pandas as pd  # both take long to import, and a check prints no page
        from great_tables import GT

        names = [f"column{i}" for i in range(len(self.columns))]
        shown = [
            [room + cell.html for room, cell in zip(rooms, row, strict=True)]
            for rooms, row in zip(self._rooms, self.rows, strict=True)
        ]
        frame = pd.DataFrame(shown, columns=names)
        if self.groups:
            frame["group"] = list(self.groups)
        first = self.columns[0]
        made = (
            GT(
                frame,
                rowname_col=names[0],
                groupname_col="group" if self.groups else None,
                id=f"table-{self.name}",
            )
            .fmt(str, columns=names)
            .cols_label(dict(zip(names[1:], (c.label for c in self.columns[1:]), strict=True)))
            .tab_stubhead(first.label)
        )
        for name, align in zip(names[1:], self._aligns[1:], strict=True):
            made = made.cols_align(align, columns=name)
        return self._explorable(_plain_html(made.as_raw_html())) + self._notes_html()

    def _explorable(self, text: str) -> str:
        """Tell the script of the page what it may offer; it finds all else in the table."""
        kind = f"table-box {PAGE_ONLY}" if self.on_paper else "table-box"
        if not self.explore:
            return text.replace('"table-box"', f'"{kind}"', 1)
        choices = "|".join(c.label for c in self.columns if c.choices)
        said = f' data-explore="{self.explore}" data-choices="{html.escape(choices)}"'
        return text.replace(' class="table-box"', f' class="{kind}"{said}', 1)

    def _notes_html(self) -> str:
        if not self.notes:
            return ""
        notes = "".join(f"<p>{html.escape(note, quote=False)}</p>" for note in self.notes)
        return f'<div class="table-notes">{notes}</div>'

    def _repr_markdown_(self) -> str:
        if self.on_paper:
            return f"::: {{.table-notes}}\n{escape(self.on_paper)}\n:::"
        head = "| " + " | ".join(escape(c.label) for c in self.columns) + " |"
        columns = zip(self.columns, self._aligns, strict=True)
        rule = "|" + "|".join(_dashes(column.width, align) for column, align in columns) + "|"
        lines = [head, rule, *self._markdown_rows()]
        notes = [f"::: {{.table-notes}}\n{escape(n)}\n:::" for n in self.notes]
        return "\n\n".join(["\n".join(lines), *notes])

    def _markdown_rows(self) -> list[str]:
        lines = []
        groups = self.groups or [""] * len(self.rows)
        numbered = list(zip(groups, self._rooms, self.rows, strict=True))
        for group, members in groupby(numbered, key=lambda pair: pair[0]):
            if group:
                blanks = " |" * (len(self.columns) - 1)
                lines.append(f"| **{escape(group)}** |{blanks}")
            for _, rooms, row in members:
                shown = [room + cell.markdown for room, cell in zip(rooms, row, strict=True)]
                lines.append("| " + " | ".join(shown) + " |")
        return lines


def _dashes(width: int, align: str) -> str:
    dashes = "-" * max(3, width * 3)
    return {"left": f":{dashes}", "right": f"{dashes}:", "center": f":{dashes}:"}[align]


def _plain_html(text: str) -> str:
    # great_tables repeats 8 kB of style in each table; the site has its own.
    text = re.sub(r"<style>.*?</style>\s*", "", text, flags=re.S)
    text = re.sub(r'(<div id="[^"]+") style="[^"]*"', r'\1 class="table-box"', text, count=1)
    # `scope` says what `headers` repeats in every cell, at a third of a long page's weight.
    text = re.sub(r' headers="[^"]*"| (?:row|col)span="1"', "", text)
    text = re.sub(r'(<th[^>]*?) id="[^"]*"', r"\1", text)
    text = re.sub(r' class="gt_row gt_left( gt_stub)?"', "", text)
    text = text.replace(' class="gt_row ', ' class="')
    return re.sub(r"\n\s+", "\n", text)


def table_of(
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell | str]],
    *,
    groups: Iterable[str] = (),
    notes: Iterable[str] = (),
    stands_on: Iterable[str] = (),
    explore: str = "",
) -> Table:
    """A table from rows of cells or plain texts."""
    cells = tuple(
        tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in row) for row in rows
    )
    return Table(
        name,
        tuple(columns),
        cells,
        tuple(groups),
        tuple(notes),
        tuple(dict.fromkeys(stands_on)),
        explore,
    )
