"""The correction a release makes, as journals print it: which version, which figures, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schemas.problems import Problem
from schemas.review_values import Reader

VERSION = r"\d+\.\d+\.\d+"


@dataclass(frozen=True)
class CorrectedFigures:
    """Claims that were wrong or old for one reason, which is a sentence for readers."""

    claims: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Correction:
    """The released version that is corrected, and its figures that were wrong or old."""

    of: str
    figures: tuple[CorrectedFigures, ...]

    @property
    def claims(self) -> tuple[str, ...]:
        """Every corrected claim, in the order of the reasons."""
        return tuple(claim for item in self.figures for claim in item.claims)


def read_correction(values: Any, problems: list[Problem]) -> Correction | None:
    """The correction of review.yml; None where the release is an ordinary update."""
    if values is None:
        return None
    reader = Reader(values, "correction.", problems)
    reader.refuse_others("of", "figures")
    listed = reader.values.get("figures")
    if not isinstance(listed, list) or not listed:
        reader.note("correction.figures", "is missing or empty", "a list of claims with a reason")
        listed = []
    return Correction(
        reader.slug("of", VERSION), tuple(_figures(item, problems) for item in listed)
    )


def _figures(values: Any, problems: list[Problem]) -> CorrectedFigures:
    reader = Reader(values, "correction.figures: ", problems)
    reader.refuse_others("claims", "reason")
    return CorrectedFigures(reader.several("claims", None), reader.words("reason"))
