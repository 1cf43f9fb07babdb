"""Read the input and the options of a reference case."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from analysis.formulae.design import Categorical
from analysis.formulae.effect_sizes import (
    compute_effect_proportion,
    compute_effect_rate,
)
from analysis.formulae.reported_effects import compute_effect_observed_expected
from analysis.formulae.two_groups import compute_effect_means, compute_effect_two_by_two
from analysis.formulae.types import EffectSizes

Case = dict[str, Any]


def read_option(case: Case, name: str, default: str) -> str:
    """An option of the R call: written there, or a variable of the input."""
    if isinstance(case["input"].get(name), str):
        return str(case["input"][name])
    written = re.search(rf'\b{name} = "([^"]*)"', case["r_call"])
    return written.group(1) if written else default


def read_effects(case: Case) -> EffectSizes | None:
    """The effect sizes of the input; None where yi and vi are given."""
    data = case["input"]
    measure, to = read_option(case, "measure", "PLO"), read_option(case, "to", "only0")
    if "ti" in data:
        return compute_effect_rate(data["xi"], data["ti"], measure=measure, to=to)
    if "xi" in data:
        return compute_effect_proportion(
            data["xi"], data["ni"], measure=measure, to=to, add=data.get("add")
        )
    if "ai" in data:
        measure = read_option(case, "measure", "OR")
        counts = [data[name] for name in ("ai", "n1i", "ci", "n2i")]
        return compute_effect_two_by_two(
            *counts,
            measure=measure,
            to=to,
            drop00="drop00 = TRUE" in case["r_call"],
            undefined="exclude",
        )
    if "m1i" in data:
        names = {"mean": "m", "sd": "sd", "n": "n"}
        values = {f"{ours}_{g}": data[f"{r}{g}i"] for ours, r in names.items() for g in (1, 2)}
        return compute_effect_means(**values, measure=measure)
    if "OmE" in data:
        return compute_effect_observed_expected(data["OmE"], data["V"])
    return None


def read_studies(case: Case) -> tuple[np.ndarray, np.ndarray]:
    effects = read_effects(case)
    if effects is None:
        return np.array(case["input"]["yi"], float), np.array(case["input"]["vi"], float)
    return effects.yi, effects.vi


def read_fit_options(case: Case) -> dict[str, str]:
    return {
        "estimator": read_option(case, "method", "REML"),
        "test": read_option(case, "test", "z"),
    }


def read_moderators(case: Case) -> dict[str, Any] | None:
    formula = re.search(r"mods = ~([^,]*?)(?:,|\)$)", case["r_call"].replace("\n", " "))
    if formula is None:
        return None
    terms = formula.group(1).replace(" - 1", "").split("+")
    moderators: dict[str, Any] = {}
    for term in terms:
        name = term.strip().removeprefix("factor(").rstrip(")")
        values = case["input"][name]
        moderators[name] = Categorical(values) if "factor(" in term else values
    return moderators
