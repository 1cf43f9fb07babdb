"""What a misspelt name was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[object], otherwise: str = "") -> str:
    """`did you mean 'x'?` for the known name nearest to a misspelt one, else `otherwise`."""
    lowered = {str(name).lower(): str(name) for name in sorted(map(str, known), reverse=True)}
    close = get_close_matches(word.lower(), lowered, n=1, cutoff=0.7)
    return f"did you mean {lowered[close[0]]!r}?" if close else otherwise


def hint(word: str, known: Iterable[object]) -> str:
    """The same to follow a message: `; did you mean 'x'?`, or nothing."""
    meant = nearest(word, known)
    return f"; {meant}" if meant else ""
