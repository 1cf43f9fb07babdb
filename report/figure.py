"""One figure: an SVG under figures/, alt text that states the finding, a caption with claims."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("svg")

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

FOLDER = "figures"
SETTINGS = {
    "svg.fonttype": "path",
    "svg.hashsalt": "clinical-evidence-review",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "figure.facecolor": "white",
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
    path = root / FOLDER / f"{name}.svg"
    path.parent.mkdir(exist_ok=True)
    # Quarto runs each document once a format: an unchanged file is left alone.
    if not path.exists() or path.read_bytes() != stream.getvalue():
        path.write_bytes(stream.getvalue())
    drawing.clear()
