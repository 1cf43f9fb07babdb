"""Word lists of the review as patterns, and the written exceptions to the rules of wording."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import PurePosixPath
from typing import NamedTuple

from schemas.evidence import Evidence
from schemas.problems import Problem

NOTHING = re.compile(r"(?!)")
BEGINNING = r"(?<![\w-])"  # of a word


class Hit(NamedTuple):
    """A listed phrase as it stands in a text, where it begins, and the use the list gives it."""

    words: str
    start: int
    use: str


def phrase_pattern(phrase: str) -> str:
    """A phrase as a pattern from where a word begins; `*` ends a word anyhow, alone up to three."""
    parts = []
    for word in phrase.split():
        if word == "*":
            parts.append(r"[\w'’-]+(?:\s+[\w'’-]+){0,2}")
        else:
            parts.append(re.escape(word.removesuffix("*")) + (r"\w*" if word[-1] == "*" else ""))
    return r"\s+".join(parts) + (r"(?![\w-])" if re.search(r"[\w*]$", phrase) else "")


@dataclass(frozen=True)
class AnyOf:
    """Several phrases, each with a word of it; a text without that word is not searched for it."""

    words: Mapping[str, str]

    def search(self, text: str) -> re.Match[str] | None:
        """The first of the phrases in a text."""
        return self._within(text).search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every phrase in a text."""
        return self._within(text).finditer(text)

    def _within(self, text: str) -> re.Pattern[str]:
        """The pattern of those that the text may hold: few are ever compiled."""
        folded = text.casefold()
        return _any_of(frozenset(one for one, word in self.words.items() if word in folded))


def any_of(phrases: Iterable[str]) -> AnyOf:
    """Several phrases as one pattern; a word of each is looked for first."""
    return AnyOf({phrase: _longest_word(phrase) for phrase in phrases})


def _longest_word(phrase: str) -> str:
    return max((word.removesuffix("*") for word in phrase.split()), key=len, default="").casefold()


@cache
def _any_of(phrases: frozenset[str]) -> re.Pattern[str]:
    """A pattern of phrases, longest first; of neighbours it asks once if a word begins."""
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    if not ordered:
        return NOTHING
    runs = groupby(ordered, key=lambda phrase: bool(re.match(r"\w", phrase)))
    parts = [
        (BEGINNING if word else "") + f"(?:{'|'.join(map(phrase_pattern, run))})"
        for word, run in runs
    ]
    return re.compile("|".join(parts), re.IGNORECASE)


@dataclass(frozen=True)
class PhraseList:
    """One list: phrases by use, and longer phrases that mean something else."""

    uses: dict[str, AnyOf]
    allowed: AnyOf

    def find(self, text: str) -> Iterator[Hit]:
        """Every listed phrase of a text that no allowed phrase holds."""
        spans = [match.span() for match in self.allowed.finditer(text)]
        for use, pattern in self.uses.items():
            for match in pattern.finditer(text):
                if not any(low <= match.start() and match.end() <= high for low, high in spans):
                    yield Hit(match[0], match.start(), use)


@dataclass
class WordingException:
    """A sentence that stands although a rule would refuse it; `used` once a finding met it."""

    name: str
    rule: str
    file: str
    text: str
    reason: str
    used: bool = False


@dataclass(frozen=True)
class Wording:
    """All lists and exceptions of a review."""

    lists: dict[str, PhraseList]
    exceptions: list[WordingException] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    _found: dict[tuple[str, str], list[Hit]] = field(default_factory=dict)

    def reason(self, hit: Hit) -> str:
        """The reason that the list gives for a phrase, empty for one with a `*`."""
        return self.reasons.get(" ".join(hit.words.lower().split()), "")

    def find(self, kind: str, text: str) -> list[Hit]:
        """Phrases of a list in a text, in their order; editions ask it of one text."""
        if (kind, text) not in self._found:
            hits = sorted(self.lists[kind].find(text), key=lambda hit: hit.start)
            self._found[kind, text] = hits
        return self._found[kind, text]

    def excuse(self, rule: str, file: str, sentence: str) -> bool:
        """Whether an exception covers this sentence; pages and documents share their stem."""
        found = False
        for item in self.exceptions:
            same_file = same_stem(item.file, file)
            if item.rule == rule and same_file and item.text.lower() in sentence.lower():
                item.used = found = True
        return found


def same_stem(one: str, other: str) -> bool:
    """Whether two files are a document and its page, or the same file."""
    return _stem(one) == _stem(other)


@cache  # of few files, each asked for every exception
def _stem(file: str) -> PurePosixPath:
    return PurePosixPath(file).with_suffix("")


def wording_of(evidence: Evidence) -> Wording:
    """The lists and exceptions of the evidence, exceptions not yet met."""
    from schemas.choices import WORD_LISTS

    phrases: dict[tuple[str, str], list[str]] = {}
    for one in evidence.phrases:
        phrases.setdefault((one.kind, one.use), []).append(one.phrase)
    lists = {}
    for kind in WORD_LISTS:
        uses = {use: any_of(said) for (of, use), said in phrases.items()
                if of == kind and use != "allowed"}  # fmt: skip
        lists[kind] = PhraseList(uses, any_of(phrases.get((kind, "allowed"), ())))
    exceptions = [
        WordingException(str(row["row_id"]), str(row["rule"]), str(row["file"]), str(row["text"]),
                         str(row["reason"]))
        for row in evidence.rows["wording_exceptions"].all()
    ]  # fmt: skip
    reasons = {one.phrase.lower(): one.reason or "" for one in evidence.phrases}
    return Wording(lists, exceptions, reasons)


def stale_exceptions(
    exceptions: Iterable[WordingException], rules: Collection[str]
) -> list[Problem]:
    """Exceptions that no sentence needed."""
    return [
        Problem(
            "evidence/wording_exceptions.csv",
            row=item.name,
            what=f"no sentence of {item.file} needs it any more: “{item.text}”",
            action="remove the row",
            rule=item.rule,
        )
        for item in exceptions
        if item.rule in rules and not item.used
    ]
