"""Syntheses as data, and the methods by which R pools them again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from analysis.cohorts import Cohort
from analysis.syntheses import Group, Synthesis
from schemas.cells import for_csv
from schemas.choices import TWO_ARM_MEASURES
from schemas.protocol import Conventions, PoolingModel
from schemas.rounding import significant


@dataclass(frozen=True)
class Method:
    """One model, in the words of the protocol; `level` is a fraction.

    `scale` belongs to inverse variance, `zero_cells` to counts as effects, from which the
    variance `further` of a binomial-normal model is too; `tau_scale` belongs to the Bayesian model,
    which takes its effects from that of inverse variance. `further` names the estimator of the
    variance between studies in the prediction interval, None where it is the model's own.
    """

    model: str
    estimator: str
    test: str
    prediction: str
    level: float
    scale: str = "log"
    zero_cells: str = ""
    tau_scale: float = 0.0
    further: str | None = None


def methods_of(synthesis: Synthesis) -> dict[str, Method]:
    """The models by name (first, second, bayesian) of a synthesis."""
    conventions = synthesis.conventions
    second = getattr(conventions.models, "second", None)
    first = _method(conventions.models.first, conventions)
    found = {"first": first} | ({"second": _method(second, conventions)} if second else {})
    if synthesis.overall.bayesian:
        effects = _method(conventions.effects, conventions)
        tau_scale = conventions.models.bayesian.tau_scale
        found["bayesian"] = replace(effects, model="bayesian", tau_scale=tau_scale)
    return found


def _method(model: PoolingModel, conventions: Conventions) -> Method:
    return Method(
        model.model,
        model.estimator,
        model.test,
        model.prediction,
        conventions.level,
        scale=getattr(model, "scale", "log"),
        zero_cells=getattr(conventions.effects, "zero_cells", ""),
        further=model.further,
    )


ALL = "all"
TABLES = ("events", "n", "events_2", "n_2")
MEANS = ("mean", "sd", "n", "mean_2", "sd_2", "n_2")
COUNTED, PRINTED = ("events", "n"), ("value", "lower", "upper", "level")
QUANTITIES = ("value", "lower", "upper", "prediction_lower", "prediction_upper", "tau2")
MARGINAL = ("marginal", "marginal_lower", "marginal_upper")


class Result(NamedTuple):
    """One number of the review, on the printed scale (tau2 on that of the model)."""

    group: str
    model: str
    quantity: str
    value: float


def csv_text(names: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """A table as comma-separated text with lines that end alike everywhere."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(names), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: for_csv(cell) for name, cell in row.items()} for row in rows)
    return stream.getvalue()


def figures_of(item: Synthesis) -> tuple[str, ...]:
    """What of a cohort is pooled: its counts, or its value with the interval and its level.

    Of two arms it is what each arm counts or measures, that of the controls marked by a 2.
    """
    measure = item.definition.measure
    if measure in TWO_ARM_MEASURES:
        return MEANS if measure == "mean_difference" else TABLES
    return COUNTED if measure == "proportion" else PRINTED


def figure_of(cohort: Cohort, name: str) -> object:
    """What a cohort has under the name of a column."""
    if cohort.treated is None or cohort.control is None:
        return getattr(cohort, name)
    if name.endswith("_2"):
        return getattr(cohort.control, name.removesuffix("_2"))
    return getattr(cohort.treated if name in (*TABLES, *MEANS) else cohort, name)


def groups_of(item: Synthesis) -> dict[str, str]:
    """The group of each cohort, by the identifier of its arm."""
    return {cohort.arm_id: group.name for group in item.groups for cohort in group.cohorts}


def cohorts_csv(item: Synthesis) -> str:
    """A row a cohort: group, names, the figures that are pooled, evidence row and source."""
    groups = groups_of(item)
    names = ("group", "cohort", "label", *figures_of(item), "row", "citekey")

    def cells(cohort: Cohort) -> dict[str, object]:
        own = {"group": groups.get(cohort.arm_id, ""), "cohort": cohort.arm_id}
        return own | {name: figure_of(cohort, name) for name in names[2:]}

    return csv_text(names, map(cells, item.overall.cohorts))


def results_of(item: Synthesis) -> list[Result]:
    """What the review computed for all cohorts and for each group that is pooled."""
    return [*_results(ALL, item.overall), *(r for g in item.groups for r in _results(g.name, g))]


def _results(name: str, group: Group) -> list[Result]:
    found = []
    for model in ("first", "second", "bayesian"):
        pooled = getattr(group, model)
        values = {quantity: getattr(pooled, quantity, None) for quantity in QUANTITIES}
        marginal = getattr(pooled, "marginal", None) or (None, None, None)
        for quantity, value in (values | dict(zip(MARGINAL, marginal, strict=True))).items():
            if value is not None:
                found.append(Result(name, model, quantity, float(significant(value, 12))))
    return found
