"""Figures of the chapter on labels: when each region decided, and for how many prior lines."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from analysis.selection import present
from publishing.cells import row_of
from publishing.document import ClaimText
from publishing.figure import SETTINGS, Figure, save
from publishing.figures.forest import WIDTH
from publishing.palette import FILL, INK, PAPER, QUIET
from publishing.workbench import Workbench

LANES = (
    ("US: ide-cel", ("fda",), ("ide-cel",)),
    ("US: cilta-cel", ("fda",), ("cilta-cel",)),
    ("US: whole class", ("fda",), ("",)),
    ("EU: ide-cel", ("ec", "ema"), ("ide-cel",)),
    ("EU: cilta-cel", ("ec", "ema"), ("cilta-cel",)),
    ("Switzerland: ide-cel", ("swissmedic",), ("ide-cel",)),
    ("Japan: ide-cel", ("mhlw",), ("ide-cel",)),
    ("China: eque-cel, zevor-cel", ("nmpa",), ("eque-cel", "zevor-cel")),
    ("Spain: ARI0002h", ("aemps",), ("ari0002h",)),
)
STYLES = {
    "approval": ("o", FILL, "approval (number: prior lines asked for)"),
    "approval_expanded": ("s", FILL, "extension to earlier lines"),
    "boxed_warning": ("^", PAPER, "boxed warning, issued or read"),
    "rems_removed": ("D", PAPER, "risk programme ended"),
    "label_change": ("|", INK, "other label change"),
    "refusal_to_file": ("x", INK, "refusal to file"),
}
NUMBERED = ("approval", "approval_expanded")


@dataclass(frozen=True)
class Decision:
    """One dated decision: where it stands in time, of which kind, for how many prior lines."""

    year: float
    action: str
    lines: int | None


def render_timeline(bench: Workbench) -> Figure:
    """Dated decisions of every authority, a lane for each product and region."""
    lanes = [(label, _decisions(bench, *keys)) for label, *keys in LANES]
    save(bench.root, "label-timeline", _draw(lanes))
    date = {
        name: bench.ledger[f"date.{name}"].forms.plain
        for name in ("fda.ide", "fda.ide.earlier", "fda.cilta", "fda.cilta.earlier", "ec.ide",
                     "tcell.boxed", "rems.removed")
    }  # fmt: skip
    return Figure(
        "label-timeline",
        alt=(
            "Timeline of regulatory decisions, one lane for each product and region. "
            f"In the United States ide-cel was approved on {date['fda.ide']} and cilta-cel on "
            f"{date['fda.cilta']}, both after four or more prior lines; the labels moved to two or "
            f"more lines on {date['fda.ide.earlier']} and to one or more on "
            f"{date['fda.cilta.earlier']}. The European label of ide-cel began on {date['ec.ide']} "
            "at three or more lines. For the whole class the boxed warning on T-cell malignancies "
            f"is dated {date['tcell.boxed']} and the end of the risk programmes "
            f"{date['rems.removed']}."
        ),
        caption=_caption(bench),
    )


def _caption(bench: Workbench) -> str:
    claims = {
        name: str(ClaimText(bench.ledger[f"date.{name}"]))
        for name in ("fda.ide.earlier", "fda.cilta.earlier", "boxed.enterocolitis")
    }
    return (
        "Dated regulatory decisions. The number in a mark is the minimum of prior lines; a mark "
        "without a number means that it was not read. "
        f"Both United States labels moved to earlier lines ({claims['fda.ide.earlier']} and "
        f"{claims['fda.cilta.earlier']}). "
        f"The boxed warning drawn for cilta-cel at {claims['boxed.enterocolitis']} is the reported "
        "one on enterocolitis, which must be checked (@sec-labels-enterocolitis). "
        "Decisions without a date are not drawn. "
        "[@fda_idecel2022; @fda_ciltacel2024; @fda_idecel2025; @carvykti_us; @fda2024boxed; "
        "@fda2025rems; @fda2025ieced; @bms_ec2021; @ema_carvykti2022]"
    )


def _decisions(
    bench: Workbench, authorities: tuple[str, ...], products: tuple[str, ...]
) -> list[Decision]:
    rows = [
        {str(name): present(cell) for name, cell in record.items()}
        for record in bench.evidence.regulatory.to_dict("records")
    ]
    chosen = [
        row
        for row in rows
        if row["authority"] in authorities
        and (row["product_id"] or "") in products
        and row["action"] in STYLES
        and row["date"]
    ]
    named = [row_of(bench, f"regulatory:{row['row_id']}") for row in chosen]
    return [
        Decision(_year(row["date"]), row["action"], row["minimum_prior_lines"]) for row in named
    ]


def _year(text: Any) -> float:
    """A date as a decimal year; a month without a day stands at its middle."""
    parts = [int(part) for part in str(text).split("-")]
    year, month, day = [*parts, 7, 15][:3] if len(parts) == 1 else [*parts, 15][:3]
    start = datetime.date(year, 1, 1)
    return year + (datetime.date(year, month, day) - start).days / 365.25


def _draw(lanes: list[tuple[str, list[Decision]]]) -> Drawing:
    with mpl.rc_context(SETTINGS):
        height = 0.36 * len(lanes) + 1.25
        drawing = Drawing(figsize=(WIDTH, height))
        axes = drawing.add_axes((0.25, 0.42 / height, 0.73, 1 - 1.15 / height))
        for index, (_, decisions) in enumerate(lanes):
            y = len(lanes) - index
            axes.axhline(y, color=QUIET, linewidth=0.5, zorder=1)
            for decision in decisions:
                _mark(axes, y, decision)
        for marker, face, label in STYLES.values():
            axes.plot([], [], marker, markerfacecolor=face, markeredgecolor=INK, label=label)
        axes.set_xlim(2020, 2026.9)
        axes.set_xticks(range(2020, 2027))
        axes.set_ylim(0.4, len(lanes) + 0.6)
        axes.set_yticks([len(lanes) - i for i in range(len(lanes))], [name for name, _ in lanes])
        axes.tick_params(axis="y", length=0)
        axes.legend(loc="lower center", bbox_to_anchor=(0.36, 1.0), ncols=3, columnspacing=1.0)
    return drawing


def _mark(axes: Axes, y: float, decision: Decision) -> None:
    marker, face, _ = STYLES[decision.action]
    if decision.action == "label_change":
        y -= 0.27  # below the line, clear of the marks on it
    numbered = decision.action in NUMBERED
    axes.plot(
        [decision.year], [y], marker, markersize=13 if numbered else 8, markerfacecolor=face,
        markeredgecolor=INK, markeredgewidth=1.0, zorder=3 if numbered else 2,
    )  # fmt: skip
    if numbered and decision.lines is not None:
        axes.text(
            decision.year, y, str(decision.lines), color=PAPER, ha="center", va="center_baseline",
            fontsize=9, fontweight="semibold", zorder=4,
        )  # fmt: skip


FIGURES: dict[str, Callable[[Workbench], Figure]] = {"label-timeline": render_timeline}
