"""Columns that a review adds to its studies or arms: what its field needs and others do not."""

from __future__ import annotations

from typing import Annotated

import pandera.pandas as pa
from pydantic import model_validator

from schemas.typed_yaml import WrongError, YamlModel
from schemas.yaml_fields import Term, Text, Texts, one_of

TYPES = {"number": "Float64", "whole": "Int64", "text": "string"}
TABLES = ("studies", "arms")


class Characteristic(YamlModel):
    """One column of studies.csv or arms.csv, which every file of that table must have.

    `values` are the words that a text may be; `unit` says in what a number is.
    """

    id: Term
    of: Annotated[str, one_of(TABLES)] = "studies"
    title: Text
    type: Annotated[str, one_of(TYPES)]
    unit: Text = ""
    values: Texts = ()

    @model_validator(mode="after")
    def _fits_its_type(self) -> Characteristic:
        if self.values and self.type != "text":
            raise WrongError("a number has no list of words", "type: text", at=("values",))
        return self

    def column(self) -> pa.Column:
        """The column as Pandera checks it; an empty cell is a value that nobody read."""
        checks = [pa.Check.isin(list(self.values))] if self.values else []
        return pa.Column(
            TYPES[self.type], checks, nullable=True, coerce=True, metadata={"unit": self.unit}
        )


def own_columns(characteristics: tuple[Characteristic, ...], table: str) -> dict[str, pa.Column]:
    """The columns that a review adds to a table, by name."""
    return {item.id: item.column() for item in characteristics if item.of == table}
