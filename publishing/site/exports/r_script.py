"""R scripts that pool a synthesis again with metafor and compare with what the review prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.pooling import TABLE_MEASURES, TABLE_SCALES
from analysis.syntheses import Synthesis
from publishing.site.exports.synthesis_data import (
    Method,
    Result,
    csv_text,
    figure_of,
    figures_of,
    groups_of,
)
from schemas.rounding import significant

FOLDER, SUITE = "recompute", "recompute.R"
BACK = {
    "logit": "100 * plogis(y)",
    "log_log": "100 * exp(-exp(y))",
    "arcsine": "100 * sin(pmin(pmax(y, 0), pi / 2))^2",
    "log": "exp(y)",
    "identity": "y",
    "risk": "100 * y",
}
TO = {
    "logit": "qlogis(rate(x))",
    "log_log": "log(-log(rate(x)))",
    "arcsine": "asin(sqrt(rate(x)))",
    "log": "log(x)",
    "identity": "x",
}
MEASURES = {"logit": "PLO", "arcsine": "PAS"}
ZERO_CELLS = {
    "half_where_needed": 'add = 1/2, to = "only0"',
    "half_if_any": 'add = 1/2, to = "if0all"',
    "half_everywhere": 'add = 1/2, to = "all"',
}
ERRORS = {  # standard error of the mean, by test; `classical` and `common` are defined above it
    "normal": "classical",
    "t": "classical",
    "hartung_knapp": "hartung_knapp",
    "hartung_knapp_floor": "max(hartung_knapp, common)",
    "hartung_knapp_ad_hoc": "max(hartung_knapp, classical)",
}
SPREADS = {  # standard error and degrees of freedom of the prediction interval
    "none": ("NA", "NA"),
    "normal": ("classical", "Inf"),
    "as_test": ("error", "df"),
    "t_k_minus_2": ("error", "max(k - 2, 1)"),
    "t_k_minus_1_veroniki2019": ("classical", "k - 1"),
}
PIECES = Path(__file__).with_name("r")


def script_path(synthesis: str) -> str:
    """The place of the script of a synthesis in the site."""
    return f"{FOLDER}/{synthesis}.R"


def script_of(
    item: Synthesis, methods: Mapping[str, Method], results: Sequence[Result], about: str
) -> str:
    """The script of one synthesis: its cohorts, its models, and what the review computed."""
    names = ("group", "cohort", *figures_of(item))
    groups = groups_of(item)
    cohorts = [
        {"group": groups.get(cohort.arm_id, ""), "cohort": cohort.arm_id}
        | {name: figure_of(cohort, name) for name in names[2:]}
        for cohort in item.overall.cohorts
    ]
    review = [row._asdict() for row in results]
    measure = item.definition.measure
    level = next(iter(methods.values())).level
    head = fill(
        "head",
        title=item.definition.title,
        about=about,
        level=significant(level, 10),
        cohorts=_table(names, cohorts),
        review=_table(("group", "model", "quantity", "value"), review),
    )
    models = [_model(name, method, measure) for name, method in methods.items()]
    listed = ", ".join(f"{name} = {name}" for name in methods)
    return "".join([head, *models, fill("compare", models=listed, id=item.definition.id)])


def fill(piece: str, **values: str) -> str:
    """A piece of R from the folder `r`, with its `{{places}}` filled in."""
    text = (PIECES / f"{piece}.R").read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    return text


def _table(names: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    """A call that reads the rows, which stand in the script as comma-separated text."""
    text = csv_text(names, rows).replace("\\", "\\\\").replace("'", "\\'")
    kinds = {"group": '"character"', "cohort": '"character"'}
    known = ", ".join(f"{name} = {kind}" for name, kind in kinds.items() if name in names)
    return f"read.csv(text = '\n{text}', colClasses = c({known}))"


def _model(name: str, method: Method, measure: str) -> str:
    if method.model == "bayesian":
        tau_scale = significant(method.tau_scale, 10)
        made = _effects(method, measure)
        return fill("bayesian", name=name, tau_scale=tau_scale, **made)
    if method.model == "mantel_haenszel":
        back = BACK[TABLE_SCALES[measure]]
        return fill("mantel_haenszel", name=name, measure=TABLE_MEASURES[measure], back=back)
    spread, spread_df = SPREADS[method.prediction]
    common = {
        "name": name,
        "estimator": method.estimator,
        "error": ERRORS[method.test],
        "df": "Inf" if method.test == "normal" else "k - 1",
        "spread": spread,
        "spread_df": spread_df,
        "further": _further(method),
    }
    if method.model == "binomial_normal":
        return fill("binomial_normal", **common, back=BACK["logit"])
    return fill("inverse_variance", **common, **_effects(method, measure))


def _further(method: Method) -> str:
    """The variance between cohorts that the prediction interval uses."""
    if method.further is None:
        return "fit$tau2"
    piece = "further_of_counts" if method.model == "binomial_normal" else "further"
    zero_cells = ZERO_CELLS.get(method.zero_cells, "")
    return fill(piece, zero_cells=zero_cells, estimator=method.further).rstrip("\n")


def _effects(method: Method, measure: str) -> dict[str, str]:
    """The lines that turn cohorts into effects with variances, and the way back."""
    if measure == "mean_difference":
        made = fill("of_means")
    elif measure in TABLE_MEASURES:
        zero_cells = ZERO_CELLS[method.zero_cells]
        made = fill("of_tables", measure=TABLE_MEASURES[measure], zero_cells=zero_cells)
    elif measure == "proportion":
        zero_cells = ZERO_CELLS[method.zero_cells]
        made = fill("of_counts", measure=MEASURES[method.scale], zero_cells=zero_cells)
    else:
        made = fill("of_printed", to=TO[method.scale])
    return {"effects": made.rstrip("\n"), "back": BACK[method.scale]}
