"""Whose number a sentence prints: a claim belongs to a product that the sentence names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from analysis.ledger import Record
from publishing.checks.guard.claim_facts import Claims
from publishing.checks.guard.prose import CLAIM, Prose, Sentence
from publishing.checks.guard.rules import Guard
from publishing.checks.phrases import any_of
from schemas.problems import Problem

NAMES = ("product_id", "generic_name", "brand_names", "code_names")


class Products:
    """Products and studies by the names that a sentence may give them."""

    def __init__(self, claims: Claims) -> None:
        rows = claims.data.evidence.rows
        self.claims = claims
        products, studies = rows["products"].all(), rows["studies"].all()
        self.generic = {row["product_id"]: row["generic_name"] or "" for row in products}
        self.products = [(row["product_id"], any_of(_names(row, NAMES))) for row in products]
        self.studies = {row["study_id"]: any_of([row["name"]]) for row in studies}

    @cached_property
    def given(self) -> dict[str, set[str]]:
        """The products of each study: of all its arms."""
        found: dict[str, set[str]] = {}
        for row in self.claims.data.evidence.rows["arms"].all():
            found.setdefault(row["study_id"], set()).add(str(row["product_id"]))
        return found

    def named(self, text: str) -> set[str]:
        """The products that a text names, combinations with one of them too."""
        found = {product for product, pattern in self.products if pattern.search(text)}
        parts = any_of(self.generic[product] for product in found if self.generic[product])
        return found | {one for one, generic in self.generic.items() if parts.search(generic)}

    def behind(self, record: Record) -> set[str]:
        """The products of every study behind a claim."""
        return set().union(*(self.given.get(s, set()) for s in self.claims.studies(record.id)))

    def names_study(self, text: str, record: Record) -> bool:
        """Whether a text names a study behind a claim."""
        studies = self.claims.studies(record.id)
        return any(self.studies[study].search(text) for study in studies if study in self.studies)

    def mentions(self, text: str) -> list[tuple[int, frozenset[str]]]:
        """Where a text names a product or a study, and the products meant, in reading order."""
        named = [
            (found.start(), frozenset(self.named(found[0])))
            for _, pattern in self.products
            for found in pattern.finditer(text)
        ]
        named += [
            (found.start(), frozenset(self.given.get(study, ())))
            for study, pattern in self.studies.items()
            for found in pattern.finditer(text)
        ]
        return sorted(named, key=lambda mention: mention[0])


def _names(row: Mapping[Any, Any], columns: Iterable[str]) -> Iterator[str]:
    for column in columns:
        if isinstance(cell := row[column], str):
            yield from (part.strip() for part in re.split(r"\s*\|\s*|, ", cell) if part.strip())


def check_products(guard: Guard, products: Products, prose: Prose) -> Iterator[Problem]:
    """Every claim of a product that its sentence, which names others, does not name."""
    for paragraph in prose.paragraphs:
        for sentence in paragraph.sentences:
            text = CLAIM.sub(" ", sentence.text)
            named = products.named(text)
            if not named:
                continue
            for record in guard.claims.known(sentence.claims):
                behind = products.behind(record)
                if not behind or behind & named or products.names_study(text, record):
                    continue
                what = (
                    f"{record.id} is of {_listed(behind)}, and the sentence names {_listed(named)}"
                )
                yield from guard.finding(
                    "product", prose.file, sentence, what, "a claim of the product it names",
                    "print its own claim, or name product or study of this one",
                )  # fmt: skip


def check_order(guard: Guard, products: Products, prose: Prose) -> Iterator[Problem]:
    """Every sentence on several products whose numbers stand beside the names of others.

    A number belongs to the name before it or to the name after it, the same way throughout, or
    numbers follow in the order of the names (“31% and 20% with one and the other”). What rests
    on several of the products named, as a comparison does, stands anywhere.
    """
    for paragraph in prose.paragraphs:
        for sentence in paragraph.sentences:
            mentions = products.mentions(CLAIM.sub(lambda m: " " * len(m[0]), sentence.text))
            owners = _owners(guard, products, sentence, mentions)
            if len({owner for _, owner, _ in owners}) > 1 and not _belong(mentions, owners):
                stand = "; ".join(f"{name} is of {owner}" for _, owner, name in owners)
                yield from guard.finding(
                    "product", prose.file, sentence, f"numbers stand beside other names: {stand}",
                    "each number beside the name of its product, or in the order of the names",
                    "exchange the numbers or the names, or make two sentences of it",
                )  # fmt: skip


Mentions = Sequence[tuple[int, frozenset[str]]]
Owners = Sequence[tuple[int, str, str]]


def _owners(
    guard: Guard, products: Products, sentence: Sentence, mentions: Mentions
) -> list[tuple[int, str, str]]:
    """Place, product and claim of each number of one product, of those that are named."""
    named = frozenset[str]().union(*(mention for _, mention in mentions))
    behind = {record.id: products.behind(record) & named
              for record in guard.claims.known(sentence.claims)}  # fmt: skip
    return [
        (mark.start(), next(iter(behind[mark[1]])), mark[1])
        for mark in CLAIM.finditer(sentence.text)
        if len(behind.get(mark[1], ())) == 1
    ]


def _belong(mentions: Mentions, owners: Owners) -> bool:
    before = ([one for at, one in mentions if at < place][-1:] for place, *_ in owners)
    after = ([one for at, one in mentions if at > place][:1] for place, *_ in owners)
    told = [owner for _, owner, _ in owners]
    return (
        any(all(own in one[0] if one else False for own, one in zip(told, beside, strict=True))
            for beside in (before, after))
        or _in_one_order([mention for _, mention in mentions], told)
    )  # fmt: skip


def _in_one_order(mentions: Iterable[frozenset[str]], told: Sequence[str]) -> bool:
    """Whether numbers come one a name, or all of one name before the next, once or again."""
    order = list(dict.fromkeys(
        own for mention in mentions for own in sorted(mention) if own in told
    ))  # fmt: skip
    grouped = [own for own, before in zip(told, ["", *told], strict=False) if own != before]
    in_turn = all(own == order[at % len(order)] for at, own in enumerate(told))
    rounds = [grouped[at : at + len(order)] for at in range(0, len(grouped), len(order))]
    return in_turn or all(one == order for one in rounds)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
