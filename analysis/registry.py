"""The registry of statistics: what any layer asks of one is said where it is computed.

A claim names a statistic by its key. Every property is given with the decorator `statistic`;
one that is missing or unknown stops the import. The words stand in `analysis/words.yml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import import_module
from typing import Any, Literal, Protocol, TypeVar, get_args

from analysis.measures import Measure
from analysis.selection import SelectionError, select_rows
from schemas.evidence import Evidence
from schemas.problems import ReviewError

MODULES = (
    "analysis.statistics", "analysis.syntheses", "analysis.absolute",
    "analysis.robustness_measures",
)  # fmt: skip
FOLLOW_UP = "follow_up_months"
AS_ITS_ROWS = "as its rows"
BY_TABLE = "by table"
Family = Literal["rows", "synthesis", "robustness"]
Unit = Literal["percent", "number", "ratio", "date", "as its rows"]
Part = Literal["by table", "syntheses", "spread", "other"]
Says = Literal["result", "analysis", "fact", "count"]
Cells = Mapping[str, Any]
Compute = Callable[..., Measure]
Decorated = TypeVar("Decorated", bound=Compute)


class Analyses(Protocol):
    """What a statistic is computed from; `analysis.robustness.Analyses` is one."""

    @property
    def evidence(self) -> Evidence:
        """The validated evidence."""

    @property
    def syntheses(self) -> Mapping[str, Any]:
        """The syntheses of the protocol, by identifier."""


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """One statistic that a claim may name.

    `family` is what it is computed from: rows and a selector, a synthesis and a group, or the
    analyses beside the protocol. `part` is the part of the ledger. `says` is what a claim
    states: a result of patients, an analysis of results, a fact about the evidence, or a count
    of rows that repeats no figure of theirs. `compares` tells of a comparison by itself;
    `minor` comes last among answers. `reads` names the figures of a row it depends on, from
    the row's filled cells and the column of the selector.
    """

    key: str
    compute: Compute
    family: Family
    unit: Unit
    part: Part
    says: Says
    compares: bool
    minor: bool
    reads: Callable[[Cells, str | None], tuple[str, ...]]

    def __post_init__(self) -> None:
        kinds = {"family": Family, "unit": Unit, "part": Part, "says": Says}
        for name, kind in kinds.items():
            value, known = getattr(self, name), get_args(kind)
            if value not in known:
                said = f"statistic {self.key!r}: {name} {value!r} is unknown"
                raise ValueError(f"{said}; expected one of {', '.join(known)}")

    @property
    def counts_rows(self) -> bool:
        """Whether it repeats no figure of the rows behind it."""
        return self.says == "count"

    def measure(self, analyses: Analyses, selector: str) -> Measure:
        """What a selector yields. Raises SelectionError where the evidence has nothing usable."""
        measure = CALLS[self.family](self.compute, analyses, selector)
        none = self.counts_rows and measure.value == 0  # a result: the evidence holds none
        if self.family == "rows" and not measure.rows and not none:
            raise SelectionError("stands on no evidence row")
        if self.unit not in (AS_ITS_ROWS, measure.unit):
            said = f"statistic {self.key!r} yields {measure.unit}"
            raise ValueError(f"{said}; it is registered with the unit {self.unit}")
        return measure


def _of_rows(compute: Compute, analyses: Analyses, selector: str) -> Measure:
    return compute(analyses.evidence, select_rows(analyses.evidence, selector))


def _of_synthesis(compute: Compute, analyses: Analyses, selector: str) -> Measure:
    name, _, group = selector.removeprefix("synthesis:").partition("/")
    if name not in analyses.syntheses:
        raise SelectionError(f"review.yml defines no synthesis {name!r}")
    return compute(analyses.syntheses[name], group)


def _of_analyses(compute: Compute, analyses: Analyses, selector: str) -> Measure:
    return compute(analyses, selector)


CALLS: Mapping[Family, Callable[[Compute, Analyses, str], Measure]] = {
    "rows": _of_rows,
    "synthesis": _of_synthesis,
    "robustness": _of_analyses,
}
STATISTICS: dict[str, Statistic] = {}


def statistic(key: str, **properties: Any) -> Callable[[Decorated], Decorated]:
    """Register the decorated function under a key, with every property of a statistic."""
    wanted = {field.name for field in fields(Statistic)} - {"key", "compute"}
    if wrong := wanted.symmetric_difference(properties):
        said = [f"{'lacks' if name in wanted else 'has no'} {name}" for name in sorted(wrong)]
        raise ValueError(f"statistic {key!r} {', '.join(said)}")

    def keep(compute: Decorated) -> Decorated:
        if key in STATISTICS:
            raise ValueError(f"statistic {key!r} is registered twice")
        STATISTICS[key] = Statistic(key=key, compute=compute, **properties)
        return compute

    return keep


def statistics() -> Mapping[str, Statistic]:
    """Every statistic by its key."""
    _register()
    return STATISTICS


@cache
def _register() -> None:
    for module in MODULES:
        import_module(module)


def statistic_of(key: str) -> Statistic:
    """The statistic of a key; ReviewError for one that nobody registered."""
    for module in MODULES:  # those of rows alone need no NumPy
        if key in STATISTICS:
            return STATISTICS[key]
        import_module(module)
    known = statistics()
    if key not in known:
        raise ReviewError(f"no statistic {key!r} is registered; known: {', '.join(sorted(known))}")
    return known[key]
