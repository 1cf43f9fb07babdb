"""What a page may print: the forms of each claim, the figures of each row, names, dates."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis.due import REASONS, DueSource, sources_due
from analysis.ledger import Ledger, Record
from analysis.pooling import Pooled
from analysis.reads import Once, note_all, note_read
from analysis.review_data import ReviewData
from analysis.robustness import Analyses
from analysis.selection import SelectionError, row_or_none, rows_of
from analysis.snapshots import rows_kept
from analysis.syntheses import Group, Synthesis
from publishing.checks.numbers import (
    ADDRESSES,
    DATES,
    TERMS,
    Figures,
    Token,
    merged,
    short_form,
    tokens_of,
    without,
)
from publishing.checks.scan.releases import of_release
from publishing.documents.digits import name_pattern
from publishing.printing.analysis_cells import PREFIX, facts_of_analysis
from publishing.printing.cells import ROWS_SHOWN, named_in
from publishing.tables.data_dictionary import texts_of_column
from publishing.tables.recorded import PINNED, recorded_rows
from schemas.evidence import Evidence
from schemas.protocol import Protocol


@dataclass
class Facts:
    """The ledger and the evidence as the scan asks them; figures of rows are computed once.

    `printed` holds what was found of a text that is printed for a row.
    """

    root: Path
    evidence: Evidence
    ledger: Ledger
    syntheses: Mapping[str, Synthesis]
    analyses: Analyses
    names: re.Pattern[str] | None = None
    words: tuple[str, ...] = ()
    digits: dict[str, list[Token]] = field(default_factory=dict)
    printed: Once = field(default_factory=Once)
    _rows: Once = field(default_factory=Once)

    def forms(self, claim_id: str) -> frozenset[str]:
        """Every printed form of a claim, short; empty when there is no such claim."""
        if claim_id not in self.ledger:
            return frozenset()
        return frozenset(map(short_form, self.ledger[claim_id].texts))

    def figures(self, reference: str) -> Figures:
        """What a row may print. Raises SelectionError when there is no such row."""
        return self._rows.of(reference, lambda: self._figures(reference))

    def unaccounted(self, reference: str, text: str) -> tuple[str, ...]:
        """Digit sequences of a text that are no figure of a row. Raises SelectionError as above."""
        return self.printed.of((reference, text), lambda: self._unaccounted(reference, text))

    def _unaccounted(self, reference: str, text: str) -> tuple[str, ...]:
        figures = self.figures(reference)
        found = (token.text for token in self.digits_of(text))
        return tuple(token for token in found if not figures.account_for(token))

    def digits_of(self, text: str) -> list[Token]:
        """Digit sequences outside addresses, dates, terms and names; editions ask it of a text."""
        if text not in self.digits:
            self.digits[text] = tokens_of(without(text, ADDRESSES, DATES, TERMS, self.names))
        return self.digits[text]

    def _figures(self, reference: str) -> Figures:
        table, _, key = reference.partition(":")
        if table in LISTED:
            return LISTED[table](self, key)
        if table == "syntheses" and key in self.syntheses:
            return _of_synthesis(self.syntheses[key])
        if table == PREFIX:
            known = facts_of_analysis(self.analyses, key)
            return Figures(tuple(known.values), tuple(known.texts))
        row = row_or_none(self.evidence, reference)
        if row is None:
            raise SelectionError(f"evidence/{table}.csv has no row {key!r}")
        found = figures_of(row, self.evidence.review.protocol)
        for name in named_in(row, self.ledger.records):
            found |= self._placeholder(name)
        return found

    def _placeholder(self, name: str) -> Figures:
        if name in self.ledger:
            return Figures(texts=tuple(asdict(self.ledger[name].forms).values()))
        return self.figures(name)

    @cached_property
    def kept_rows(self) -> dict[str, dict[str, str]]:
        """Every row of the evidence as a release keeps it."""
        return rows_kept(self.evidence, self.analyses)

    def recorded(self, name: str) -> dict[int, Mapping[str, str]]:
        """The rows of a file that a study of the methods wrote."""
        return self._rows.of(f"file {name}", lambda: dict(recorded_rows(self.root, name)))

    @property
    def due(self) -> Sequence[DueSource]:
        """What must be read again on the date of the evidence."""
        return self._rows.of("due", lambda: sources_due(self.evidence, self.ledger))

    @cached_property
    def _claims_by_token(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for record in self.ledger.records.values():
            for token in _printed(record):
                found[token].append(record.id)
        return dict(found)

    def nearest(self, token: str, claims: Iterable[str]) -> str:
        """The claim a typed digit was probably meant to be, with its text."""
        near = [name for name in dict.fromkeys(claims) if name in self.ledger]
        holding = self._claims_by_token.get(token, [])
        found = next((name for name in near if name in holding), None)
        found = found or next(iter(holding), None) or next(iter(near), None)
        return f"{found} ({self.ledger[found].forms.plain})" if found else "none"


def facts_of(data: ReviewData, names: Iterable[str], words: Iterable[str] = ()) -> Facts:
    """The facts of a review. `words` are version, hash and such, which pages print as text."""
    titles = [part for item in data.evidence.review.syntheses for part in item.title.split(": ")]
    known = [*names, *(word for word in (*words, *titles) if tokens_of(word))]
    return Facts(
        data.root, data.evidence, data.ledger, data.syntheses, data.analyses,
        name_pattern(known), tuple(words),
    )  # fmt: skip


def _printed(record: Record) -> set[str]:
    return {token.text for text in asdict(record.forms).values() for token in tokens_of(text)}


def figures_of(row: Mapping[str, Any], protocol: Protocol) -> Figures:
    """Numbers and texts of a row, and its count, which may be printed as what it amounts to."""
    values = [v for v in row.values() if isinstance(v, int | float) and not isinstance(v, bool)]
    texts = tuple(str(v) for v in row.values() if isinstance(v, str))
    events, n = row.get("events"), row.get("n")
    counts = ((int(events), int(n)),) if events is not None and n else ()
    if row.get("ci_low") is not None or row.get("ci_high") is not None:
        values.append(95)
    return Figures(tuple(values), texts, counts, protocol)


def _of_record(facts: Facts, claim_id: str) -> Figures:
    if claim_id not in facts.ledger:
        raise SelectionError(f"the ledger has no claim {claim_id!r}")
    record = facts.ledger[claim_id]
    texts = [record.method, record.selector, record.cut_off, *record.rows]
    counts = (len(record.rows), len(record.rows) - ROWS_SHOWN)
    return Figures(counts, (*texts, *asdict(record.forms).values()))


def _of_conclusion(facts: Facts, name: str) -> Figures:
    """The numbers of a rule, which somebody chose."""
    for evaluated in facts.ledger.conclusions:
        if evaluated.id == name:
            return Figures(texts=tuple(v.condition.text for v in evaluated.verdicts))
    raise SelectionError(f"review.yml has no conclusion {name!r}")


def _of_synthesis(synthesis: Synthesis) -> Figures:
    groups = (synthesis.overall, *synthesis.groups)
    title = Figures(texts=(synthesis.definition.title, *(r for _, r in synthesis.excluded)))
    return merged([title, *(_of_group(group) for group in groups)])


def _of_group(group: Group) -> Figures:
    sizes = [cohort.n or 0 for cohort in group.cohorts]
    events = [cohort.events or 0 for cohort in group.cohorts]
    values: list[float] = [len(group.cohorts), sum(sizes), sum(events)]
    for pooled in (group.first, group.second, group.bayesian):
        values += _of_pooled(pooled) if pooled else []
    return Figures(tuple(values))


ENDS = (0.1, 99.9)  # beyond them the end of a prediction interval is not told finer


def _of_pooled(pooled: Pooled) -> list[float]:
    figures = (*asdict(pooled).values(), *(pooled.marginal or ()), *ENDS)
    return [figure for figure in figures if isinstance(figure, int | float)]


def _of_agreement(facts: Facts, kind: str) -> Figures:
    """How many cases of a kind agree with another implementation, as the tests recorded it."""
    with PINNED.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    if not rows:
        raise SelectionError(f"agreement.csv has no kind {kind!r}")
    return Figures(texts=tuple(text for row in rows for text in row.values()))


def _of_recorded(facts: Facts, key: str) -> Figures:
    """A row of a file that a study of the methods wrote."""
    note_read("settings")
    name, _, number = key.rpartition(".")
    rows = facts.recorded(name)
    if not number.isdigit() or int(number) not in rows:
        raise SelectionError(f"report/{name}.yml has no row {number!r}")
    return Figures(texts=tuple(rows[int(number)].values()))


def _of_option(facts: Facts, name: str) -> Figures:
    """An option of the multiverse: the values it keeps, drops or prefers."""
    for decision in facts.evidence.review.robustness.decisions:
        for option in decision.options:
            if f"{decision.id}.{option.id}" == name:
                choices = (option.keep, option.drop, option.prefer)
                values = [value for choice in choices for part in choice.values() for value in part]
                return Figures(texts=(option.title, option.against, *values))
    raise SelectionError(f"review.yml has no option {name!r}")


def _of_table(facts: Facts, name: str) -> Figures:
    """How many rows a table has, in all and for each word of its closed columns."""
    if name == "ledger":
        return Figures((len(facts.ledger.records),))
    rows = rows_of(facts.evidence, name)
    counts = {len(rows), 0}
    for column in ("verification", "latest", "derived"):
        if column in rows.names:
            counts |= {0, *Counter(rows.cells(column)).values()}
    for column in ("checked_by", "reread_on"):
        if column in rows.names:
            counts.add(sum(cell is not None for cell in rows.cells(column)))
    return Figures(tuple(counts))


def _of_due(facts: Facts, key: str) -> Figures:
    """What is due for a reason, of a source, or after how many months for a kind of source."""
    if key in REASONS:
        held = [item.reasons[key] for item in facts.due if key in item.reasons]
        return Figures((len(held), sum(map(len, held))))
    if key in facts.evidence.review.review_months:
        return Figures((facts.evidence.review.review_months[key],))
    for item in facts.due:
        if item.citekey == key:
            return Figures((len(item.rows), item.checked))
    raise SelectionError(f"nothing is due by the name {key!r}")


def _of_release(facts: Facts, key: str) -> Figures:
    """What a release held, beside what stands there now."""
    note_all(("evidence", "settings", "documents"))
    return of_release(facts.root, facts.ledger, lambda: facts.kept_rows, key)


LISTED: Mapping[str, Callable[[Facts, str], Figures]] = {
    "ledger": _of_record,
    "conclusions": _of_conclusion,
    "releases": _of_release,
    "agreement": _of_agreement,
    "recorded": _of_recorded,
    "tables": _of_table,
    "options": _of_option,
    "columns": lambda facts, key: Figures(
        texts=tuple(texts_of_column(facts.evidence, key).values())
    ),
    "due": _of_due,
}
"""What a mark may name besides rows, syntheses and analyses."""
