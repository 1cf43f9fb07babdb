"""Alt texts and descriptions: words nobody marks, held to what their figure asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from analysis.wording import SECONDARY_MARK
from publishing.checks.numbers import collapsed, merged, short_form, tokens_of, without
from publishing.checks.phrases import Wording
from publishing.checks.scan.facts import Facts
from publishing.checks.scan.rules import (
    check_quantities,
    page_problem,
    sentence_of,
    typed,
)
from publishing.render.finished_page import Page, Passage
from schemas.problems import Problem

FIGURE = "fig-"


@dataclass(frozen=True)
class Asked:
    """The alternative text of a figure, and the claims and evidence rows it asked for."""

    alt: str
    claims: tuple[str, ...]
    rows: tuple[str, ...]


def check_alts(
    page: Page, facts: Facts, wording: Wording, asked: Mapping[str, Asked]
) -> Iterator[Problem]:
    """Alt texts are those the figures give now, and state no figure of their own."""
    for passage in page.passages:
        if passage.kind == "alt text":
            yield from _check_alt(passage, facts, asked.get(passage.place.removeprefix(FIGURE)))
            yield from check_quantities(passage, wording, facts, ())
        if passage.kind == "description":
            yield from _check_description(page, passage, facts)


def _check_alt(passage: Passage, facts: Facts, asked: Asked | None) -> Iterator[Problem]:
    if asked is None:
        for token in facts.digits_of(passage.text):
            yield typed(passage, token, facts, ())
        return
    now = collapsed(asked.alt.replace('"', "'"))
    if passage.text != now:
        what = f"the alt text of {passage.place} is stale: “{passage.text}”"
        yield page_problem(passage, what, f"“{now}”", "render the figure again")
        return
    figures = merged(facts.figures(row) for row in asked.rows)
    rest = passage.text
    for form in _forms(facts, asked):
        rest = without(rest, re.compile(rf"(?<!\d)(?<!\d[.,]){re.escape(form)}(?!\d|[.,]\d)"))
    for token in facts.digits_of(rest):
        if not figures.account_for(token.text):
            sentence = sentence_of(passage.text, token.start)
            near = facts.nearest(token.text, asked.claims)
            what = f"{token.text!r} is typed in the alt text: “{sentence}”"
            expected = f"a claim or row the figure asks for; the nearest claim is {near}"
            yield page_problem(passage, what, expected, "take it from the ledger or a row")


def _forms(facts: Facts, asked: Asked) -> list[str]:
    """Printed forms of the claims a figure asked for, longest first."""
    forms = {
        text
        for claim in asked.claims
        for form in asdict(facts.ledger[claim].forms).values()
        for text in (form, form.replace(SECONDARY_MARK, ""), short_form(form))
        if tokens_of(text)
    }
    return sorted(forms, key=lambda text: (-len(text), text))


def _check_description(page: Page, passage: Passage, facts: Facts) -> Iterator[Problem]:
    """The description of a page is the beginning of one of its paragraphs, or has no digits."""
    said = "".join(passage.text.removesuffix("…").split())
    paragraphs = (
        "".join(other.text.split()) for other in page.passages if other.kind == "paragraph"
    )
    if not any(text.startswith(said) for text in paragraphs):
        for token in facts.digits_of(passage.text):
            yield typed(passage, token, facts, ())
