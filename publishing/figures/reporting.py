"""The flow of records: those really considered, for there was no search to count."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from publishing.figure import SETTINGS, Figure, save
from publishing.figures.forest import WIDTH
from publishing.palette import FAINT, INK, PAPER, QUIET
from publishing.workbench import Workbench

KINDS = {"reports": "Reports", "studies": "Studies", "leads": "Leads"}
DECISIONS = {
    "included": "Included",
    "context": "Kept for context",
    "excluded": "Excluded, with the reason",
}
TOP, FIRST, STEP, HEIGHT, BREADTH = 0.91, 0.7, 0.2, 0.13, 0.3


def render_flow(bench: Workbench) -> Figure:
    """One column a kind of record: how many were considered, and what became of them."""
    with mpl.rc_context(SETTINGS):
        drawing = Drawing(figsize=(WIDTH, 4.1))
        axes = drawing.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.set_axis_off()
        _box(axes, 0.5, TOP, "No database search was run: records were handed over", 0.96, FAINT)
        for column, kind in enumerate(KINDS):
            _column(axes, bench, kind, 0.17 + 0.33 * column)
    save(bench.root, "flow", drawing)
    return Figure("flow", alt=_alt(bench), caption=_caption(bench))


def _column(axes: Axes, bench: Workbench, kind: str, x: float) -> None:
    _arrow(axes, x, TOP, FIRST)
    _box(axes, x, FIRST, f"{KINDS[kind]} considered\n{_count(bench, kind)}", BREADTH, PAPER)
    _arrow(axes, x, FIRST, FIRST - STEP)
    counts = {words: _count(bench, kind, decision) for decision, words in DECISIONS.items()}
    found = [f"{words}\n{count}" for words, count in counts.items() if count]
    for place, text in enumerate(found):  # one stack: each record is in one of its boxes
        _box(axes, x, FIRST - STEP - place * HEIGHT, text, BREADTH, PAPER)


def _arrow(axes: Axes, x: float, upper: float, lower: float) -> None:
    ends = (x, lower + HEIGHT / 2), (x, upper - HEIGHT / 2)
    axes.annotate("", *ends, arrowprops={"arrowstyle": "->", "color": QUIET})


def _box(axes: Axes, x: float, y: float, text: str, breadth: float, fill: str) -> None:
    box = {"facecolor": fill, "edgecolor": QUIET, "linewidth": 0.8}
    corner = (x - breadth / 2, y - HEIGHT / 2)
    axes.add_patch(mpl.patches.Rectangle(corner, breadth, HEIGHT, **box))
    axes.text(x, y, text, ha="center", va="center", color=INK, linespacing=1.5)


def _name(kind: str, decision: str = "") -> str:
    return ".".join(filter(None, ("count.screening", kind, decision)))


def _count(bench: Workbench, kind: str, decision: str = "") -> str:
    name = _name(kind, decision)
    return bench.ledger[name].forms.plain if name in bench.ledger else ""


def _alt(bench: Workbench) -> str:
    said = ", ".join(f"{_count(bench, kind)} {kind}" for kind in KINDS)
    return (
        f"Flow of the records that were considered: {said}. Of the reports "
        f"{_count(bench, 'reports', 'included')} were included, "
        f"{_count(bench, 'reports', 'context')} were kept for context and "
        f"{_count(bench, 'reports', 'excluded')} were excluded. No database search was run."
    )


def _caption(bench: Workbench) -> str:
    def span(name: str) -> str:
        return f'[{bench.ledger[name].forms.plain}]{{.claim data-claim="{name}"}}'

    reports, studies, leads = (span(_name(kind)) for kind in KINDS)
    return (
        f"Records really considered: {reports} reports, {studies} studies and {leads} leads. The "
        "kinds overlap and must never be added together. There was no database search, so nothing "
        "was identified, deduplicated or screened by one. The reason for each decision is in the "
        "attached screening table."
    )


FIGURES: dict[str, Callable[[Workbench], Figure]] = {"flow": render_flow}
