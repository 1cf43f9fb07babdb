"""Lets the figures of a column stand with their decimal points below each other."""

from __future__ import annotations

import re
from collections.abc import Sequence

WHOLE = re.compile(r"[≈<>≤≥−]?\d(?:[\d,]*\d)?")
NO_FIGURE = re.compile(r"\d+(?:\.\d+){2}|\d+ [^\W\d]+ \d{4}\b|\d{4}-\d\d\b")  # a version, a day
DIGIT_WIDE = "\u2007"  # a space as wide as a digit; both fonts of tables have it
LONGEST = 60  # characters: what is longer is prose that happens to begin with a figure
MOST_LONG = 0.2  # share of figures above which a column is one of prose


def room_before(texts: Sequence[str]) -> list[str]:
    """Spaces before each text of a column, so that the whole digits of all end at one place.

    None in a column of words: where fewer than two texts begin with a figure, or most do not,
    where many are long, or where one is a version or a day.
    """
    if any(map(NO_FIGURE.match, texts)):
        return [""] * len(texts)
    figures = [match for text in texts if (match := WHOLE.match(text))]
    short = [match for match in figures if len(match.string) <= LONGEST]
    of_words = len(short) < len([text for text in texts if len(text) > 1]) / 2
    if len(short) < 2 or of_words or len(short) < (1 - MOST_LONG) * len(figures):
        return [""] * len(texts)
    longest = max(len(match[0]) for match in short)
    rooms = {match.string: DIGIT_WIDE * (longest - len(match[0])) for match in short}
    return [rooms.get(text, "") for text in texts]


def end_together(texts: Sequence[str]) -> bool:
    """Whether right alignment puts the decimal points of these texts, if they are figures, below
    each other.
    """
    return len({len(text) - match.end() for text in texts if (match := WHOLE.match(text))}) == 1
