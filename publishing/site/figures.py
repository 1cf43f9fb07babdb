"""Sets the drawings of a chapter into its page, and gives every other image its size."""

from __future__ import annotations

import base64
import csv
import posixpath
import re
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

from analysis.words import say
from publishing.printing.page_drawing import is_drawing

IMAGE = re.compile(r"<img\b[^>]*>")
SOURCE = re.compile(r'\bsrc="([^"]+)"')
SIZED = re.compile(r'\s(?:width|height)=|style="[^"]*(?:width|height)')
SVG_TAG = re.compile(r"<svg\b[^>]*>")
LENGTH = r'\s{}="([\d.]+)(pt|px|)"'
VIEW_BOX = re.compile(r'\sviewBox="[\d.-]+[ ,]+[\d.-]+[ ,]+([\d.]+)[ ,]+([\d.]+)"')
PIXELS = {"pt": 96 / 72, "px": 1.0, "": 1.0}


def images_of(body: str, page: str) -> dict[str, str]:
    """Source of each image of a chapter, and its path in the project."""
    sources = [SOURCE.search(found) for found in IMAGE.findall(body)]
    folder = posixpath.dirname(page)
    return {
        source[1]: posixpath.normpath(posixpath.join(folder, source[1]))
        for source in sources
        if source and ":" not in source[1]
    }


def size_images(body: str, page: str, root: Path) -> str:
    """The body with width and height, in CSS pixels, of each image that gives none."""
    paths = images_of(body, page)

    def size(found: re.Match[str]) -> str:
        source = SOURCE.search(found[0])
        if SIZED.search(found[0]) or not source or source[1] not in paths:
            return found[0]
        width, height = image_size(root / paths[source[1]])
        return found[0].replace(" src=", f' width="{width}" height="{height}" src=', 1)

    return IMAGE.sub(size, body)


@cache
def image_size(file: Path) -> tuple[int, int]:
    """Width and height in CSS pixels."""
    if file.suffix != ".svg":
        from PIL import Image  # takes long to import, and most pictures are drawn

        with Image.open(file) as image:
            return image.size
    found = SVG_TAG.search(file.read_text(encoding="utf-8"))
    tag = found[0] if found else ""
    sides = [re.search(LENGTH.format(side), tag) for side in ("width", "height")]
    box = VIEW_BOX.search(tag)
    width, height = (
        float(side[1]) * PIXELS[side[2]] if side else float(box[number]) if box else 0.0
        for number, side in enumerate(sides, 1)
    )
    return int(width), int(height)


FLOAT = re.compile(r'<figure id="fig-[^>]*>.*?</figure>', re.DOTALL)
CAPTION_LAST = re.compile(r"(?:<figcaption.*?</figcaption>\s*)?</figure>$", re.DOTALL)
FACES = (("Regular", "normal"), ("Semibold", "600"))
COLUMNS = ("cohort", "measured", "result")


def set_figures(body: str, page: str, root: Path) -> str:
    """The body with each drawing of this review in place of its image."""
    paths = images_of(body, page)

    def set_one(found: re.Match[str]) -> str:
        image = IMAGE.search(found[0])
        source = SOURCE.search(image[0]) if image else None
        file = root / paths.get(source[1], "") if source else root
        if image is None or source is None or not is_drawing(file):
            return found[0]
        figure = found[0].replace(image[0], file.read_text(encoding="utf-8"))
        foot = "".join(_foot(source[1].removesuffix(".svg"), file.with_suffix(".csv")))
        return CAPTION_LAST.sub(lambda end: f"{foot}{end[0]}", figure, count=1)

    return FLOAT.sub(set_one, body)


def files_of(path: str, root: Path) -> dict[str, Path]:
    """What the site holds of an image: the file, and the data of a drawing."""
    rows = (root / path).with_suffix(".csv")
    found = {path: root / path}
    return found | ({path.removesuffix(".svg") + ".csv": rows} if rows.is_file() else {})


def fonts_script(fonts: Path) -> str:
    """A script with the faces of drawings: a picture that leaves its page takes them along."""

    def rule(face: str, weight: str) -> str:
        data = base64.b64encode((fonts / f"ReviewSans-{face}.woff2").read_bytes()).decode()
        source = f"url(data:font/woff2;base64,{data})"
        return f'@font-face{{font-family:"Review Sans";font-weight:{weight};src:{source}}}'

    rules = "".join(rule(face, weight) for face, weight in FACES)
    return f"window.figureFonts = {rules!r};\n"


def _foot(source: str, rows: Path) -> Iterator[str]:
    """Downloads, and the rows in a table that opens; it stands beside the text, not in it."""
    yield f'<footer class="figure-tools"><p><span>{say("page.download")}</span> '
    yield f'<a href="{escape(source)}.svg" download>SVG</a>'
    if not rows.is_file():
        yield "</p></footer>\n"
        return
    yield f' <a href="{escape(source)}.csv" download>CSV</a></p>'
    yield f'<details><summary>{say("page.data")}</summary><div class="table-box" role="region" '
    yield f'tabindex="0" aria-label="{say("page.data")}"><table><thead><tr>'
    yield "".join(f"<th>{say(f'page.{name}')}</th>" for name in (*COLUMNS, "counted"))
    yield "</tr></thead><tbody>"
    with rows.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            counted = f"{row['events']}/{row['n']}" if row["events"] and row["n"] else ""
            cells = (*(escape(row[name]) for name in COLUMNS), counted)
            yield f'<tr data-row="{row["row"]}">'
            yield "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    yield "</tbody></table></div></details></footer>\n"
