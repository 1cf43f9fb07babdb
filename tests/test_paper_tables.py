"""Tables of the paper: their columns hold their words, and their rows are as low as can be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from publishing.render.pandoc import run_pandoc

EXTENSION = Path(__file__).parents[1] / "_extensions" / "review"
LINE = 146  # characters of the smallest size
SENTENCE = "many words of a long text that goes on for some lines "


def typst_of(tmp_path: Path, *rows: tuple[str, ...]) -> str:
    """A table of these rows as Typst, the first its head."""
    head, *others = ("| " + " | ".join(row) + " |" for row in rows)
    rule = "|" + ("-" * 20 + "|") * len(rows[0])
    text = "\n".join([head, rule, *others]) + "\n"
    (tmp_path / "one.md").write_text(text, encoding="utf-8")
    filters = ["--lua-filter", str(EXTENSION / "lua" / "paper.lua")]
    return run_pandoc(["one.md", "--to", "typst", "--wrap=none", *filters], tmp_path)


def widths_of(tmp_path: Path, *rows: tuple[str, ...]) -> list[float]:
    """The characters that fit into each column."""
    found = re.search(r"columns: \(([^)]*)\)", typst_of(tmp_path, *rows))
    assert found
    return [float(share) * LINE / 100 for share in re.findall(r"[\d.]+(?=%)", found[1])]


def test_a_column_holds_a_name_that_does_not_break(tmp_path: Path) -> None:
    row = ("evidence_row", "10.1016/S0140-6736(21)00933-8", SENTENCE * 9, SENTENCE * 9)
    name, address, *_ = widths_of(tmp_path, ("Column", "Example", "A", "B"), row)
    assert name > len("evidence_row")
    assert address > len("S0140-6736(21)00933-8")


def test_one_long_text_has_the_room_that_lowers_no_other_row(tmp_path: Path) -> None:
    short = "words that take two lines as long as no more room is left, "
    rows = [(short, "–", short)] * 30 + [("one", SENTENCE * 8, "two")]
    first, long, last = widths_of(tmp_path, ("A", "B", "C"), *rows)
    assert max(first, last) < len(short) < long


@pytest.mark.parametrize(("words", "halves"), [("authors, year", True), (SENTENCE * 3, False)])
def test_a_long_and_narrow_table_stands_in_two_columns(
    tmp_path: Path, words: str, halves: bool
) -> None:
    rows = [("Source", "Missing"), *[("one", "pages"), ("two", words)] * 50]
    assert ("halves: true" in typst_of(tmp_path, *rows)) == halves


def test_identifiers_break_after_a_dot_beside_a_digit(tmp_path: Path) -> None:
    rows = [("Row",), ("trial-1.mrd-1e-5.21m",)]
    assert "trial-1.#box()mrd-1e-5.#box()21m" in typst_of(tmp_path, *rows)


@pytest.mark.parametrize(("columns", "kept"), [(2, True), (9, False)])
def test_an_interval_without_upper_end_breaks_where_room_is_short(
    tmp_path: Path, columns: int, kept: bool
) -> None:
    rows = [("Trial",) * columns, ("34.9 (25.2 to not reached)",) * columns]
    assert ("(25.2~to~not~reached)" in typst_of(tmp_path, *rows)) == kept


def test_a_short_text_stays_on_one_line_beside_long_ones(tmp_path: Path) -> None:
    rows = [("Topic", "State", "Why"), *[(SENTENCE, "Not reported", SENTENCE * 3)] * 9]
    assert widths_of(tmp_path, *rows)[1] > len("Not reported")


def test_a_long_glossary_stands_in_two_columns(tmp_path: Path) -> None:
    def text(words: int) -> str:
        listed = "".join(f"Word {at}\n:   Meaning.\n\n" for at in range(words))
        return f"Some text.\n\n{listed}More text.\n"

    for words in (5, 20):
        (tmp_path / f"{words}.md").write_text(text(words), encoding="utf-8")
    columns = ["--lua-filter", str(EXTENSION / "lua" / "paper-columns.lua")]
    short, long = (
        run_pandoc([f"{words}.md", "--to", "typst", *columns], tmp_path) for words in (5, 20)
    )
    assert re.findall(r"#review-(\w+)\[", short) == ["prose"]
    assert re.findall(r"#review-(\w+)\[", long) == ["prose", "glossary", "prose"]
