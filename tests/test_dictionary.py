"""The data dictionary of docs/ is what models, meanings and rules say today."""

from __future__ import annotations

import csv
from itertools import groupby
from pathlib import Path

from schemas.dictionary import ColumnEntry, dictionary, meanings

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "columns.md"
MOST_RULES, LONGEST = 4, 40
HEAD = """# Columns of the evidence

Every table of `evidence/`, column by column; a review may declare further columns of studies, arms, products and decisions of authorities under `characteristics` in `review.yml`.
*Filled* is never empty; a column that *may be left out* need not stand in the file.
Examples are those of `examples/bcg/`; rules are those whose module reads the column, and their messages begin with the name of the rule.

<!-- written by `python -m tests.test_dictionary` from schemas/ -->
"""  # noqa: E501


def example_of(table: str, column: str) -> str:
    """The first filled cell of a column in the example review."""
    path = ROOT / "examples" / "bcg" / "evidence" / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        cells = (row.get(column) or "" for row in csv.DictReader(stream))
        found = next(filter(None, cells), "")
    return found if len(found) <= LONGEST else f"{found[: LONGEST - 1]}…"


def line_of(entry: ColumnEntry) -> str:
    rules = ", ".join(entry.rules[:MOST_RULES])
    rules += f" and {len(entry.rules) - MOST_RULES} more" if len(entry.rules) > MOST_RULES else ""
    example = example_of(entry.table, entry.name)
    kind = ", ".join(filter(None, (entry.kind, entry.needed)))
    cells = (f"`{entry.name}`", entry.meaning, kind, entry.allowed, example and f"`{example}`",
             rules)  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def page() -> str:
    parts = [HEAD]
    for table, entries in groupby(dictionary(), key=lambda entry: entry.table):
        head = "| column | meaning | kind | allowed | example | rules that read it |"
        lines = [f"## {table}.csv", "", head, "|---|---|---|---|---|---|", *map(line_of, entries)]
        parts.append("\n".join(lines))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def test_the_page_is_what_the_schemas_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.test_dictionary"


def test_every_column_has_a_meaning_and_no_meaning_is_left_over() -> None:
    entries = list(dictionary())
    names = {entry.name for entry in entries} | {f"{e.table}.{e.name}" for e in entries}
    assert not set(meanings()) - names
    assert all(entry.meaning.endswith(".") for entry in entries)


def test_an_entry_says_what_a_cell_may_hold() -> None:
    found = {(entry.table, entry.name): entry for entry in dictionary()}
    assert found["outcomes", "percent"].allowed == "0 or more; 100 or less"
    assert found["studies", "randomised"].allowed == "one of yes, no"
    assert found["outcomes", "mean"].needed == "may be left out"
    assert "events_within_n" in found["outcomes", "events"].rules


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
