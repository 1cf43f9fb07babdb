"""The correction a release makes, as journals print it: which version, which figures, why."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schemas.typed_yaml import YamlModel
from schemas.yaml_fields import Text, Texts, Version


class CorrectedFigures(YamlModel):
    """Claims that were wrong or old for one reason, which is a sentence for readers."""

    claims: Annotated[Texts, Field(min_length=1)]
    reason: Text


class Correction(YamlModel):
    """The released version that is corrected, and its figures that were wrong or old."""

    of: Version
    figures: Annotated[tuple[CorrectedFigures, ...], Field(min_length=1)]

    @property
    def claims(self) -> tuple[str, ...]:
        """Every corrected claim, in the order of the reasons."""
        return tuple(claim for item in self.figures for claim in item.claims)
