"""Traffic lights of risk of bias: a line a study, a light an item of the tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from analysis.review_data import ReviewData
from publishing.displays.specification import FigureSpecification, Part
from publishing.figures.forest_drawing import WIDTH
from publishing.printing.cells import evidence_rows
from publishing.printing.figure import blank_drawing
from publishing.printing.palette import FAINT, FILL, INK, MIDDLE, PAPER, QUIET
from schemas.choices import TOOL_ITEMS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

ROW, HEAD = 0.27, 0.42  # inches of a line, and above the first line of a tool
NAMES = 2.3  # inches for the names of the studies
SIGNS = {
    "no concern": ("+", FAINT, INK),
    "some concern": ("?", MIDDLE, INK),
    "grave concern": ("\u2212", FILL, PAPER),
    "not known": ("i", PAPER, QUIET),
}
"""What a light shows and its colours, so that nothing depends on colour alone."""
ANSWERS = {
    "Yes": "no concern", "Low": "no concern", "Not applicable": "no concern",
    "Some concerns": "some concern", "Moderate": "some concern",
    "No": "grave concern", "High": "grave concern", "Serious": "grave concern",
    "Critical": "grave concern", "Unclear": "not known", "No information": "not known",
}  # fmt: skip
GRAVEST = ("not known", "no concern", "some concern", "grave concern")
Lights = dict[str, dict[str, str]]


class Panel(Part):
    """The studies appraised with one `tool`; `items` are short names of its items, in order."""

    tool: Literal["JBI case series", "RoB 2", "ROBINS-I", "QUIPS"]
    title: str
    items: tuple[str, ...]


class RiskOfBias(FigureSpecification):
    """Lights of each panel, one below the other; of several outcomes the gravest is shown."""

    kind: Literal["risk-of-bias"]
    draws: ClassVar = "analysis"
    panels: tuple[Panel, ...]

    def drawing(self, data: ReviewData) -> tuple[Drawing, tuple[str, ...]]:
        """The drawing, and the judgements it shows."""
        found = [(panel, *lights_of(data, panel.tool)) for panel in self.panels]
        rows = tuple(row for _, _, references in found for row in references)
        return draw_lights([(panel, lights) for panel, lights, _ in found]), rows


def lights_of(data: ReviewData, tool: str) -> tuple[Lights, tuple[str, ...]]:
    """The light of each item by study name, and the rows that were read."""
    names = data.evidence.studies.set_index("study_id")["name"]
    lights: Lights = {}
    rows = []
    for reference, row in evidence_rows(data, "appraisal[]"):
        if row["tool"] != tool:
            continue
        item = next(item for item in TOOL_ITEMS[tool] if _is(row["domain"], item))
        of_study = lights.setdefault(str(names[row["study_id"]]), {})
        both = (of_study.get(item, GRAVEST[0]), ANSWERS[row["judgement"]])
        of_study[item] = max(both, key=GRAVEST.index)
        rows.append(reference)
    return lights, tuple(rows)


def _is(domain: str, item: str) -> bool:
    return domain == item or domain.partition(" ")[0] == item


def draw_lights(panels: list[tuple[Panel, Lights]]) -> Drawing:
    """Every panel with its studies; an item nobody answered stays empty."""
    heights = [HEAD + ROW * len(lights) for _, lights in panels]
    total = sum(heights) + 0.1
    drawing = blank_drawing(WIDTH, total)
    top = total
    for (panel, lights), height in zip(panels, heights, strict=True):
        top -= height
        axes = drawing.add_axes((0, top / total, 1, height / total))
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(0, height)
        axes.axis("off")
        _draw_panel(axes, panel, lights, height)
    return drawing


def _draw_panel(axes: Axes, panel: Panel, lights: Lights, height: float) -> None:
    step = (WIDTH - NAMES) / len(panel.items)
    places = [NAMES + step * (at + 0.5) for at in range(len(panel.items))]
    axes.text(0.05, height - 0.24, panel.title, fontsize=8.5, fontweight="semibold", va="center")
    for place, item in zip(places, panel.items, strict=True):
        axes.text(place, height - 0.24, item, fontsize=6.5, ha="center", va="center", color=QUIET)
    for at, (study, answers) in enumerate(lights.items()):
        y = height - HEAD - ROW * (at + 0.5) + 0.04
        axes.text(0.05, y, study, fontsize=8, va="center")
        for place, item in zip(places, TOOL_ITEMS[panel.tool], strict=True):
            if item in answers:
                sign, face, ink = SIGNS[answers[item]]
                axes.plot([place], [y], "o", markersize=11, markerfacecolor=face,
                          markeredgecolor=QUIET, markeredgewidth=0.7)  # fmt: skip
                axes.text(place, y, sign, fontsize=8, ha="center", va="center", color=ink)
