"""One figure: an SVG under figures/, alt text that states the finding, a caption with claims."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib import font_manager

from publishing.palette import INK, PAPER, dark_style

mpl.use("svg")

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

FOLDER = "figures"
FONTS = Path(__file__).parents[1] / "_extensions" / "review" / "fonts"
for face in ("Regular", "Italic", "Semibold"):  # the same letters on every machine
    font_manager.fontManager.addfont(FONTS / f"ReviewSans-{face}.otf")
SETTINGS = {
    "svg.fonttype": "path",
    "svg.hashsalt": "clinical-evidence-review",
    "font.family": "Review Sans",
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.facecolor": PAPER,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9.5,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "figure.facecolor": PAPER,
}


@dataclass(frozen=True)
class Figure:
    """A drawn figure. `alt` is plain text; `caption` is Markdown."""

    name: str
    alt: str
    caption: str

    def _repr_markdown_(self) -> str:
        alt = self.alt.replace('"', "'")
        return (
            f"::: {{#fig-{self.name}}}\n"
            f'![](/{FOLDER}/{self.name}.svg){{fig-alt="{alt}"}}\n\n'
            f"{self.caption}\n:::\n"
        )


def save(root: Path, name: str, drawing: Drawing) -> None:
    """Write the drawing as SVG, the same bytes for the same data."""
    stream = BytesIO()
    with mpl.rc_context(SETTINGS):  # the salt of its identifiers is read when it is written
        drawing.savefig(stream, format="svg", metadata={"Date": None}, bbox_inches="tight")
    written = stream.getvalue().replace(b"<metadata>", dark_style().encode() + b"\n <metadata>", 1)
    path = root / FOLDER / f"{name}.svg"
    path.parent.mkdir(exist_ok=True)
    # Quarto runs each document once a format: an unchanged file is left alone.
    if not path.exists() or path.read_bytes() != written:
        path.write_bytes(written)
    drawing.clear()
