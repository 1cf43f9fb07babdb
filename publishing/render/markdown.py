"""Turns what a kernel returned into Markdown that Pandoc reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from publishing.manuscript.context import line_problem
from publishing.manuscript.editions import without_hidden_divs
from publishing.manuscript.qmd import INLINE, Cell, Document, Prose
from schemas.problems import ReviewError

SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~^$@&'\":=])")


def escape(text: str) -> str:
    """Escape a plain string so that Pandoc prints it as it is."""
    return SPECIAL.sub(r"\\\1", text)


def document_markdown(
    document: Document, shown: Sequence[Sequence[dict[str, Any]]], remarks: list[str]
) -> str:
    """Markdown of a document: each piece with what its code showed, a list a piece."""
    lines = {number for number, _ in document.inlines}
    pieces = [
        insert_inlines(piece, lines, values)
        if isinstance(piece, Prose)
        else cell_markdown(document.path, piece, values, remarks)
        for piece, values in zip(document.pieces, shown, strict=True)
    ]
    return "\n\n".join(pieces) + "\n"


def insert_inlines(piece: Prose, lines: Iterable[int], values: Sequence[dict[str, str]]) -> str:
    """Put the values of inline code in their places, in order; only on the lines named."""
    rest = iter(values)
    wanted = set(lines)

    def value(_: re.Match[str]) -> str:
        found = next(rest)
        return found["markdown"] if "markdown" in found else escape(found["text"])

    return "\n".join(
        INLINE.sub(value, text) if number in wanted else text
        for number, text in enumerate(piece.text.split("\n"), piece.line)
    )


def cell_markdown(
    path: str, cell: Cell, outputs: Sequence[dict[str, Any]], remarks: list[str]
) -> str:
    """Markdown of a cell: its code when echoed, then what it shows.

    What a cell writes to standard error becomes a remark; any other output that cannot be
    shown is refused, so that none is lost in silence.
    """
    if cell.options.get("include") is False:
        return ""
    shown = [f"```python\n{cell.code}\n```"] if cell.options.get("echo") is True else []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream" and output["name"] == "stderr":
            remarks.append(f"{path} line {cell.line}: {output['text'].strip()}")
        elif kind == "stream":
            raise _refusal(path, cell, "the cell prints text", "end it with what it should show")
        elif cell.options.get("output", True) is not False:
            shown.append(_display(path, cell, output["data"]))
    return "\n\n".join(shown)


def _refusal(path: str, cell: Cell, what: str, action: str) -> ReviewError:
    return ReviewError([line_problem(path, cell.line, what, action)])


def _display(path: str, cell: Cell, data: dict[str, str]) -> str:
    """Markdown of one result. A table keeps its HTML for the site and Markdown for the PDF."""
    markdown = data.get("text/markdown")
    if markdown is None:
        raise _refusal(path, cell, f"the result has no Markdown form ({', '.join(data)})",
                       "end the cell with table(...), figure(...) or an object with "
                       "_repr_markdown_")  # fmt: skip
    label = str(cell.options.get("label", ""))
    html = data.get("text/html")
    if cell.options.get("output") == "asis" or not (label or html):
        return markdown
    if not label:
        raise _refusal(path, cell, "a table without label and caption",
                       "add `#| label: tbl-<name>` and `#| tbl-cap:`")  # fmt: skip
    content = _both(html, markdown) if html else markdown
    return f":::::: {{#{label}}}\n{content}\n\n{cell.options['tbl-cap']}\n::::::"


HTML_FORM = re.compile(r"^::::: \{\.for-html\}\n(.*?)\n:::::$", re.MULTILINE | re.DOTALL)
PAPER_FORM = re.compile(r"^::::: \{\.for-paper\}\n(.*?)\n:::::$", re.MULTILINE | re.DOTALL)


def for_edition(markdown: str, edition: str, format_: str) -> str:
    """Executed Markdown without what an edition hides, and without the form of the other format.

    Pandoc would read both and drop them.
    """
    dropped = PAPER_FORM if format_ == "html" else HTML_FORM
    return without_hidden_divs(dropped.sub("", markdown), edition)


def in_form(markdown: str, format_: str) -> str:
    """Executed Markdown with the form of each table that `html` or `pdf` needs, and no other."""
    kept, dropped = (HTML_FORM, PAPER_FORM) if format_ == "html" else (PAPER_FORM, HTML_FORM)
    return kept.sub(lambda match: match[1], dropped.sub("", markdown))


def _both(html: str, markdown: str) -> str:
    fence = "`" * (3 + max(map(len, re.findall(r"`+", html)), default=0))
    return (
        f"::::: {{.for-html}}\n{fence}{{=html}}\n{html}\n{fence}\n:::::\n\n"
        f"::::: {{.for-paper}}\n{markdown}\n:::::"
    )
