"""Gives every image of a chapter its own size: a page that knows it does not move."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

from PIL import Image

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
