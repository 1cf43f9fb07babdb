"""Tables of the paper: their columns hold their words, and their rows are as low as can be."""

from __future__ import annotations

import re
from pathlib import Path

from publishing.render.pandoc import run_pandoc

EXTENSION = Path(__file__).parents[1] / "_extensions" / "review"
LINE = 146  # characters of the smallest size
SENTENCE = "many words of a long text that goes on for some lines "
NO_BREAK = "\N{NO-BREAK SPACE}"


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


def test_an_interval_breaks_where_it_has_no_upper_end(tmp_path: Path) -> None:
    made = typst_of(tmp_path, ("A", "B"), ("8.8 (5.6 to 11.6)", "34.9 (25.2 to not reached)"))
    assert f"8.8 (5.6{NO_BREAK}to{NO_BREAK}11.6)" in made.replace("~", NO_BREAK)
    assert "(25.2 to not reached)" in made
