"""Claims: the numbers a writer wants to print, as rows of `report/claims.csv`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.registry import statistics
from analysis.rounding import split_format
from analysis.selection import SelectionError, select_rows, unheard_values
from schemas.decoding import find_conflict, find_other_delimiter
from schemas.evidence import Evidence
from schemas.problems import Problem, ReviewError

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("id", "statistic", "selector", "format", "topic", "note")
FILE = "report/claims.csv"


@dataclass(frozen=True)
class Claim:
    """One row of the claims table: what to compute, from which rows, printed how."""

    id: str
    statistic: str
    selector: str
    format: str
    topic: str
    note: str
    line: int

    @property
    def said(self) -> str:
        """All that it says, wherever its row stands."""
        return "\n".join(getattr(self, name) for name in COLUMNS)


def load_claims(path: Path) -> tuple[Claim, ...]:
    """Read the claims table; ReviewError lists every row that cannot be understood."""
    claims, problems = collect_claims(path)
    if problems:
        raise ReviewError(problems)
    return claims


def collect_claims(path: Path) -> tuple[tuple[Claim, ...], list[Problem]]:
    """The claims of the table and everything that is wrong with how they are written."""
    try:
        frame = _read(path)
    except ReviewError as error:
        return (), error.problems
    claims = tuple(
        Claim(line=line, **{name: str(record.get(name) or "").strip() for name in COLUMNS})
        for line, record in enumerate(frame.to_dict("records"), start=2)
    )
    problems = [problem for claim in claims for problem in _problems(claim)]
    return claims, problems + _repeated(claims)


def _read(path: Path) -> pd.DataFrame:
    import pandas as pd

    if not path.exists():
        raise ReviewError([Problem(FILE, what="the file is missing", action="restore it")])
    try:
        text = path.read_text(encoding="utf-8")
        if wrong := find_conflict(text, FILE) or find_other_delimiter(text, FILE):
            raise ReviewError([wrong])
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        what = f"not readable as comma-separated UTF-8 ({error})"
        raise ReviewError([Problem(FILE, what=what, action="save it as CSV UTF-8")]) from error
    if tuple(frame.columns) != COLUMNS:
        raise ReviewError(
            [
                Problem(
                    FILE,
                    row="1",
                    what=f"columns are {', '.join(map(str, frame.columns))}",
                    expected=", ".join(COLUMNS),
                    action="restore the header",
                )
            ]
        )
    return frame


def _problems(claim: Claim) -> list[Problem]:
    found = []
    known = statistics()
    if not claim.id:
        found.append(_problem(claim, "id", "empty", "an id such as rate.trial"))
    if claim.statistic not in known:
        found.append(
            _problem(
                claim, "statistic", f"{claim.statistic!r} is unknown", ", ".join(sorted(known))
            )
        )
    if claim.format not in ("text", "date"):
        try:
            split_format(claim.format)
        except ValueError as error:
            found.append(_problem(claim, "format", str(error), "a format, text or date"))
    return found


def _repeated(claims: tuple[Claim, ...]) -> list[Problem]:
    seen: dict[str, int] = {}
    found = []
    for claim in claims:
        if claim.id in seen:
            what = f"id {claim.id!r} stands in row {seen[claim.id]} too"
            found.append(_problem(claim, "id", what, "an id once"))
        seen.setdefault(claim.id, claim.line)
    return found


def _problem(claim: Claim, column: str, what: str, expected: str) -> Problem:
    row = f"{claim.line} ({claim.id})" if claim.id else str(claim.line)
    return Problem(FILE, row, column, what, expected, "correct the cell")


def format_problem(claim: Claim, what: str, expected: str) -> Problem:
    """A format that does not fit what a claim computes, at its row."""
    return _problem(claim, "format", what, expected)


def claim_problem(claim: Claim, what: str) -> Problem:
    """A problem with what a claim selects or computes, at its row."""
    return Problem(
        FILE,
        f"{claim.line} ({claim.id})",
        "selector",
        what,
        "a selector that names the evidence this statistic needs",
        "correct the selector, or the evidence row it names",
    )


def selector_problems(evidence: Evidence, claims: Iterable[Claim]) -> list[Problem]:
    """Every claim on evidence rows whose selector names none; a count may be of nothing."""
    problems: list[Problem] = []
    known = statistics()
    for claim in claims:
        if claim.statistic in known and known[claim.statistic].family == "rows":
            try:
                if not any(part.positions for part in select_rows(evidence, claim.selector)):
                    problems += _of_nothing(evidence, claim)
            except SelectionError as error:
                problems.append(claim_problem(claim, str(error)))
    return problems


def _of_nothing(evidence: Evidence, claim: Claim) -> Iterator[Problem]:
    """Why a claim may not select nothing: it is no count, or a value of it is perhaps misspelt."""
    if not statistics()[claim.statistic].counts_rows:
        yield claim_problem(claim, "selects no row")
    elif unheard := unheard_values(evidence, claim.selector):
        yield claim_problem(claim, f"counts nothing, and {unheard[0]} can be in no row")
