"""How often 95% intervals hold the truth, at the spread and arm sizes of the review's small pools.

    python bench/coverage.py [--repeats 200] [--output report/coverage.yml]

Each synthesis of proportions with three or four cohorts gives a truth: its mean logit, its
variance between cohorts and the sizes of its arms. Series of 3, 4, 5 and 10 cohorts are drawn from
it, their counts are pooled, and the intervals of the mean and of a further cohort are set beside
the truth: by both models of the protocol as released versions had them, with the model's own
variance between cohorts in the prediction interval, and as the protocol has them now; and by the
protocol's Bayesian model. A row of the table is a number of cohorts under one model and
convention (test, prediction and prediction_estimator in the words of the protocol): coverage over
all syntheses and in the least favourable one, and the median width, all in percent. The same seed
gives the same table.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy import special

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.formulae.bayesian import compute_bayesian_random_effects  # noqa: E402
from analysis.formulae.binomial_normal import compute_binomial_normal, infer_again  # noqa: E402
from analysis.formulae.effect_sizes import compute_effect_proportion  # noqa: E402
from analysis.formulae.pooling import compute_random_effects  # noqa: E402
from analysis.pooling import ADDITIONS, PREDICTIONS, TESTS  # noqa: E402
from analysis.syntheses import compute_syntheses  # noqa: E402
from schemas.evidence import Evidence  # noqa: E402
from schemas.protocol import OWN, BinomialNormal, ForProportions, OfCounts  # noqa: E402
from schemas.reading_evidence import load_evidence  # noqa: E402

COHORTS = (3, 4, 5, 10)
SMALL = (3, 4)
SEED = 20261129
NODES = 20  # of the quadrature; more move a limit by far less than the study can tell
EARLIER = {"prediction": "as_test", "prediction_estimator": OWN}
BAYESIAN = ("bayesian", "half_normal")
COLUMNS = (
    "cohorts", "model", "convention", "mean", "mean_lowest", "mean_width", "prediction",
    "prediction_lowest", "prediction_width",
)  # fmt: skip
Limits = tuple[float, float, float, float]
Model = BinomialNormal | OfCounts


@dataclass(frozen=True)
class Truth:
    """A mean logit, a deviation between cohorts, and the sizes of arms."""

    name: str
    mean: float
    tau: float
    sizes: tuple[int, ...]


def truths(evidence: Evidence) -> Iterator[Truth]:
    """The small syntheses of proportions as the review pools them today."""
    for name, item in compute_syntheses(evidence).items():
        first, cohorts = item.overall.first, item.overall.cohorts
        if item.definition.measure == "proportion" and first and len(cohorts) in SMALL:
            mean = float(special.logit(first.value / 100))
            yield Truth(name, mean, first.tau2**0.5, tuple(int(c.n or 0) for c in cohorts))


def draw(truth: Truth, k: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Events and sizes of k cohorts; the arms themselves where there are as many."""
    own = len(truth.sizes) == k
    n = np.array(truth.sizes) if own else random.choice(truth.sizes, k)
    logit = random.normal(truth.mean, truth.tau, k)
    return random.binomial(n, special.expit(logit)), n


def name_of(model: Model) -> tuple[str, str]:
    """A model and its convention, as a row of the table names them."""
    return model.model, f"{model.test}, {model.prediction}, {model.prediction_estimator}"


def studied(models: ForProportions) -> tuple[Model, ...]:
    """Each model of the protocol: as released, with its own variance, and as it is."""
    first, second = models.first, models.second
    released = ({"test": "normal"} | EARLIER, {"test": "hartung_knapp"} | EARLIER)
    return tuple(
        model.model_copy(update=changed)
        for model, before in zip((first, second), released, strict=True)
        for changed in (before, {"prediction_estimator": OWN}, {})
    )


