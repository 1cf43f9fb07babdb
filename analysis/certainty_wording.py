"""Words fixed by certainty, so that no sentence claims more than the evidence carries.

The wording is that of GRADE guideline 26 (santesso2020): high certainty states, moderate
adds `probably`, low `may`, and with very low certainty only the doubt is stated.
"""

from __future__ import annotations

from analysis.words import say

LEVELS = ("very low", "low", "moderate", "high")
"""From the least to the most certain."""

MARKERS = {level: say(f"certainty.mark {level}") for level in reversed(LEVELS)}
"""The word that a statement of each certainty must hold; none for high."""


def check_level(level: str) -> str:
    """The level itself; ValueError for a word that is none."""
    if level not in LEVELS:
        raise ValueError(f"certainty is {level!r}; allowed: {', '.join(LEVELS)}")
    return level


def word_comparison(level: str, subject: str, effect: str, about: str) -> str:
    """A sentence on an effect: `subject` results in `effect`; `about` names it where unknown."""
    return _word("comparison", level, about, subject=_capital(subject), effect=effect)


def word_rate(level: str, amount: str, subject: str, effect: str, about: str) -> str:
    """A sentence on a rate: `amount` of `subject` do `effect` (a verb in the plural)."""
    return _word("rate", level, about, amount=_capital(amount), subject=subject, effect=effect)


def word_unknown(about: str) -> str:
    """A sentence where no single figure can be given."""
    return say("certainty.unknown", about=about)


def word_time(level: str, amount: str, subject: str, about: str) -> str:
    """A sentence on a length of time: `subject` is `amount`."""
    return _word("time", level, about, amount=amount, subject=_capital(subject))


def _word(kind: str, level: str, about: str, **parts: str) -> str:
    """The sentence of a kind and level; where certainty is very low, the doubt alone."""
    if check_level(level) == LEVELS[0]:
        return say(f"certainty.{level}", about=about)
    return say(f"certainty.{kind} {level}", **parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
