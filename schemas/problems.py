"""What is wrong with the evidence, said so that a writer can act on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where it is, what was expected and what to do.

    `row` is written as a spreadsheet shows it (the header is row 1), with the
    row's identifier where it has one: `14 (study.orr)`. `row`, `column`,
    `expected` and `action` may be empty. `rule` is the name of the rule that
    found it, the name `discrepancies.csv` uses. `cause` is file, row and column of another
    cell that may be the wrong one: many problems of one cause are shown once.
    """

    file: str
    row: str = ""
    column: str = ""
    what: str = ""
    expected: str = ""
    action: str = ""
    rule: str = ""
    cause: tuple[str, str, str] | None = field(default=None, compare=False, kw_only=True)

    @property
    def sorted_by(self) -> tuple[str, ...]:
        """What the order of problems goes by, whatever kind of problem they are."""
        return (
            self.file, self.row, self.column, self.what, self.expected, self.action, self.rule,
        )  # fmt: skip

    def __lt__(self, other: Problem) -> bool:
        return self.sorted_by < other.sorted_by

    @property
    def place(self) -> str:
        """Row and column in words, without the file."""
        row = f"row {self.row}" if self.row else ""
        column = f"column {self.column}" if self.column else ""
        return " ".join(part for part in (row, column) if part)

    @property
    def message(self) -> str:
        """What is wrong, what was expected and what to do, without the place."""
        expected = f"expected {self.expected}" if self.expected else ""
        return "; ".join(part for part in (self.what, expected, self.action) if part)

    def __str__(self) -> str:
        return " ".join(part for part in (self.file, self.place) if part) + ": " + self.message


FEW = 3  # problems of one cause that are shown one by one


class ReviewError(Exception):
    """The review cannot be built as it stands; shown as a message, never as a traceback."""

    def __init__(self, problems: str | Iterable[Problem]) -> None:
        self.problems: list[Problem] = [] if isinstance(problems, str) else list(problems)
        message = problems if isinstance(problems, str) else format_problems(self.problems)
        super().__init__(message)


def _row_number(problem: Problem) -> int:
    digits = problem.row.split(" ", 1)[0]
    return int(digits) if digits.isdigit() else 0


def _reading_order(problem: Problem) -> tuple[str, int, Problem]:
    return problem.file, _row_number(problem), problem


def _alike(problems: Iterable[Problem]) -> Iterable[list[Problem]]:
    """The problems, with those that say the same of a column together where they are many."""
    same: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        same[problem.column, problem.message].append(problem)
    for members in same.values():
        table = members[0].column and members[0].file.endswith(".csv")
        apart = len(members) <= FEW or not table
        yield from ([problem] for problem in members) if apart else (members,)


def _format_alike(problems: Sequence[Problem]) -> str:
    """One problem, or the same in several rows, each named."""
    first = problems[0]
    rows = ", ".join(problem.row.split(" ", 1)[0] for problem in problems)
    place = first.place if len(problems) == 1 else f"rows {rows} column {first.column}"
    lines = [f"  {place or 'the whole file'}: {first.what}"]
    if first.expected:
        lines.append(f"      expected: {first.expected}")
    if first.action:
        lines.append(f"      to do:    {first.action}")
    return "\n".join(lines)


def count_of(number: int, noun: str) -> str:
    """`1 problem`, `2 problems`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _by_cause(problems: Iterable[Problem]) -> list[Problem]:
    """The problems, with those of one cause as one where there are more than a few."""
    shared: dict[tuple[str, str, str], list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.cause:
            shared[problem.cause].append(problem)
    many = {cause: members for cause, members in shared.items() if len(members) > FEW}
    left = [problem for problem in problems if problem.cause not in many]
    return left + [_at_cause(cause, members) for cause, members in many.items()]


def _at_cause(cause: tuple[str, str, str], members: Sequence[Problem]) -> Problem:
    first = min(members, key=_reading_order)
    file, row, column = cause
    what = f"{len(members)} cells elsewhere do not fit it; the first is {first}"
    action = f"correct {'this cell' if column else 'this name'}, or those that use it"
    return Problem(file, row, column, what, action=action)


def format_problems(problems: Sequence[Problem]) -> str:
    """Every problem, grouped by file in the order a reader meets them, none left out."""
    if not problems:
        return "No problems found."
    ordered = sorted(_by_cause(sorted(set(problems))), key=_reading_order)
    parts = []
    for file, group in groupby(ordered, key=lambda problem: problem.file):
        members = list(group)
        parts.append(f"{file} - {count_of(len(members), 'problem')}")
        parts.extend(_format_alike(alike) for alike in _alike(members))
        parts.append("")
    files = len({problem.file for problem in ordered})
    parts.append(f"{count_of(len(ordered), 'problem')} in {count_of(files, 'file')}.")
    if any(problem.row and problem.file.endswith(".csv") for problem in ordered):
        parts.append("Row numbers are those a spreadsheet shows: the header is row 1.")
    return "\n".join(parts)