def limits_of(
    events: np.ndarray, n: np.ndarray, models: ForProportions
) -> Iterator[tuple[tuple[str, str], Limits]]:
    """Limits of mean and prediction, as logits, under each model and convention."""
    fit = compute_binomial_normal(events, n, nodes=NODES)
    add, to = ADDITIONS[models.second.zero_cells]
    effects = compute_effect_proportion(events, n, measure="PLO", add=add, to=to)
    for model in studied(models):
        options = {
            "test": TESTS[model.test],
            "prediction": PREDICTIONS[model.prediction],
            "prediction_estimator": model.further,
            "level": 0.95,
        }
        if isinstance(model, BinomialNormal):
            found = infer_again((events, n), fit, **options, add=add, to=to)
        else:
            found = compute_random_effects(effects, estimator=model.estimator, **options)
        yield name_of(model), _limits(found)
    tau_scale = models.bayesian.tau_scale
    yield BAYESIAN, _limits(compute_bayesian_random_effects(effects, tau_scale=tau_scale))


def _limits(found: Any) -> Limits:
    return found.lower, found.upper, found.prediction_lower, found.prediction_upper


def judge(truth: Truth, limits: Limits) -> tuple[float, float, float, float]:
    """Whether the mean is held and with what probability a new cohort is; both widths."""
    lower, upper, low, high = limits
    held = float(lower <= truth.mean <= upper)
    if truth.tau:
        ends = (np.array([low, high]) - truth.mean) / truth.tau
        further = float(np.diff(special.ndtr(ends))[0])
    else:
        further = float(low <= truth.mean <= high)
    widths = [
        100 * float(np.diff(special.expit([a, b]))[0]) for a, b in ((lower, upper), (low, high))
    ]
    return held, further, *widths  # type: ignore[return-value]


def study(repeats: int) -> Iterator[dict[str, str]]:
    """The rows of the table."""
    evidence = load_evidence(ROOT)
    found = list(truths(evidence))
    models = evidence.review.protocol.proportion
    assert models is not None
    rows_of = (*map(name_of, studied(models)), BAYESIAN)
    for k in COHORTS:
        results: dict[tuple[str, str], list[np.ndarray]] = {key: [] for key in rows_of}
        for number, truth in enumerate(found):
            random = np.random.default_rng([SEED, k, number])
            series: dict[tuple[str, str], list[Limits]] = {key: [] for key in rows_of}
            for _ in range(repeats):
                for key, limits in limits_of(*draw(truth, k, random), models):
                    series[key].append(judge(truth, limits))
            for key, rows in series.items():
                results[key].append(np.array(rows))
        for (model, convention), parts in results.items():
            yield summarise(k, model, convention, np.array(parts))
        print(f"{k} cohorts: {len(found)} syntheses, {repeats} series of each", file=sys.stderr)


def summarise(k: int, model: str, convention: str, all_of: np.ndarray) -> dict[str, str]:
    """One row, from results [syntheses, series, 4]."""
    coverage, widths = 100 * all_of[:, :, :2].mean(axis=1), np.median(all_of[:, :, 2:], axis=(0, 1))
    numbers = (
        coverage[:, 0].mean(), coverage[:, 0].min(), widths[0],
        coverage[:, 1].mean(), coverage[:, 1].min(), widths[1],
    )  # fmt: skip
    cells = (str(k), model, convention, *(f"{number:.1f}" for number in numbers))
    return dict(zip(COLUMNS, cells, strict=True))


def main() -> None:
    """Run the study and write its table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=200)
    parser.add_argument("--output", type=Path, default=ROOT / "report" / "coverage.yml")
    options = parser.parse_args()
    lines = [
        "# Written by `nox -s bench -- coverage`: how often 95% intervals hold,",
        f"# in percent, over all small syntheses and in the worst; {options.repeats} series each.",
    ]
    for row in study(options.repeats):
        cells = ", ".join(f"{name}: '{text}'" for name, text in row.items())
        lines.append(f"- {{{cells}}}")
    options.output.write_text("\n".join([*lines, ""]), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
