"""L'Abbé plots: the risk of the treated against that of the controls, a circle a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from analysis.absolute import risk_with
from analysis.review_data import ReviewData
from publishing.displays.specification import FigureSpecification, SynthesisName
from publishing.figures.forest_drawing import WIDTH
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import INK, PAPER, QUIET

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing


class LAbbe(FigureSpecification):
    """Studies of two arms by their risks in percent; circles grow with the weight.

    Dotted is the line of equal risks, dashed what the pooled effect makes of each risk without.
    """

    kind: Literal["labbe"]
    draws: ClassVar = "analysis"
    synthesis: SynthesisName
    xlabel: str
    ylabel: str

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the evidence rows it shows."""
        synthesis = data.syntheses[self.synthesis]
        cohorts = synthesis.overall.cohorts
        risks = np.array([[100 * (a.events or 0) / (a.n or 1) for a in c.arms] for c in cohorts])
        weights = data.analyses.pooled(self.synthesis).weights
        drawing = blank_drawing(WIDTH * 0.66, WIDTH * 0.6)
        axes = drawing.add_axes((0.13, 0.13, 0.84, 0.84))
        most = 1.08 * float(risks.max())
        axes.plot([0, most], [0, most], color=QUIET, linewidth=0.8, linestyle=(0, (1, 2)))
        axes.scatter(
            risks[:, 1], risks[:, 0], s=14 + 150 * weights / weights.max(), facecolor=PAPER,
            edgecolor=INK, linewidth=0.9, zorder=3,
        )  # fmt: skip
        if synthesis.overall.first is not None:
            grid = np.linspace(0, most, 60)
            value = synthesis.overall.first.value
            fitted = [100 * risk_with(synthesis, risk / 100, value) for risk in grid]
            axes.plot(grid, fitted, color=INK, linewidth=1, linestyle=(0, (4, 2)))
        axes.set(xlim=(0, most), ylim=(0, most), xlabel=self.xlabel, ylabel=self.ylabel)
        return drawing, tuple(row for cohort in cohorts for row in cohort.rows)
