"""Lets the figures of a column stand with their decimal points below each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

WHOLE = re.compile(r"[≈<>≤≥−]?\d(?:[\d,]*\d)?")
NO_FIGURE = re.compile(r"\d+(?:\.\d+){2}|\d+ [^\W\d]+ \d{4}\b|\d{4}-\d\d\b")  # a version, a day
DIGIT_WIDE = "\u2007"  # a space as wide as a digit; both fonts of tables have it
LONGEST = 60  # characters: what is longer is prose that happens to begin with a figure


def room_before(texts: Sequence[str]) -> list[str]:
    """Spaces before each text of a column, so that the whole digits of all end at one place.

    None in a column of words: where fewer than two texts begin with a figure, or most do not, or
    one is a version or a day.
    """
    if any(map(NO_FIGURE.match, texts)):
        return [""] * len(texts)
    found = [WHOLE.match(text) if len(text) <= LONGEST else None for text in texts]
    lengths = [len(match[0]) for match in found if match]
    if len(lengths) < 2 or len(lengths) < len([text for text in texts if len(text) > 1]) / 2:
        return [""] * len(texts)
    return [DIGIT_WIDE * (max(lengths) - len(match[0])) if match else "" for match in found]


def end_apart(texts: Sequence[str]) -> bool:
    """Whether right alignment would put the decimal points of these texts at different places."""
    return len({len(text) - match.end() for text in texts if (match := WHOLE.match(text))}) > 1
