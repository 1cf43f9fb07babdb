"""Specification curves: every set of cohorts, what it gives, and the decisions behind it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from analysis.ledger import Record
from analysis.multiverse import Multiverse
from analysis.wording import SECONDARY_MARK
from publishing.document import ClaimText
from publishing.figure import SETTINGS, Figure, save
from publishing.figures.forest import WIDTH
from publishing.palette import FILL, INK, PAPER, QUIET, SOFT
from publishing.workbench import Workbench

LIGHT = SOFT
ROW = 0.175  # inches a row of the lower panel: text of 8 points
TOP = 2.3  # inches of the upper panel
LEFT = 0.385  # of the width, for the labels


def render_multiverse(bench: Workbench, outcome: str) -> Figure:
    """The specification curve of one outcome."""
    found = bench.analyses.multiverse(outcome)
    name = f"multiverse-{outcome}"
    save(bench.root, name, draw_curve(found))
    return Figure(name, _alt(bench, found), _caption(bench, found))


def _shares(bench: Workbench, found: Multiverse) -> list[Record]:
    key = found.definition.id
    return [bench.ledger[f"multiverse.{key}.{item.id}"] for item in found.definition.conclusions]


def _alt(bench: Workbench, found: Multiverse) -> str:
    key = found.definition.id
    spread = bench.ledger[f"multiverse.{key}.range"].forms.plain.rstrip(SECONDARY_MARK)
    sets = bench.ledger[f"multiverse.{key}.sets"].forms.plain.rstrip(SECONDARY_MARK)
    shares = "; ".join(record.forms.full.rstrip(SECONDARY_MARK) for record in _shares(bench, found))
    return (
        f"{found.definition.title}: specification curve of {sets} sets of cohorts, sorted by their "
        f"pooled value. Over all models the pooled values run from {spread}. The conclusions "
        f"hold in these shares of analyses: {shares}."
    )


def _caption(bench: Workbench, found: Multiverse) -> str:
    key = found.definition.id
    claims = {n: ClaimText(bench.ledger[f"multiverse.{key}.{n}"]) for n in ("analyses", "sets")}
    keys = "; ".join(f"@{name}" for name in bench.ledger[f"multiverse.{key}.sets"].citekeys)
    shares = "; ".join(str(ClaimText(record, "full")) for record in _shares(bench, found))
    return (
        f"{found.definition.title} in every defensible analysis. "
        f"Above, each of {claims['sets']} sets of cohorts, sorted: the dot and the line are the "
        "pooled value and its interval by the first model, the grey bar the pooled values of all "
        "models; the open diamond is the protocol's own set where it is pooled. "
        "Dashed lines are the values of the conclusions. "
        "Below, the options of each decision that lead to the set. "
        f"The conclusions hold in these shares of {claims['analyses']} analyses: {shares}. [{keys}]"
    )


def draw_curve(found: Multiverse) -> Drawing:
    """The curve with its decisions."""
    order = np.argsort(found.bounds["estimate"][:, 0], kind="stable")
    options = sum(len(decision.options) + 1 for decision in found.decisions)
    height = TOP + ROW * options + 0.2
    with mpl.rc_context(SETTINGS):
        drawing = Drawing(figsize=(WIDTH, height))
        wide = 0.985 - LEFT
        upper = drawing.add_axes((LEFT, 1 - (TOP - 0.1) / height, wide, (TOP - 0.2) / height))
        lower = drawing.add_axes((LEFT, 0.1 / height, wide, ROW * options / height))
        _draw_values(upper, found, order)
        _draw_decisions(lower, found, order)
    return drawing


def _draw_values(axes: Axes, found: Multiverse, order: np.ndarray) -> None:
    at = np.arange(len(order))
    estimates = found.bounds["estimate"][order]
    low, high = found.bounds["lower"][order, 0], found.bounds["upper"][order, 0]
    axes.vlines(at, estimates.min(axis=1), estimates.max(axis=1), color=LIGHT, linewidth=3.2)
    axes.vlines(at, low, high, color=INK, linewidth=0.7)
    axes.plot(at, estimates[:, 0], "o", color=FILL, markersize=2.6)
    if found.baseline is not None:
        where = int(np.flatnonzero(order == found.baseline)[0])
        axes.plot(
            [where], [estimates[where, 0]], "D", markersize=6, markerfacecolor=PAPER,
            markeredgecolor=INK, zorder=5,
        )  # fmt: skip
    for value in sorted({item.value for item in found.definition.conclusions}):
        axes.axhline(value, color=QUIET, linewidth=0.8, linestyle=(0, (4, 2)), zorder=0)
    axes.set_xlim(-1, len(order))
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_ylabel("Pooled, %")
    top = 102 if high.max() > 60 else 1.05 * float(max(high.max(), estimates.max()))
    axes.set_ylim(0, top)


def _draw_decisions(axes: Axes, found: Multiverse, order: np.ndarray) -> None:
    row, total = 0, sum(len(decision.options) + 1 for decision in found.decisions)
    transform = axes.get_yaxis_transform()
    for position, decision in enumerate(found.decisions):
        axes.text(
            -0.62, total - row, decision.title, transform=transform, fontsize=8.5,
            fontweight="semibold", va="center",
        )  # fmt: skip
        row += 1
        for option in decision.options:
            y = total - row
            used = [at for at, i in enumerate(order) if found.sets[i].uses(position, option.id)]
            axes.axhline(y, color=LIGHT, linewidth=0.4, zorder=0)
            axes.plot(used, [y] * len(used), "s", color=INK, markersize=1.9, zorder=2)
            axes.text(-0.60, y, option.title, transform=transform, fontsize=8.5, va="center")
            row += 1
    axes.set_xlim(-1, len(order))
    axes.set_ylim(0.4, total + 0.6)
    axes.axis("off")


FIGURES: dict[str, Callable[[Workbench], Figure]] = {
    f"multiverse-{outcome}": partial(render_multiverse, outcome=outcome)
    for outcome in ("orr", "cr", "crs-g3")
}
