"""Reads all evidence: every table, the rules across them, every problem in one run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from schemas.bibliography import FILE as BIBLIOGRAPHY
from schemas.bibliography import Bibliography
from schemas.corrections import read_corrections
from schemas.evidence import Evidence
from schemas.loading import guessed_tables, read_table
from schemas.problems import Problem, ReviewError
from schemas.reading import EVIDENCE_FOLDER, evidence_file
from schemas.references import read_bibliography
from schemas.registry import TABLES, tables_of
from schemas.review import FILE as REVIEW
from schemas.review import Review, read_review
from schemas.rules import RULES, Finding, Records, Rule, unaccepted_findings
from schemas.tables import TableAsRead

Read = tuple[pd.DataFrame, pd.DataFrame]
"""The cells of a table as written, and as they are read."""
NOTHING_KNOWN: Mapping[str, Read] = MappingProxyType({})


def read_readings(
    root: Path, review: Review | None, known: Mapping[str, Read]
) -> dict[str, TableAsRead]:
    """Every table as it was read, with its own problems and the corrections applied.

    The columns that the review declares are read too; while it cannot be read, nobody knows
    which they are, and those that no other review has are read as text.
    """
    corrections = read_corrections(root)
    tables = tables_of(review) if review else guessed_tables(root)
    others = {
        name: TableAsRead(table, *known[name])
        if name in known
        else read_table(root, table, corrections.values)
        for name, table in tables.items()
        if name != "corrections"
    }
    return {**others, "corrections": corrections}


def _lacking(records: Records, rule: Rule) -> list[str]:
    """Unreadable files without which the rule cannot run."""
    return sorted(records.unread.intersection(rule.needs))


def run_rules(records: Records) -> list[Finding]:
    """What the rules find that nobody accepted; rules whose tables are unread are left out."""
    skipped = {rule.name for rule in RULES if _lacking(records, rule)}
    running = [rule for rule in RULES if not _lacking(records, rule)]
    findings = [finding for rule in running for finding in rule.check(records)]
    return unaccepted_findings(records, findings, skipped)


def _unexplained(records: Records, problems: Collection[Problem]) -> list[Problem]:
    """Rules that were skipped although nothing else is wrong."""
    if problems:
        return []
    action = "report this: the reader of these files found nothing wrong"
    return [
        Problem("evidence", what=f"the rule {rule.name} was not run", expected=files, action=action)
        for rule in RULES
        if (files := ", ".join(_lacking(records, rule)))
    ]


def _in_other_cells(problems: list[Problem], findings: Iterable[Finding]) -> list[Problem]:
    """Problems of rules, without those in cells that are already reported, and what follows.

    A figure that could not be read is missing to every rule: what they say of its row, and of
    what rests on that row, may be true only until the figure is corrected.
    """
    reported = {(item.file, item.row, item.column) for item in problems if item.column}
    unread = {(item.file, item.row) for item in problems if _is_unread_figure(item)}
    names = {row.partition("(")[2].removesuffix(")") for _, row in unread} - {""}
    return [
        found.problem
        for found in findings
        if (found.problem.file, found.problem.row, found.problem.column) not in reported
        and (found.problem.file, found.problem.row) not in unread
        and names.isdisjoint(found.problem.what.replace(":", " ").split())
    ]


def _is_unread_figure(problem: Problem) -> bool:
    table = TABLES.get(Path(problem.file).stem)
    return bool(table and problem.column in table.columns and table.is_number(problem.column))


def unread_files(root: Path) -> list[Problem]:
    """A problem for each file beside the evidence that nothing reads: its figures reach nobody."""
    read = {REVIEW, BIBLIOGRAPHY, *(table.file for table in TABLES.values())}
    folder = root / EVIDENCE_FOLDER
    names = sorted(path.name for path in folder.glob("[!.~]*") if path.is_file())
    return [_unread(name) for name in names if evidence_file(name) not in read]


def _unread(name: str) -> Problem:
    stem = Path(name).stem
    action = f"save it as {TABLES[stem].file} (CSV UTF-8)" if stem in TABLES else (
        "enter what it holds into the tables, then move it out of this folder")  # fmt: skip
    expected = "the tables, references.bib and review.yml alone"
    what = "nothing reads this file"
    return Problem(evidence_file(name), what=what, expected=expected, action=action)


def _evidence(
    readings: Mapping[str, TableAsRead], review: Review, bibliography: Bibliography
) -> Evidence:
    frames: dict[str, Any] = {name: reading.values for name, reading in readings.items()}
    texts = {name: reading.text for name, reading in readings.items()}
    return Evidence(**frames, review=review, bibliography=bibliography, texts=texts)


def collect_problems(
    root: Path, known: Mapping[str, Read] = NOTHING_KNOWN
) -> tuple[Evidence | None, list[Problem]]:
    """The evidence of a project and every problem of it; None where there is a problem.

    Tables that are `known`, without a problem, are not read again.
    """
    evidence, problems = read_evidence(root, known)
    return (None if problems else evidence), problems


def read_evidence(
    root: Path, known: Mapping[str, Read] = NOTHING_KNOWN
) -> tuple[Evidence | None, list[Problem]]:
    """The same, also where rules find problems: what hangs on the evidence can be looked at too.

    None where a file could not be read.
    """
    review, review_problems = read_review(root)
    readings = read_readings(root, review, known)
    bibliography, bibliography_problems = read_bibliography(root)
    problems = [problem for reading in readings.values() for problem in reading.problems]
    problems += review_problems + bibliography_problems + unread_files(root)
    records = Records(readings, review, bibliography)
    problems += _in_other_cells(problems, run_rules(records))
    problems += _unexplained(records, problems)
    found = sorted(set(problems))
    if review is None or bibliography is None or records.unread:
        return None, found
    return _evidence(readings, review, bibliography), found


def load_evidence(root: Path) -> Evidence:
    """The evidence of a project; raises ReviewError with every problem of it."""
    evidence, problems = collect_problems(root)
    if evidence is None:
        raise ReviewError(problems)
    return evidence
