"""What a statistic yields: a value with its interval, denominator, population and origin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from analysis.words import section
from schemas.evidence import Evidence
from schemas.protocol import Protocol

if TYPE_CHECKING:
    from analysis.formulae.intervals import ProportionInterval

INTERVALS = ("exact", "printed", "model")
"""Limits that say how sure an estimate is."""
VERIFICATION_ORDER = ("full_text", "abstract_or_label", "company_or_conference", "secondary")


@dataclass(frozen=True)
class Measure:
    """One computed statistic, before it is put in words.

    `value`, `lower` and `upper` are on the scale they are printed in (percent,
    months, ratio). `interval` says where the limits come from: `exact`,
    `printed`, `model` or empty; or that they are the `extremes` or `quartiles` of people, or the
    `range` of several estimates. `words` replaces the value where there is no
    number to print (a median that was not reached, a date). `digits` is the most
    decimals the source allows; `approximate` marks a count computed from a percentage; `caveat`
    is a word that stands with the interval. `format_unit` is the unit that its format follows
    where the column of a cell is in another than its row: the people of a median in months.
    """

    unit: str
    value: float | Fraction | None = None
    lower: float | None = None
    upper: float | None = None
    upper_open: bool = False
    interval: str = ""
    level: float = 0.95
    events: int | None = None
    n: int | None = None
    cohorts: int | None = None
    words: str = ""
    population: str = ""
    subgroup: str = ""
    cut_off: str = ""
    follow_up_months: float | None = None
    rows: tuple[str, ...] = ()
    citekeys: tuple[str, ...] = ()
    verification: str = ""
    method: str = ""
    digits: int | None = None
    approximate: bool = False
    caveat: str = ""
    format_unit: str = ""


def interval_of(events: int, n: int, protocol: Protocol) -> ProportionInterval:
    """The interval of one proportion, by the protocol's method and level; from 0 to 1."""
    from analysis.formulae.intervals import compute_interval_proportion  # and NumPy

    method = protocol.single_proportion.replace("_", "-")
    return compute_interval_proportion(events, n, method=method, level=protocol.level)


def weakest(levels: Iterable[Any]) -> str:
    """The least checked of several verification levels, empty when there is none."""
    known = [str(level) for level in levels if str(level) in VERIFICATION_ORDER]
    return max(known, key=VERIFICATION_ORDER.index, default="")


def distinct(values: Iterable[Any]) -> tuple[str, ...]:
    """Non-empty texts, each once, in the order they came."""
    return tuple(dict.fromkeys(str(value) for value in values if value is not None and str(value)))


def population_label(row: dict[str, Any]) -> str:
    """The population a row describes, in words."""
    population = str(row.get("population") or "")
    return section("populations").get(population, population.replace("_", " "))


def printed_level(row: Mapping[str, Any]) -> float:
    """The level of the interval that a row prints, from 0 to 1; 95% where it names none."""
    level = row.get("ci_level")
    return 0.95 if level is None else float(level) / 100


def provenance(row: dict[str, Any], reference: str) -> dict[str, Any]:
    """The fields of a Measure that say where a single row's figure comes from."""
    return {
        "population": population_label(row),
        "subgroup": row.get("subgroup") or row.get("window") or "",
        "cut_off": row.get("data_cutoff") or "",
        "follow_up_months": row.get("follow_up_months"),
        "rows": (reference,),
        "citekeys": distinct([row.get("citekey")]),
        "verification": row.get("verification") or "",
    }


def label_of(evidence: Evidence, kind: str, term: str) -> str:
    """The vocabulary's label for a term, the term itself in words where it has none."""
    return _said(evidence, kind, term, "label") or term.replace("_", " ")


def defined(evidence: Evidence, kind: str, term: str) -> str:
    """What the vocabulary says at length of a term; its label where it says no more."""
    return _said(evidence, kind, term, "definition") or label_of(evidence, kind, term)


def _said(evidence: Evidence, kind: str, term: str, column: str) -> str:
    """What the vocabulary says of a term in a column, nothing where it says nothing."""
    words = evidence.rows["vocabulary"]
    cells = zip(*(words.cells(name) for name in ("kind", "term", column)), strict=True)
    return next((str(said) for of, name, said in cells if (of, name) == (kind, term) and said), "")
