"""How long a review takes as it grows: by studies, and by the rows of one cohort.

    python bench/growth.py [--studies 10 100 1000]
    python bench/growth.py --rows 1000 2000 4000 [--table outcomes ...] [--alike]

Studies are those of the second review, repeated under other names: validation, syntheses and
ledger are timed, and memory, each size in a process of its own; docs/growth.svg is drawn. With
`--rows` each table is filled with rows of the cohort that has most of them, as often as needed,
every row about a subgroup or unit of its own (`--alike`: all about the same few facts, a pair of
rows each time the rules compare reports of one fact); then every rule is asked, as `validate`
does. Where time is linear in rows the ratio of one size to the one before is that of the sizes.
The evidence on disk is not touched.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

import studies  # noqa: E402  after the path is set

from schemas.reading_evidence import read_readings  # noqa: E402  after the path is set
from schemas.references import read_bibliography  # noqa: E402
from schemas.review import read_review  # noqa: E402
from schemas.rules import RULES, Records  # noqa: E402
from schemas.tables import TableAsRead  # noqa: E402

TABLES = ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline")
OWN = ("subgroup", "unit")  # what tells rows apart: the first of these that a table has


def grow(reading: TableAsRead, rows: int, *, alike: bool = False) -> TableAsRead:
    """The table with so many rows of the cohort that has most, each about something of its own.

    Where they are `alike` the rows of the cohort are repeated under other identifiers.
    """
    cohort = reading.values["arm_id"].value_counts().index[0]
    chosen = reading.values.index[reading.values["arm_id"] == cohort]
    repeated = [chosen[at % len(chosen)] for at in range(rows)]
    frames = [
        frame.loc[repeated].reset_index(drop=True) for frame in (reading.values, reading.text)
    ]
    own = next(name for name in OWN if name in reading.values)
    for frame in frames:
        for column in ("row_id",) if alike else ("row_id", own):
            names = [f"{column}-{at}" for at in range(rows)]
            frame[column] = pd.array(names, dtype=frame[column].dtype)
        frame.index = pd.RangeIndex(2, rows + 2, name="row")
    return replace(reading, values=frames[0], text=frames[1])


def time_rules(records: Records) -> dict[str, float]:
    """Seconds of this process by the name of the rule."""
    found: dict[str, float] = {}
    for rule in RULES:
        started = time.process_time()
        list(rule.check(records))
        found[rule.name] = found.get(rule.name, 0.0) + time.process_time() - started
    return found


def report(readings: Mapping[str, TableAsRead], table: str, sizes: list[int], alike: bool) -> None:
    """Print a line a size: seconds, ratio to the size before, and the slowest rule."""
    review, bibliography = read_review(ROOT)[0], read_bibliography(ROOT)[0]
    before = None
    for rows in sizes:
        grown = {**readings, table: grow(readings[table], rows, alike=alike)}
        found = time_rules(Records(grown, review, bibliography))
        total, slowest = sum(found.values()), max(found, key=lambda name: found[name])
        ratio = f"{total / before:5.1f} times" if before else ""
        print(f"{table:16}{rows:6} rows{total:8.2f} s  {ratio:12}"
              f"{slowest} {found[slowest]:.2f} s", flush=True)  # fmt: skip
        before = total


def main() -> None:
    """Print the growth of each table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--studies", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--rows", type=int, nargs="+", help="of one cohort, instead of studies")
    parser.add_argument("--table", nargs="+", choices=TABLES, default=list(TABLES))
    parser.add_argument("--alike", action="store_true", help="all rows about the same few facts")
    options = parser.parse_args()
    if not options.rows:
        studies.report(options.studies, ROOT / "docs" / "growth.svg")
        return
    readings = read_readings(ROOT, read_review(ROOT)[0], {})
    for table in options.table:
        report(readings, table, options.rows, options.alike)


if __name__ == "__main__":
    main()
