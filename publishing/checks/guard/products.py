"""Whose number a sentence prints: a claim belongs to a product that the sentence names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from analysis.ledger import Record
from publishing.checks.guard.claim_facts import Claims
from publishing.checks.guard.prose import CLAIM, Prose
from publishing.checks.guard.rules import Guard
from publishing.checks.phrases import any_of
from schemas.problems import Problem

NAMES = ("product_id", "generic_name", "brand_names", "code_names")


class Products:
    """Products and studies by the names that a sentence may give them."""

    def __init__(self, claims: Claims) -> None:
        evidence = claims.data.evidence
        self.claims = claims
        self.generic = {
            str(row["product_id"]): row["generic_name"]
            if isinstance(row["generic_name"], str)
            else ""
            for row in evidence.products.to_dict("records")
        }
        self.products = [
            (str(row["product_id"]), any_of(_names(row, NAMES)))
            for row in evidence.products.to_dict("records")
        ]
        self.studies = {
            str(row["study_id"]): any_of([str(row["name"])])
            for row in evidence.studies.to_dict("records")
        }

    @cached_property
    def given(self) -> dict[str, set[str]]:
        """The products of each study: of all its arms."""
        found: dict[str, set[str]] = {}
        for row in self.claims.data.evidence.arms.to_dict("records"):
            found.setdefault(str(row["study_id"]), set()).add(str(row["product_id"]))
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


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
