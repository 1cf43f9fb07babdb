"""The ledger: every number that may be printed, its words, and where it comes from."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from analysis.claims import Claim, claim_problem, format_problem
from analysis.conclusions import EvaluatedConclusion
from analysis.measures import Measure
from analysis.natural import PlainWords, plain_words, tell_plainly
from analysis.reads import noted_as
from analysis.registry import statistic_of
from analysis.selection import SelectionError
from analysis.source_states import SourceState, gravest_state, states_of
from analysis.wording import FormatError, Forms, check_format, compose_forms
from analysis.words import say
from schemas.cells import for_csv
from schemas.evidence import Evidence
from schemas.problems import Problem, ReviewError
from schemas.rounding import significant

if TYPE_CHECKING:
    from analysis.robustness import Analyses
    from analysis.syntheses import Synthesis

PLAIN_FORMS = ("natural", "natural_full")


def graded(level: str) -> str:
    """A level of certainty with its signs: `⊕⊕○○ low`; empty where nobody has judged it."""
    return say(f"grades.{level.replace('_', ' ')}") if level else ""


@dataclass(frozen=True)
class Record:
    """One claim as computed: the printed forms, the figures behind them, and their origin."""

    id: str
    statistic: str
    selector: str
    format: str
    topic: str
    unit: str
    value: float | None
    lower: float | None
    upper: float | None
    interval: str
    level: float
    events: int | None
    n: int | None
    cohorts: int | None
    population: str
    subgroup: str
    cut_off: str
    follow_up_months: float | None
    certainty: str
    verification: str
    rows: tuple[str, ...]
    citekeys: tuple[str, ...]
    method: str
    note: str
    forms: Forms
    hash: str

    def printed(self, form: str) -> str:
        """A form as documents print it; `certainty` is the word with the signs of GRADE.

        Plain words bear no mark of a secondary source: the pages that use them say it once.
        """
        if form == "certainty":
            return graded(self.certainty)
        words: str = getattr(self.forms, form)
        return words.removesuffix(self.forms.mark) if form in PLAIN_FORMS else words

    @property
    def texts(self) -> frozenset[str]:
        """Everything that may be printed for it."""
        forms, own = self.forms, map(self.printed, ("certainty", *PLAIN_FORMS))
        return frozenset({*asdict(forms).values(), forms.short, forms.unmarked, *own})


@dataclass(frozen=True)
class Ledger:
    """Records by claim identifier, in the order of the claims table, and what they license.

    A record names its sources by citekey; what became of these is beside the records, so that
    asking the registers again changes no record and no hash.
    """

    records: Mapping[str, Record]
    conclusions: tuple[EvaluatedConclusion, ...] = ()
    sources: Mapping[str, SourceState] = field(default_factory=dict)
    _nearest: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, compare=False)

    def __getitem__(self, claim_id: str) -> Record:
        return self.records[claim_id]

    def __contains__(self, claim_id: object) -> bool:
        return claim_id in self.records

    @cached_property
    def _by_row(self) -> dict[str, list[Record]]:
        """The records that stand on each row."""
        found: dict[str, list[Record]] = defaultdict(list)
        for record in self.records.values():
            for row in record.rows:
                found[row].append(record)
        return dict(found)

    def sharing(self, record: Record) -> tuple[str, ...]:
        """The other claims that stand on at least one of this record's rows."""
        found = {other.id for row in record.rows for other in self._by_row.get(row, ())} - {
            record.id
        }
        return tuple(name for name in self.records if name in found)

    def nearest(self, record: Record) -> tuple[str, ...]:
        """The other claims that share most of its rows, the closest first, counts of rows apart."""
        with noted_as(f"nearest:{record.id}"):
            if record.id not in self._nearest:
                rows, shares = set(record.rows), {}
                for other in map(self.records.__getitem__, self.sharing(record)):
                    if not statistic_of(other.statistic).counts_rows:
                        shares[other.id] = len(rows & {*other.rows}) / len(rows | {*other.rows})
                found = sorted(shares, key=lambda name: -shares[name])
                self._nearest[record.id] = tuple(found)
            return self._nearest[record.id]

    def state_of(self, record: Record) -> str:
        """The state of a record's sources together: flagged before unchecked before clean."""
        return gravest_state(self.sources[key] for key in record.citekeys if key in self.sources)

    def to_json(self, review: Mapping[str, str] | None = None) -> str:
        """Canonical JSON: sorted keys, records in the order of the claims table.

        `review` says which version and build of the review the ledger belongs to.
        """
        body: dict[str, Any] = {
            "conclusions": [evaluated.to_dict() for evaluated in self.conclusions],
            "records": [asdict(record) for record in self.records.values()],
            "sources": [asdict(state) for state in self.sources.values()],
        }
        if review:
            body["review"] = dict(review)
        return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1) + "\n"

    def to_csv(self) -> str:
        """One line a record; lists joined by ` | `."""
        stream = io.StringIO()
        names = [name for name in Record.__dataclass_fields__ if name != "forms"]
        writer = csv.DictWriter(stream, [*names, *Forms.__dataclass_fields__], lineterminator="\n")
        writer.writeheader()
        for record in self.records.values():
            writer.writerow(_flat(record))
        return stream.getvalue()


