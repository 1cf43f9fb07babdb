"""What the question and the protocol say in words: a digit or a number in it has its source too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publishing.checks.guard.numbers import check_numbers
from publishing.checks.guard.prose import Paragraph, Prose, Sentence
from publishing.checks.guard.rules import Guard
from publishing.checks.numbers import TERMS, without
from publishing.documents.digits import name_pattern, names_with_digits, typed_digits
from schemas.problems import Problem
from schemas.review import FILE, Review


def words_of_protocol(review: Review) -> Iterator[tuple[str, str]]:
    """Every title and text of review.yml that pages print, each with the id it belongs to."""
    for text in (review.title, review.question, review.population, review.intervention,
                 *review.comparators, *review.outcomes):  # fmt: skip
        yield "", text
    yield from ((item.id, item.title) for item in review.syntheses)
    for decision in review.robustness.decisions:
        yield from ((option.id, option.title) for option in decision.options)
    for topic in review.certainty.topics:
        for text in (topic.title, topic.subject, topic.effect, topic.about):
            yield topic.topic, text


def check_protocol(guard: Guard) -> Iterator[Problem]:
    """Every digit that neither a name nor the id beside it holds, and every number in words."""
    data = guard.claims.data
    lines = (data.root / FILE).read_text(encoding="utf-8").splitlines()
    pattern = name_pattern(names_with_digits(data))
    prose = Prose(FILE)
    for owner, text in words_of_protocol(data.evidence.review):
        sentence = Sentence(_line_of(lines, owner, text), text)
        prose.paragraphs.append(Paragraph(FILE, "", "", sentences=[sentence]))
        told = set(re.findall(r"\d+", owner))
        for word in typed_digits(without(text, TERMS), pattern):
            if not set(re.findall(r"\d+", word)) <= told or not told:
                yield from guard.finding(
                    "number", FILE, sentence, f"the digits of {word!r} are typed",
                    "a name of the vocabulary, or a number that the id beside it names",
                    "say it without a figure",
                )  # fmt: skip
    yield from check_numbers(guard, prose)


def _line_of(lines: list[str], owner: str, text: str) -> int:
    """The line where a text begins, after that of its owner where it has one."""
    at = next((n for n, line in enumerate(lines) if owner and owner in line), 0)
    start = text.split(" ", 3)[:3]
    found = (n for n, line in enumerate(lines[at:], at + 1) if " ".join(start) in line)
    return next(found, at + 1)
