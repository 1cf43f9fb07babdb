"""Rules of wording. Each yields findings with file, line, rule and the sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from publishing.checks.guard.claim_facts import Claims
from publishing.checks.guard.prose import Paragraph, Prose, Sentence
from publishing.checks.phrases import Wording
from publishing.manuscript.context import LineProblem
from schemas.problems import Problem

AGAINST = re.compile(r"⟦([^⟧]*)⟧[^;.⟦]*\b(?:against|versus|compared with|than)\b[^;.⟦]*⟦([^⟧]*)⟧")
WORDS_OF = {
    "high": "no qualifier, or “results in”",
    "moderate": "“probably”",
    "low": "“may”",
    "very low": "“very uncertain”",
}
EXCEPTION = "or write the exception with its reason in evidence/wording_exceptions.csv"


class Guard:
    """The rules, with the word lists and the claims they ask."""

    def __init__(self, wording: Wording, claims: Claims, plain: frozenset[str]) -> None:
        self.wording = wording
        self.plain = plain  # documents for readers without training
        self.claims = claims

    def check(self, prose: Prose) -> Iterator[Problem]:
        """Every finding of one document."""
        for paragraph in prose.paragraphs:
            for sentence in paragraph.sentences:
                yield from self.style(paragraph.file, sentence)
                for rule in SENTENCE_RULES:
                    yield from rule(self, paragraph, sentence)
            yield from self.relative_effect(paragraph)
        yield from self.harm(prose)
        for section in prose.sections:
            yield from self.style(section.file, Sentence(section.line, section.heading))

    def finding(
        self, rule: str, file: str, sentence: Sentence, what: str, expected: str, action: str
    ) -> Iterator[Problem]:
        """One finding, unless an exception names the sentence."""
        if self.wording.excuse(rule, file, sentence.words):
            return
        quoted = f"{what}: “{sentence.words}”"
        yield LineProblem(
            file=file, row=str(sentence.line), what=quoted, expected=expected,
            action=f"{action}, {EXCEPTION}", rule=rule,
        )  # fmt: skip

    def listed(
        self, rule: str, file: str, sentence: Sentence, what: str, expected: str, action: str
    ) -> Iterator[Problem]:
        """A finding for each phrase that the list of the rule's name has in the sentence."""
        for hit in self.wording.find(rule, sentence.text):
            told = f"{hit.words!r} {what}"
            yield from self.finding(rule, file, sentence, told, expected, action)

    # comparisons ---------------------------------------------------------------------------

    def comparison(self, paragraph: Paragraph, sentence: Sentence) -> Iterator[Problem]:
        """A comparative word needs a comparative claim in its paragraph."""
        records = self.claims.known(paragraph.claims)
        if any(self.claims.is_comparative(record) for record in records):
            return
        yield from self.listed(
            "comparison", paragraph.file, sentence, "compares, and no claim of the paragraph does",
            "a ratio, a difference or another comparative claim",
            "print the comparison's claim or drop the word",
        )  # fmt: skip

    def unanchored(self, paragraph: Paragraph, sentence: Sentence) -> Iterator[Problem]:
        """A comparison without a randomised control says so in the same sentence."""
        if self.wording.find("unanchored", sentence.text):
            return
        loose = [
            record.id
            for record in self.claims.known(sentence.claims)
            if self.claims.is_comparative(record) and not self.claims.is_anchored(record)
            and self.claims.is_ratio(record)
        ]  # fmt: skip
        pairs = [match.groups() for match in AGAINST.finditer(sentence.text)]
        loose += [f"{a} and {b}" for a, b in pairs if self._apart(a, b)]
        if loose:
            names = ", ".join(dict.fromkeys(loose))
            designs = [self.claims.design(r) for r in self.claims.known(loose)]
            inside = bool(designs) and set(designs) == {"within trial"}
            control = "a randomised control" if inside else "a common control"
            what = f"compares without {control} and does not say so ({names})"
            expected = "“unanchored”, “indirect”, “not randomised” or the like"
            yield from self.finding(
                "unanchored", paragraph.file, sentence, what, expected, "say it in the sentence"
            )

    def _apart(self, one: str, other: str) -> bool:
        """Whether two claims come from different studies."""
        known = self.claims.known((one, other))
        if len(known) < 2 or self.claims.is_ratio(known[0]):
            return False
        first, second = (self.claims.studies(record.id) for record in known)
        return bool(first and second) and not first & second

    # causes and certainty ------------------------------------------------------------------

    def cause(self, paragraph: Paragraph, sentence: Sentence) -> Iterator[Problem]:
        """A causal verb needs randomised evidence."""
        if not (paragraph.claims or paragraph.cited):
            return
        near = self.claims.known(sentence.claims) or self.claims.known(paragraph.claims)
        if any(self.claims.is_randomised(record) for record in near):
            return
        yield from self.listed(
            "cause", paragraph.file, sentence, "names a cause without randomised evidence",
            "a claim of a randomised trial beside it", "describe what was observed",
        )  # fmt: skip

    def certainty(self, paragraph: Paragraph, sentence: Sentence) -> Iterator[Problem]:
        """Words of certainty agree with the certainty judged for the claims of the sentence."""
        judged = {r.id: r.certainty for r in self.claims.known(sentence.claims) if r.certainty}
        if not judged:
            return
        levels = {level.replace("_", " ") for level in judged.values()}
        said = [
            hit
            for words in ("certainty", "plain_certainty")
            for hit in self.wording.find(words, sentence.text)
        ]
        for hit in said:
            if hit.use.replace("_", " ") not in levels:
                yield from self._disagree(paragraph, sentence, hit.words, judged)
        if not said and levels != {"high"} and self._states_effect(sentence, judged):
            level = min(levels, key=list(WORDS_OF).index)
            what = "an effect is stated without the certainty judged for it"
            yield from self.finding(
                "certainty", paragraph.file, sentence, what, f"{level}: {WORDS_OF[level]}",
                "word it by its certainty",
            )  # fmt: skip

    def _states_effect(self, sentence: Sentence, judged: dict[str, str]) -> bool:
        compares = any(self.claims.is_comparative(r) for r in self.claims.known(judged))
        return compares and bool(self.wording.find("cause", sentence.text))

    def _disagree(
        self, paragraph: Paragraph, sentence: Sentence, words: str, judged: dict[str, str]
    ) -> Iterator[Problem]:
        found = ", ".join(f"{name} {level}" for name, level in judged.items())
        what = f"{words!r} does not go with the certainty judged ({found})"
        expected = "; ".join(
            f"{level}: {WORDS_OF[level]}" for level in sorted(set(judged.values()))
        )
        yield from self.finding(
            "certainty", paragraph.file, sentence, what, expected, "word it by its certainty"
        )

    def advice(self, paragraph: Paragraph, sentence: Sentence) -> Iterator[Problem]:
        """Plain pages inform; what to do is for their readers and the care team."""
        if paragraph.file not in self.plain:
            return
        yield from self.listed(
            "advice", paragraph.file, sentence, "advises a reader",
            "what is known, and what is not", "say what was seen",
        )  # fmt: skip

    def style(self, file: str, sentence: Sentence) -> Iterator[Problem]:
        """A phrase that a copy editor would rewrite; its row says how."""
        for hit in self.wording.find("style", sentence.text):
            what = f"{hit.words!r} is on the list of odd phrases"
            expected = self.wording.reason(hit) or "plain English"
            yield from self.finding("style", file, sentence, what, expected, "rewrite it")

    # relative effects and harms ------------------------------------------------------------

    def relative_effect(self, paragraph: Paragraph) -> Iterator[Problem]:
        """A ratio stands beside an absolute figure of its study, or says there is none."""
        if self.wording.find("absolute", paragraph.text):
            return
        for sentence in paragraph.sentences:
            alone = [
                record.id
                for record in self.claims.known(sentence.claims)
                if self.claims.is_ratio(record) and not self._absolute_of(paragraph, record.id)
            ]
            if alone:
                what = f"a relative effect without its absolute one ({', '.join(alone)})"
                expected = "a rate, median or difference of the same study in the paragraph"
                action = "print it, or say that no absolute figure was printed"
                yield from self.finding(
                    "relative_effect", paragraph.file, sentence, what, expected, action
                )

    def _absolute_of(self, paragraph: Paragraph, name: str) -> bool:
        studies = self.claims.studies(name)
        return any(
            self.claims.is_absolute(record) and studies & self.claims.studies(record.id)
            for record in self.claims.known(paragraph.claims)
        )

    def harm(self, prose: Prose) -> Iterator[Problem]:
        """Every conclusion names a claim of harm."""
        for section in prose.sections:
            if not self.wording.find("conclusion", section.heading):
                continue
            if any(self.claims.is_harm(record) for record in self.claims.known(section.claims)):
                continue
            sentence = Sentence(section.line, section.heading)
            what = "a conclusion names no claim of harm"
            yield from self.finding(
                "harm", section.file, sentence, what, "a claim on an adverse event",
                "print one beside the benefit",
            )  # fmt: skip


SENTENCE_RULES: tuple[Callable[[Guard, Paragraph, Sentence], Iterator[Problem]], ...] = (
    Guard.comparison,
    Guard.unanchored,
    Guard.cause,
    Guard.certainty,
    Guard.advice,
)
