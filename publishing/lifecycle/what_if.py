"""Rehearses an update: the evidence with another table, in a copy; nothing of the project moves."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from analysis.changes import Changes, compute_changes
from analysis.review_data import ReviewData, compute_review_data
from publishing.history.releases import present_state
from schemas.coercion import write_points
from schemas.nearest import nearest
from schemas.problems import ReviewError
from schemas.reading import read_text_table
from schemas.registry import tables_of
from schemas.review import read_review
from schemas.tables import Table

Rows = list[dict[str, str]]


def rehearse(data: ReviewData, tables: list[Path], *, whole: bool = False) -> Changes:
    """What would change if these tables were merged in, or took the place of the project's.

    Raises ReviewError with every problem the evidence would have.
    """
    before = replace(present_state(data), version="now")
    with trial(data.root, tables, whole=whole) as copy:
        made = compute_review_data(copy)
        state = present_state(made)
        after = replace(state, version="then", prose=before.prose)
    return compute_changes(before, after)


@contextmanager
def trial(root: Path, tables: list[Path], *, whole: bool) -> Iterator[Path]:
    """A copy of the evidence and the claims with the tables in place."""
    with tempfile.TemporaryDirectory(prefix="review-what-if-") as folder:
        copy = Path(folder)
        shutil.copytree(root / "evidence", copy / "evidence")
        (copy / "report").mkdir()
        shutil.copyfile(root / "report" / "claims.csv", copy / "report" / "claims.csv")
        for path in tables:
            place(copy, path, whole=whole)
        yield copy


def place(copy: Path, path: Path, *, whole: bool) -> None:
    """Put a table in the copy: whole, or its rows merged by their key."""
    tables = tables_of(read_review(copy)[0])
    table = tables.get(path.stem)
    if table is None or path.suffix != ".csv":
        hint = nearest(path.stem, tables, "see the folder evidence/")
        raise ReviewError(f"{path.name} has the name of no evidence table; {hint}")
    if not path.is_file():
        raise ReviewError(f"{path} is not there; name a table to rehearse")
    target = copy / table.file
    if whole:
        shutil.copyfile(path, target)
        return
    header, rows = read(table, target)
    other, new = read(table, path)
    lacking = [name for name in header if name not in other and name not in table.optional]
    unknown = [name for name in other if name not in table.columns]
    if lacking or unknown:
        raise ReviewError(
            f"{path.name}: the columns are {', '.join(other)}; expected those of {table.file}: "
            f"{', '.join(header)}"
        )
    header += [name for name in other if name not in header]
    write(target, header, merge(table, rows, new))


def merge(table: Table, rows: Rows, new: Rows) -> Rows:
    """Rows with those of the same key replaced and the others added at the end."""
    found = {key_of(table, row): row for row in rows}
    return list((found | {key_of(table, row): row for row in new}).values())


def key_of(table: Table, row: dict[str, str]) -> tuple[str, ...]:
    """What identifies a row."""
    return tuple(row[name] for name in table.key)


def read(table: Table, path: Path) -> tuple[list[str], Rows]:
    """Header and rows of a table, as `validate` reads it; ReviewError where it would name a row."""
    written = read_text_table(path.parent, path.name)
    if written.problems:
        raise ReviewError(written.problems)
    if written.delimiter == ";":
        write_points(table, written.cells)
    rows = written.cells.fillna("").astype(str).to_dict("records")
    return list(written.cells.columns), [{str(k): str(v) for k, v in row.items()} for row in rows]


def write(path: Path, header: list[str], rows: Rows) -> None:
    """Write a table."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
