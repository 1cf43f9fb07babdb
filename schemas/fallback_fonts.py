"""Fonts of this machine that lend signs the review's lack: Chinese, Japanese, Korean."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDERS = "REVIEW_FONTS"
"""Environment variable: folders to look in instead of the system's, written like PATH."""
KNOWN = (
    "notoserifcjk", "sourcehanserif", "notosanscjk", "sourcehansans", "notoserifsc", "notosanssc",
    "notosanstc", "notosansjp", "notosanskr", "wqy", "droidsansfallback", "pingfang", "hiragino",
    "applesdgothic", "stheiti", "songti", "msyh", "simsun", "msjh", "yugoth", "msgothic", "malgun",
)  # fmt: skip
"""How the names of system fonts for these scripts begin, the better ones first."""
ENDINGS = {".otf", ".ttf", ".ttc", ".otc"}
UNREADABLE = (OSError, ValueError, KeyError, AssertionError, struct.error)
NO_SUBSET, BITMAPS, RESTRICTED = 0x0100, 0x0200, 0x0002  # OS/2 fsType


@dataclass(frozen=True)
class FallbackFont:
    """A font file, the face of it that is meant, and the signs it lends."""

    path: Path
    face: int
    signs: frozenset[str]


def find_fallbacks(
    signs: frozenset[str], folders: Sequence[Path] | None = None
) -> list[FallbackFont]:
    """Fonts that have these signs and may be embedded, as few as follow from their order."""
    found: list[FallbackFont] = []
    left = signs
    for path in _candidates(folders) if signs else ():
        for face, held in _faces(path):
            if lent := left & held:
                found.append(FallbackFont(path, face, lent))
                left -= lent
        if not left:
            break
    return found


def font_folders() -> tuple[Path, ...]:
    """Where fonts are looked for: the folders named by the environment, or the system's."""
    if (named := os.environ.get(FOLDERS)) is not None:
        return tuple(Path(folder) for folder in named.split(os.pathsep) if folder)
    home = Path("~").expanduser()
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    if sys.platform == "win32":
        windows = Path(os.environ.get("WINDIR", "C:/Windows"))
        return (windows / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts")
    return (
        Path("/usr/share/fonts"), Path("/usr/local/share/fonts"),
        home / ".local/share/fonts", home / ".fonts",
    )  # fmt: skip


def _candidates(folders: Sequence[Path] | None) -> list[Path]:
    """Font files in a fixed order; of the system's only those known for these scripts."""
    chosen = folders is not None or FOLDERS in os.environ
    places = font_folders() if folders is None else folders
    ranked = [
        (rank, "regular" not in path.name.lower(), path.name, path)
        for place in places
        for path in place.rglob("*")
        if path.suffix.lower() in ENDINGS
        and ((rank := _rank(path)) < len(KNOWN) or chosen)
    ]  # fmt: skip
    return [path for *_, path in sorted(ranked)]


def _rank(path: Path) -> int:
    name = "".join(letter for letter in path.stem.lower() if letter.isalnum())
    return next((at for at, known in enumerate(KNOWN) if name.startswith(known)), len(KNOWN))


def _faces(path: Path) -> Iterator[tuple[int, frozenset[str]]]:
    """The signs of each face that Typst can embed; none where the file cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]

    for face in range(_count(path)):
        try:
            with path.open("rb") as stream, TTFont(stream, fontNumber=face, lazy=True) as font:
                held = frozenset(map(chr, font.getBestCmap() or ())) if _usable(font) else None
        except (TTLibError, *UNREADABLE):
            return
        if held:
            yield face, held


def _count(path: Path) -> int:
    """How many faces a font file has."""
    try:
        with path.open("rb") as stream:
            start = stream.read(12)
    except OSError:
        return 0
    return int.from_bytes(start[8:12], "big") if start.startswith(b"ttcf") else 1


def _usable(font: Any) -> bool:
    """Whether it has outlines that Typst reads and its licence lets a PDF hold a part of it."""
    rights = font["OS/2"].fsType
    forbidden = rights & (NO_SUBSET | BITMAPS) or rights & 0xF == RESTRICTED
    return ("glyf" in font or "CFF " in font) and not forbidden