def _flat(record: Record) -> dict[str, Any]:
    cells = asdict(record)
    cells |= cells.pop("forms")
    return {
        name: for_csv(" | ".join(value) if isinstance(value, tuple) else value)
        for name, value in cells.items()
    }


def compute_ledger(
    evidence: Evidence,
    claims: Iterable[Claim],
    syntheses: Mapping[str, Synthesis],
    analyses: Analyses | None = None,
) -> Ledger:
    """Compute every claim; ReviewError lists each one that selects none, many or nothing usable.

    `analyses` keeps what is computed beside the protocol, for those who print it later.
    """
    from analysis.robustness import Analyses  # and NumPy

    known = analyses or Analyses(evidence, syntheses)
    records, lost = compute_records(claims, known)
    if lost:
        raise ReviewError(lost.values())
    return Ledger(records, sources=states_of(evidence))


def compute_records(
    claims: Iterable[Claim], known: Analyses
) -> tuple[dict[str, Record], dict[str, Problem]]:
    """The record of every claim that can be computed, and the problem of every other one."""
    records: dict[str, Record] = {}
    lost: dict[str, Problem] = {}
    for claim in claims:
        try:
            records[claim.id] = known.keep("claim", claim.said, partial(_record, claim, known))
        except FormatError as error:
            lost[claim.id] = format_problem(claim, str(error), error.expected)
        except (SelectionError, ValueError) as error:
            lost[claim.id] = claim_problem(claim, str(error))
    return records, lost


def _record(claim: Claim, known: Analyses) -> Record:
    evidence = known.evidence
    words = known.keep("plain words", "", lambda: plain_words(evidence))
    certainty = certainty_of(evidence, claim.topic)
    measure = compute_claim(claim, known)
    check_format(measure, claim.format)
    return record_of(claim, measure, certainty, words)


def compute_claim(claim: Claim, analyses: Analyses) -> Measure:
    """The measure a claim asks for. Raises SelectionError where the evidence has none."""
    return statistic_of(claim.statistic).measure(analyses, claim.selector)


def certainty_of(evidence: Evidence, topic: str) -> str:
    """The draft certainty judged for a topic, empty where nobody has judged it."""
    if not topic:
        return ""
    for row in evidence.rows["judgements"].records("topic", topic):
        if row["domain"] == "overall":
            return str(row["judgement"])
    raise SelectionError(f"judgements.csv has no overall judgement for the topic {topic!r}")


def record_of(claim: Claim, measure: Measure, certainty: str, words: PlainWords) -> Record:
    """Put a measure in words and seal it with a hash of its content."""
    forms = tell_plainly(compose_forms(measure, claim.format), measure, certainty, words)
    body: dict[str, Any] = {
        "id": claim.id,
        "statistic": claim.statistic,
        "selector": claim.selector,
        "format": claim.format,
        "topic": claim.topic,
        "unit": measure.unit,
        "value": _float(measure.value),
        "lower": _float(measure.lower),
        "upper": _float(measure.upper),
        "interval": measure.interval,
        "level": measure.level,
        "events": _integer(measure.events),
        "n": _integer(measure.n),
        "cohorts": measure.cohorts,
        "population": measure.population,
        "subgroup": measure.subgroup,
        "cut_off": measure.cut_off,
        "follow_up_months": _float(measure.follow_up_months),
        "certainty": certainty,
        "verification": measure.verification,
        "rows": measure.rows,
        "citekeys": measure.citekeys,
        "method": measure.method,
        "note": claim.note,
    }
    return Record(**body, forms=forms, hash=seal_of(body | {"forms": asdict(forms)}))


def is_sealed(record: Record) -> bool:
    """Whether a record is still what its hash was taken of."""
    body = vars(record) | {"forms": vars(record.forms)}
    return bool(body.pop("hash") == seal_of(body))


def seal_of(body: Mapping[str, Any]) -> str:
    """The hash that a record states of everything else in it."""
    sealed = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(sealed.encode()).hexdigest()[:16]


def _float(value: float | Fraction | None) -> float | None:
    # Twelve significant digits: what is left differs between linear algebra libraries.
    return None if value is None else float(significant(value, 12))


def _integer(value: int | None) -> int | None:
    return None if value is None else int(value)
