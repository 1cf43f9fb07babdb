"""Fonts of this machine lend the signs that the review's lack, those and no others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from schemas.fallback_fonts import FallbackFont, find_fallbacks
from schemas.fonts import missing, say_unset
from schemas.problems import ReviewError


def write_fallback_fonts(text: str, folder: Path) -> list[Path]:
    """Write into the new `folder` fonts with the signs of a text that the review's fonts lack.

    They hold these signs and no others: whatever else is printed is set as on every machine.
    """
    folder.mkdir()
    lacking = missing(text)
    fallbacks = find_fallbacks(lacking)
    if left := lacking.difference(*(fallback_font.signs for fallback_font in fallbacks)):
        raise ReviewError(f"The text cannot be set: {'; '.join(say_unset(text, left))}")
    return [_cut(fallback_font, folder / f"{at}.otf") for at, fallback_font in enumerate(fallbacks)]


def _cut(fallback_font: FallbackFont, place: Path) -> Path:
    """Write the part of a font that is lent; where it is."""
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(fallback_font.path, fontNumber=fallback_font.face, recalcTimestamp=False) as font:
        cutter = Subsetter(Options(hinting=False, notdef_outline=True))
        cutter.populate(unicodes=map(ord, sorted(fallback_font.signs)))
        cutter.subset(font)
        _settle(font).save(place)
    return place


def _settle(font: Any) -> Any:
    """A variable font at regular weight: Typst would set it at its first, often the thinnest."""
    from fontTools.varLib.instancer import (  # type: ignore[import-untyped]
        instantiateVariableFont,
    )

    if "fvar" not in font:
        return font
    axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
    return instantiateVariableFont(font, {**axes, **({"wght": 400} if "wght" in axes else {})})
