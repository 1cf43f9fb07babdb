"""How many single-digit errors of extraction `validate` finds: change one digit, ask the rules.

    python bench/one_digit.py [--seed 1] [--changes 160] [--show]

Figure cells are all numbers that a source prints: counts, percentages, estimates, ends of
intervals, times, sizes of cohorts. One of them is drawn at random, one of its digits is replaced
by another one (never so that the figure starts with a needless zero), the table passes through
its model and every rule is asked, as `validate` does. The evidence on disk is not touched. A
change counts as caught when there is any problem; `--show` lists those that pass.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from schemas.coercion import type_cells  # noqa: E402  after the path is set
from schemas.reading_evidence import read_readings, run_rules  # noqa: E402
from schemas.references import read_bibliography  # noqa: E402
from schemas.review import read_review  # noqa: E402
from schemas.rules import Records  # noqa: E402
from schemas.tables import TableAsRead, cell, row_label  # noqa: E402

TABLES = ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline", "arms")


@dataclass(frozen=True)
class Change:
    """One cell with one digit changed."""

    table: str
    row: int
    column: str
    old: str
    new: str


def figure_cells(readings: Mapping[str, TableAsRead]) -> Iterator[tuple[str, int, str]]:
    """Table, spreadsheet row and column of every figure cell that is filled in."""
    for name in TABLES:
        table, text = readings[name].table, readings[name].text
        for column in filter(table.is_number, text.columns):
            yield from ((name, int(row), column) for row in text.index[text[column].notna()])


def change_digit(text: str, chance: random.Random) -> str:
    """The figure with one digit replaced by another, without a needless zero in front."""
    while True:
        at = chance.choice([place for place, sign in enumerate(text) if sign.isdigit()])
        digit = chance.choice([sign for sign in "0123456789" if sign != text[at]])
        changed = text[:at] + digit + text[at + 1 :]
        whole = changed.lstrip("-").partition(".")[0]
        if len(whole) == 1 or not whole.startswith("0"):
            return changed


def draw(readings: Mapping[str, TableAsRead], changes: int, seed: int) -> Iterator[Change]:
    """So many cells, no cell twice."""
    chance = random.Random(seed)
    for name, row, column in chance.sample(list(figure_cells(readings)), changes):
        old = cell(readings[name].text, row, column)
        yield Change(name, row, column, old, change_digit(old, chance))


def changed_reading(reading: TableAsRead, change: Change) -> TableAsRead:
    """The table with the change, passed through its model."""
    text = reading.text.copy()
    text.at[change.row, change.column] = change.new
    return type_cells(replace(reading, text=text, problems=[]))


def main() -> None:
    """Draw, change, ask; print the rate by table and by column."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--changes", type=int, default=160)
    options.add_argument("--show", action="store_true", help="list the changes that pass")
    chosen = options.parse_args()
    started = time.perf_counter()
    review, bibliography = read_review(ROOT)[0], read_bibliography(ROOT)[0]
    readings = read_readings(ROOT, review, {})
    drawn, caught = Counter[str](), Counter[str]()
    for change in draw(readings, chosen.changes, chosen.seed):
        reading = changed_reading(readings[change.table], change)
        records = Records({**readings, change.table: reading}, review, bibliography)
        found = bool(reading.problems or run_rules(records))
        for part in ("all", change.table, f"column {change.column}"):
            drawn[part] += 1
            caught[part] += found
        if chosen.show and not found:
            label = row_label(reading.table, reading.text, change.row)
            print(f"passes: {change.table} {label} {change.column}: {change.old} -> {change.new}")
    for part in sorted(drawn):
        share = 100 * caught[part] / drawn[part]
        print(f"{part:<24} {caught[part]:>5} of {drawn[part]:>5} caught ({share:.0f}%)")
    print(f"seed {chosen.seed}, {time.perf_counter() - started:.0f} seconds")


if __name__ == "__main__":
    main()
