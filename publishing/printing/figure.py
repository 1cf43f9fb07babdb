"""One figure: an SVG under figures/, alt text that states the finding, a caption with claims."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from publishing.printing.fallback_subsets import write_fallback_fonts
from schemas.fonts import missing

if TYPE_CHECKING:
    from matplotlib import RcParams
    from matplotlib.figure import Figure as Drawing

FOLDER = "figures"
FONTS = Path(__file__).parents[2] / "_extensions" / "review" / "fonts"


@cache
def style() -> RcParams:
    """What figures look like, the same letters on every machine; its colours are the palette's.

    matplotlib is read when the first figure is drawn: most checks draw none.
    """
    import matplotlib as mpl
    from matplotlib import font_manager

    mpl.use("svg")
    for face in ("Regular", "Italic", "Semibold"):
        font_manager.fontManager.addfont(FONTS / f"ReviewSans-{face}.otf")
    place = Path(__file__).with_name("figures.mplstyle")
    return mpl.rc_params_from_file(place, use_default_template=False)


def in_style() -> AbstractContextManager[None]:
    """Draw, look at ticks or write in the style of the figures; nothing outside changes."""
    look = style()
    import matplotlib as mpl

    return mpl.rc_context(look)


def blank_drawing(width: float, height: float) -> Drawing:
    """A drawing with nothing on it yet, in inches."""
    from matplotlib.figure import Figure as Drawing

    return Drawing(figsize=(width, height))


@dataclass(frozen=True)
class Figure:
    """A drawn figure. `alt` is plain text; `caption` is Markdown."""

    name: str
    alt: str
    caption: str

    @property
    def plain_alt(self) -> str:
        """The alternative text as an attribute holds it."""
        return self.alt.replace('"', "'")

    def _repr_markdown_(self) -> str:
        return (
            f"::: {{#fig-{self.name}}}\n"
            f'![](/{FOLDER}/{self.name}.svg){{fig-alt="{self.plain_alt}"}}\n\n'
            f"{self.caption}\n:::\n"
        )


def save(root: Path, figure: Figure, drawing: Drawing, kind: str, rows: str) -> None:
    """Write the drawing as SVG, the same bytes for the same data, and its `rows` as CSV.

    Words stay words, on a page and on paper: the PDF is set with the fonts they were measured in.
    """
    with in_style(), _borrowed(drawing):  # the salt is read when it is written
        from publishing.printing.page_drawing import page_drawing  # lxml takes long to import

        page = page_drawing(_svg(drawing), figure.name, figure.plain_alt, kind)
    (root / FOLDER).mkdir(exist_ok=True)
    _write(root / FOLDER / f"{figure.name}.svg", page.encode())
    if rows:
        _write(root / FOLDER / f"{figure.name}.csv", rows.encode())
    drawing.clear()


def _svg(drawing: Drawing) -> bytes:
    stream = BytesIO()
    drawing.savefig(stream, format="svg", metadata={"Date": None}, bbox_inches="tight")
    return stream.getvalue()


def _write(path: Path, written: bytes) -> None:
    # Quarto runs each document once a format: an unchanged file is left alone.
    if not path.exists() or path.read_bytes() != written:
        path.write_bytes(written)


def text_width(text: str, size: float, face: str = "normal") -> float:
    """How wide a text is in inches at `size` points; signs of lent fonts count as wide ones."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    known = "".join("M" if sign in missing(text) else sign for sign in text)
    font = FontProperties(family=style()["font.family"], size=size, weight=face)
    return float(text_to_path.get_text_width_height_descent(known, font, ismath=False)[0]) / 72


@contextmanager
def _borrowed(drawing: Drawing) -> Iterator[None]:
    """Texts with signs that the bundled face lacks have, meanwhile, a lent font after that face."""
    from matplotlib import font_manager
    from matplotlib.text import Text

    texts = [text for text in drawing.findobj(Text) if missing(text.get_text())]
    known = font_manager.fontManager.ttflist
    before = len(known)
    with tempfile.TemporaryDirectory(prefix="review-fonts-") as scratch:
        for path in write_fallback_fonts(
            "".join(text.get_text() for text in texts), Path(scratch) / "lent"
        ):
            font_manager.fontManager.addfont(path)
        families = [*style()["font.family"], *(font.name for font in known[before:])]
        for text in texts:
            text.set_fontfamily(families)
        yield
    del known[before:]
