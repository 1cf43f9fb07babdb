"""Digit sequences of a text, and the figures that may stand behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from analysis.measures import interval_of
from analysis.rounding import format_number, percentage
from analysis.wording import SECONDARY_MARK
from publishing.documents.digits import MONTH, SIGNS
from schemas.protocol import Protocol

TOKEN = re.compile(rf"\d+(?:[.,]\d+)*|{SIGNS}")
LEVEL = "95% CI "
DATES = re.compile(
    rf"\b(?:\d{{1,2}}\s+)?{MONTH}\s+\d{{4}}\b|\b\d{{4}}-\d{{2}}(?:-\d{{2}})?\b", re.UNICODE
)
TERMS = re.compile(
    r"\b[Gg]rades? \d(?: ?(?:or|to|and|–|-) ?\d)?\b(?![.,]\d)|\b95% (?:CI|confidence|prediction)\b"
)
ADDRESSES = re.compile(r"https?://\S+|\b10\.\d{4,}/\S+|\bwww\.\S+")


class Token(NamedTuple):
    """A digit sequence and where it begins in its text."""

    text: str
    start: int


def tokens_of(text: str) -> list[Token]:
    """Every digit sequence, thousands and decimals included: `1,234`, `97.9`."""
    return [Token(match[0], match.start()) for match in TOKEN.finditer(text)]


def collapsed(text: str) -> str:
    """White space of every kind as single spaces."""
    return " ".join(text.split())


def short_form(text: str) -> str:
    """A printed form without what a table says once in its notes: the level, the mark."""
    return collapsed(text.replace("\u00a0", " ").replace(LEVEL, "").replace(SECONDARY_MARK, ""))


@dataclass(frozen=True)
class Figures:
    """What one evidence row may print: its figures, its cells of text, what `counts` amount to.

    The interval of a count is the one that `protocol` asks for.
    """

    values: tuple[float | Fraction, ...] = ()
    texts: tuple[str, ...] = ()
    counts: tuple[tuple[int, int], ...] = ()
    protocol: Protocol | None = None

    @cached_property
    def written(self) -> frozenset[str]:
        """Digit sequences of the cells of text."""
        return frozenset(token.text for text in self.texts for token in tokens_of(text))

    @cached_property
    def percentages(self) -> tuple[float | Fraction, ...]:
        """The percentage of each count, with its interval and the level of that."""
        found: list[float | Fraction] = []
        for events, n in self.counts:
            found.append(percentage(events, n))
            if self.protocol:
                interval = interval_of(events, n, self.protocol)
                found += (100 * float(bound) for bound in (interval.lower, interval.upper))
                found.append(self.protocol.confidence_level)
        return tuple(found)

    def account_for(self, token: str) -> bool:
        """Whether a digit sequence is one of the figures, rounded half up as it is printed."""
        if token in self.written:
            return True
        plain = token.replace(",", "")
        if plain.count(".") > 1:
            return False
        return _is_one_of(self.values, plain) or _is_one_of(self.percentages, plain)

    def __or__(self, other: Figures) -> Figures:
        return Figures(
            self.values + other.values,
            self.texts + other.texts,
            self.counts + other.counts,
            self.protocol or other.protocol,
        )


def _is_one_of(values: Iterable[float | Fraction], plain: str) -> bool:
    """Whether one of these is printed so, with as many decimal places."""
    digits = len(plain.partition(".")[2])
    return any(format_number(-v if v < 0 else v, digits).replace(",", "") == plain for v in values)


def merged(figures: Iterable[Figures]) -> Figures:
    """The figures of several rows."""
    total = Figures()
    for one in figures:
        total |= one
    return total


def without(text: str, *patterns: re.Pattern[str] | None) -> str:
    """The text with every match blanked, so that positions stay."""
    for pattern in patterns:
        if pattern is not None:
            text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text
