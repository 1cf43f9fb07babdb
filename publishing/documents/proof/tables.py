"""Holds what a table prints against the evidence anew, apart from the code that made the table.

The scan asks whether a figure may stand on a page. This asks whether it is the right one: value,
interval and count of the row or claim it names, under a head and beside a label that say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from analysis.measures import label_of
from analysis.review_data import ReviewData
from analysis.selection import SelectionError
from analysis.words import interface_words, words_of_statistic
from publishing.displays.labels import studies_named
from publishing.printing.cells import measure_of, row_of
from publishing.printing.table import Cell, Table
from schemas.choices import FIGURE_TABLES
from schemas.problems import Problem
from schemas.rounding import significant

NUMBER = r"[−-]?[\d,]+(?:\.\d+)?"
INTERVAL = re.compile(
    rf"(?P<value>{NUMBER})(?:%| months?| days?)? "
    rf"\((?:\d+% CI )?(?P<lower>{NUMBER})%? to (?P<upper>{NUMBER})%?[;)]"
)
COUNT = re.compile(r"(?P<about>≈?)(?P<events>[\d,]+)(?:/| of )(?P<n>[\d,]+)")
WHAT = {
    "outcomes": "outcome",
    "time_to_event": "endpoint",
    "adverse_events": "event",
    "delivery": "delivery",
}
PARTS = ("value", "lower", "upper")
Objections = Iterator[str]


def check_table(data: ReviewData, table: Table, file: str) -> list[Problem]:
    """Every cell that does not print what it names, and every label or head that says otherwise."""
    found: list[str] = []
    for number, row in enumerate(table.rows, start=1):
        leaves = [leaf for cell in row for leaf in leaves_of(cell)]
        at = f"row {number} ({row[0].text or 'no label'})"
        found += [f"{at}: {what}" for leaf in leaves for what in check_cell(data, leaf)]
        found += [f"{at}: {what}" for what in check_label(data, row[0].text, leaves)]
    found += check_heads(data, table)
    return [_problem(file, what) for what in found]


def _problem(file: str, what: str) -> Problem:
    action = "report this, unless the specification gives the label or head"
    return Problem(file, what=what, expected="what the evidence says", action=action, rule="proof")


def leaves_of(cell: Cell) -> list[Cell]:
    """The cells that a cell is made of."""
    return [leaf for part in cell.parts for leaf in leaves_of(part)] if cell.parts else [cell]


# cells -----------------------------------------------------------------------------------------


def check_cell(data: ReviewData, cell: Cell) -> Objections:
    """What a cell prints against the claim or the evidence row that it names."""
    if cell.claim and cell.claim in data.ledger:
        record = data.ledger[cell.claim]
        if cell.text not in record.texts:
            yield f"“{cell.text}” is no form of the claim {cell.claim}: {record.forms.full}"
        known = {name: [getattr(record, name)] for name in PARTS}
        yield from check_interval(cell.text, known, cell.claim)
    elif cell.row.partition(":")[0] in FIGURE_TABLES:
        try:
            yield from check_figures(data, cell.text, cell.row)
        except (SelectionError, ValueError):
            return  # words about a row that states no figure


def check_figures(data: ReviewData, text: str, reference: str) -> Objections:
    """Value, interval and count of a text against the row, as computed or as its source prints."""
    if not (INTERVAL.search(text) or COUNT.search(text)):
        return
    measure, row = measure_of(data, reference), row_of(data, reference)
    known = {
        "value": [measure.value, row.get("percent")],
        "lower": [measure.lower, row.get("ci_low", row.get("low"))],
        "upper": [measure.upper, row.get("ci_high", row.get("high"))],
    }
    yield from check_interval(text, known, reference)
    if (printed := COUNT.search(text)) and measure.events is not None:
        counts = (_whole(printed["events"]), _whole(printed["n"]))
        if counts != (measure.events, measure.n):
            yield f"“{text}”: the count of {reference} is {measure.events} of {measure.n}"
        if bool(printed["about"]) != measure.approximate:
            said = "computed from a percentage" if measure.approximate else "printed"
            yield f"“{text}”: the count of {reference} is {said}"


def check_interval(text: str, known: Mapping[str, Sequence[Any]], name: str) -> Objections:
    """Value and limits of a text of the form `97.9% (92.7 to 99.7)` against what is known."""
    if not (printed := INTERVAL.search(text)):
        return
    for part in PARTS:
        values = [float(value) for value in known[part] if value is not None]
        if values and not any(_rounds_to(value, printed[part]) for value in values):
            yield f"“{text}”: {part} {printed[part]}, and {name} has {significant(values[0])}"


def _rounds_to(value: float, printed: str) -> bool:
    digits = len(printed.partition(".")[2])
    shown = float(printed.replace(",", "").replace("−", "-"))
    return bool(abs(value - shown) <= 0.5 * 10**-digits * (1 + 1e-9) + 1e-12)


def _whole(text: str) -> int:
    return int(text.replace(",", ""))


# labels and heads ------------------------------------------------------------------------------


def check_label(data: ReviewData, label: str, leaves: Iterable[Cell]) -> Objections:
    """A label that names a study names one of those whose figures stand beside it."""
    if not (named := studies_named(data.evidence, label)):
        return
    beside = {study for leaf in leaves for study in studies_of(data, leaf)}
    if beside and not named & beside:
        yield f"the label names {', '.join(sorted(named))}, the row {', '.join(sorted(beside))}"


def studies_of(data: ReviewData, cell: Cell) -> set[str]:
    """The studies that the figures of a cell come from."""
    rows = data.ledger[cell.claim].rows if cell.claim in data.ledger else (cell.row,)
    found = set()
    for row in rows:
        if row.partition(":")[0] in FIGURE_TABLES:
            found.add(str(row_of(data, row)["study_id"]))
    return found


def check_heads(data: ReviewData, table: Table) -> Objections:
    """A head that names an outcome or a statistic names one of those below it."""
    heads = {words.head for words in interface_words().statistics.values()} - {""}
    outcomes = _outcomes(data)
    for at, column in enumerate(table.columns):
        for names, name_of in ((heads, _statistic_of), (outcomes, _outcome_of)):
            said = {name for name in names if name in column.label.lower()}
            leaves = [leaf for row in table.rows for leaf in leaves_of(row[at])] if said else []
            below = {name_of(data, leaf) for leaf in leaves}
            if below - {""} and not said & below:
                stands = ", ".join(sorted(below - {""}))
                yield f"column {at + 1}: the head is “{column.label}”, and below stands {stands}"


def _statistic_of(data: ReviewData, cell: Cell) -> str:
    if cell.claim not in data.ledger:
        return ""
    return words_of_statistic(data.ledger[cell.claim].statistic).head


def _outcome_of(data: ReviewData, cell: Cell) -> str:
    table = cell.row.partition(":")[0]
    if table not in WHAT or not INTERVAL.search(cell.text):
        return ""
    row, kind = row_of(data, cell.row), WHAT[table]
    return label_of(data.evidence, kind, str(row[kind if kind in row else "measure"])).lower()


def _outcomes(data: ReviewData) -> list[str]:
    words = data.evidence.rows["vocabulary"].all()
    return [str(row["label"]).lower() for row in words if row["kind"] in WHAT.values()]
