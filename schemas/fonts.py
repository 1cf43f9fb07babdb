"""Which signs the PDF can set: with the bundled fonts, Typst's own, and those that others lend."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from schemas.fallback_fonts import find_fallbacks

FONTS = Path(__file__).parents[1] / "_extensions" / "review" / "fonts"
STANDARDS: list[Any] = ["ua-1", "a-3a"]  # that every PDF keeps: each sign needs a glyph


@cache
def bundled() -> frozenset[str]:
    """Signs that a font of the review has; empty where the fonts are not there."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    found: set[str] = set()
    for path in sorted(FONTS.glob("*.otf")):
        with TTFont(path, lazy=True) as font:
            found.update(map(chr, font.getBestCmap()))
    return frozenset(found)


def missing(text: str) -> frozenset[str]:
    """Signs that neither the bundled fonts nor those that Typst brings can set."""
    if text.isascii() or not bundled():
        return frozenset()
    strange = set(text) - bundled()
    return frozenset(sign for sign in strange if not sign.isascii() and not _typst_sets(sign))


@cache
def _typst_sets(sign: str) -> bool:
    """Whether Typst sets the sign with the fonts every machine has: asked, so never out of date."""
    import typst

    fonts = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
    source = f'#set document(title: "sign")\n#"\\u{{{ord(sign):x}}}"'
    try:
        typst.compile(source.encode(), font_paths=fonts, format="pdf", pdf_standards=STANDARDS)
    except typst.TypstError:
        return False
    return True


def unset(texts: Iterable[str]) -> frozenset[str]:
    """Signs of these texts that no font sets, those that this machine can lend included."""
    lacking: frozenset[str] = frozenset().union(*map(missing, texts))
    return lacking - {
        sign for fallback_font in find_fallbacks(lacking) for sign in fallback_font.signs
    }


def say_unset(text: str, signs: frozenset[str]) -> tuple[str, str, str]:
    """What is wrong with a text that holds these signs, what is expected and what to do."""
    held = [sign for sign in dict.fromkeys(text) if sign in signs]
    names = [f"{sign} (U+{ord(sign):04X}, {unicodedata.name(sign, 'unnamed')})" for sign in held]
    letters = any(unicodedata.category(sign).startswith("L") for sign in held)
    return (
        "the fonts of the PDF lack " + ", ".join(names),
        "signs that the bundled fonts have, or a font on this machine",
        IN_LATIN if letters else "write it in words, or remove it",
    )


IN_LATIN = (
    "write it in Latin letters, as the article's English record does, or install a font that has "
    "it, such as Noto Sans CJK, or name its folder in REVIEW_FONTS"
)
