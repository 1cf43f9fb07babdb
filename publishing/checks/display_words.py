"""Checks the words of tables, figures and the book as `validate` can read them: undrawn."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from publishing.checks.numbers import ADDRESSES, DATES, TERMS, without
from publishing.displays.placeholders import PLACEHOLDER
from publishing.displays.prose import Words, words_of_books, words_of_displays
from publishing.documents.digits import name_pattern, typed_digits
from publishing.documents.leftovers import leftovers_in
from schemas.fonts import say_unset, unset
from schemas.problems import Problem
from schemas.typed_yaml import KeyProblem

FIGURES = "report/figures/"
MARKDOWN = ("title", "caption")
OF_FIGURES = re.compile(r"title|caption|alt")  # other words are compared with what it draws
OF_TABLES = re.compile(r"notes\.\d+|(?:columns|groups)\.\d+\.title")
FIXED = re.compile(r"notes\.\d+|columns\.\d+\.title")  # no claim is filled in


def display_word_problems(root: Path, names: Collection[str]) -> Iterator[Problem]:
    """Typed digits, marks without a partner, claims where none is filled in, signs no font has.

    `names` may hold digits.
    """
    pattern = name_pattern(names)
    for words in words_of_displays(root):
        figure = words.file.startswith(FIGURES)
        if signs := unset([words.text]):
            what, expected, action = say_unset(words.text, signs)
            yield _problem(words, what, action, expected)
        if (OF_FIGURES if figure else OF_TABLES).fullmatch(words.place):
            yield from _typed(words, pattern)
        if words.place in MARKDOWN:
            for _, what, action in leftovers_in(words.text):
                yield _problem(words, f"{what} would be printed as it stands", action)
        if not figure and FIXED.fullmatch(words.place) and PLACEHOLDER.search(words.text):
            what = "a note or a head prints no claim"
            yield _problem(words, what, "show it in a row, or in the text beside the table")


def book_word_problems(root: Path, names: Collection[str]) -> Iterator[Problem]:
    """Typed digits in titles of parts and audiences, and signs no font has; no claim stands there.

    `names` may hold digits.
    """
    pattern = name_pattern(names)
    for words in words_of_books(root):
        if signs := unset([words.text]):
            what, expected, action = say_unset(words.text, signs)
            yield _problem(words, what, action, expected)
        for word in typed_digits(without(words.text, ADDRESSES, DATES, TERMS), pattern):
            yield _problem(words, f"the digits of {word!r} are typed", "say it without them")


def _typed(words: Words, names: re.Pattern[str] | None) -> Iterator[Problem]:
    plain = without(words.text, PLACEHOLDER, ADDRESSES, DATES, TERMS)
    for word in typed_digits(plain, names):
        action = "print it as a claim, {claim}; a name that holds digits goes into the vocabulary"
        yield _problem(words, f"the digits of {word!r} are typed", action)


def _problem(words: Words, what: str, action: str, expected: str = "") -> Problem:
    return KeyProblem(words.file, str(words.line), words.place, what, expected, action)
