"""Numbers written in words: one needs a claim, or a listed phrase that is no result.

text2num reads the words (`eighty-three` is 83). Phrases of wording.csv hold `#` for a number:
`allowed` ones count what a text lists, up to twelve; `stated` ones name a time, an age, a place
that the rows of the claims beside them must state too. A phrase without `#` stands as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from text_to_num import find_numbers

from publishing.checks.guard.prose import CLAIM, Prose, Sentence
from publishing.checks.guard.rules import Guard
from publishing.checks.numbers import Figures
from schemas.problems import Problem
from schemas.rounding import significant

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
HIDDEN = "\ufffc"  # stands for a claim: what it prints is none of the sentence's own numbers
LANGUAGE = "en"  # that of analysis/words.yml as well
WRITTEN_OUT = 12  # a count beyond it is written in digits, and is a result
SMALLEST_PART = 3  # first and second are no parts of a whole
AND_A_HALF = re.compile(r"# and a half")
COUNTING_DIGITS = 4  # of a part such as two thirds; a whole number keeps all of its digits
MONTHS = 12  # of a year: rows give times in months
RESULTS = frozenset({"value", "ci_low", "ci_high", "low", "high", "events", "n", "percent"})


class Number(NamedTuple):
    """A number in words as it stands in a text, and its value; a part is `two thirds`, `tenths`."""

    words: str
    start: int
    value: float
    part: bool = False


class Word(NamedTuple):
    """A word as text2num asks for it."""

    match: re.Match[str]

    def text(self) -> str:
        """The word."""
        return self.match[0].lower()

    def nt_separated(self, previous: Word) -> bool:
        """Whether more than a space or a hyphen stands between two words."""
        between = self.match.string[previous.match.end() : self.match.start()]
        return bool(between.strip(" \n-\u2010\u2011"))

    def not_a_number_part(self) -> bool:
        """Nothing beside the word itself is known."""
        return False


def numbers_in(text: str) -> list[Number]:
    """Every cardinal number, and every ordinal that is a part of a whole, in order."""
    words = [Word(match) for match in WORD.finditer(text)]
    found: list[Number] = []
    for one in find_numbers(words, LANGUAGE, threshold=0):
        first, last = words[one.start].match, words[one.end - 1].match
        number = Number(text[first.start() : last.end()], first.start(), one.value)
        if not one.is_ordinal:
            found.append(number)
        elif one.value < SMALLEST_PART:
            continue
        elif found and text[found[-1].start + len(found[-1].words) : number.start] in (" ", "-"):
            before = found.pop()
            whole = text[before.start : last.end()]
            found.append(Number(whole, before.start, before.value / one.value, part=True))
        elif number.words.endswith("s"):
            found.append(number._replace(part=True))
    return found


def signed(text: str, numbers: Iterable[Number]) -> tuple[str, dict[int, Number]]:
    """The text with `#` for each number, and which number each sign stands for."""
    parts, at, length, signs = [], 0, 0, {}
    for number in numbers:
        before = text[at : number.start]
        length += len(before)
        signs[length] = number
        parts += [before, "#"]
        length += 1
        at = number.start + len(number.words)
    return "".join([*parts, text[at:]]), signs


def check_numbers(guard: Guard, prose: Prose) -> Iterator[Problem]:
    """Every number in words and every quantity in words that nothing stands behind."""
    headings = (Sentence(section.line, section.heading) for section in prose.sections)
    told = (sentence for paragraph in prose.paragraphs for sentence in paragraph.sentences)
    for sentence in (*headings, *told):
        text = CLAIM.sub(lambda match: HIDDEN * len(match[0]), sentence.text)
        found = [
            ("quantity", f"{hit.words!r} is a quantity in words")
            for hit in guard.wording.find("quantity", text)
        ]
        found += [("number", what) for what in _wrong(guard, sentence, text)]
        for rule, what in found:
            yield from guard.finding(
                rule, prose.file, sentence, what, "a claim", "print it by a claim"
            )


def _wrong(guard: Guard, sentence: Sentence, text: str) -> Iterator[str]:
    """What is wrong with each number in words of a sentence whose claims are hidden."""
    plain, signs = signed(text, numbers_in(text))
    listed = guard.wording.lists["number"]
    literal = [match.span() for match in listed.allowed.finditer(text)]
    counts = [match.span() for match in listed.allowed.finditer(plain)]
    stated = {at: hit for hit in guard.wording.find("number", plain)
              for at in range(hit.start, hit.start + len(hit.words))}  # fmt: skip
    for at, number in signs.items():
        few = number.value <= WRITTEN_OUT and not number.part
        if _within(number.start, literal) or (few and _within(at, counts)):
            continue
        if at in stated:
            value = number.value + bool(AND_A_HALF.match(plain, at)) / 2
            if sentence.claims and not _states(guard, sentence, value):
                words = stated[at].words.replace("#", number.words, 1)
                yield f"{words!r} is not what the rows of the claims beside it state"
        elif number.value != 1 or number.part:  # `one` is an article; `one patient` is listed
            digits = significant(number.value, COUNTING_DIGITS)
            yield f"{number.words!r} is a number in words ({digits})"


def _within(at: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(low <= at < high for low, high in spans)


def _states(guard: Guard, sentence: Sentence, value: float) -> bool:
    """Whether rows of the claims, their arms or studies state a number beside their results."""
    cells = [
        cell
        for claim in guard.claims.known(sentence.claims)
        for row in guard.claims.with_owners(claim.id)
        for name, cell in row.items()
        if name not in RESULTS
    ]
    texts = tuple(cell for cell in cells if isinstance(cell, str))
    said = tuple(number.value for text in texts for number in numbers_in(text))
    numbers = tuple(cell for cell in cells if isinstance(cell, int | float))
    told = Figures((*numbers, *said), texts)
    return any(
        told.account_for(significant(one, COUNTING_DIGITS)) for one in (value, MONTHS * value)
    )
