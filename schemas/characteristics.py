"""Columns that a review adds to a table, and populations whose sizes columns of arms.csv hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import model_validator

from schemas.typed_yaml import WrongError, YamlModel
from schemas.yaml_fields import Term, Text, Texts, one_of

if TYPE_CHECKING:
    import pandera.pandas as pa

TYPES = {"number": "Float64", "whole": "Int64", "text": "string"}
OF_COHORTS = ("studies", "arms", "products")
TABLES = (*OF_COHORTS, "regulatory")


class PopulationSize(NamedTuple):
    """A population and the column of arms.csv with its size: the largest n in any report of it.

    Its people are among those of each population of `within`. With `of_outcome` they are those
    whom some outcome counts as its events, and no report need have them as its n.
    """

    population: str
    column: str
    within: tuple[str, ...] = ()
    of_outcome: bool = False


SIZES = (
    PopulationSize("randomised", "n_randomised"),
    PopulationSize("treated", "n_treated", within=("randomised",)),
    PopulationSize("evaluable", "n_evaluable"),
    PopulationSize("pooled", "n_pooled"),
)
"""The populations that any review may have."""


class SizeOf(YamlModel):
    """The population whose size a column of arms.csv holds, as in `PopulationSize`."""

    population: Term
    within: tuple[Term, ...] = ()
    of_outcome: bool = False


class Characteristic(YamlModel):
    """One column of a table, which every file of that table must have.

    `values` are the words that a text may be; `unit` says in what a number is. A whole number is
    0 or more. `size_of` names the population whose size it is in each cohort.
    """

    id: Term
    of: Annotated[str, one_of(TABLES)] = "studies"
    title: Text
    type: Annotated[str, one_of(TYPES)]
    unit: Text = ""
    values: Texts = ()
    size_of: SizeOf | None = None

    @model_validator(mode="after")
    def _fits_its_type(self) -> Characteristic:
        if self.values and self.type != "text":
            raise WrongError("a number has no list of words", "type: text", at=("values",))
        if self.size_of and (self.of, self.type) != ("arms", "whole"):
            expected = "of: arms and type: whole"
            raise WrongError("people are counted in arms.csv", expected, at=("size_of",))
        return self

    def column(self) -> pa.Column:
        """The column as Pandera checks it; an empty cell is a value that nobody read."""
        import pandera.pandas as pa

        checks = [pa.Check.isin(list(self.values))] if self.values else []
        if self.type == "whole":
            checks.append(pa.Check.ge(0))
        return pa.Column(
            TYPES[self.type], checks, nullable=True, coerce=True, title=self.title,
            metadata={"unit": self.unit},
        )  # fmt: skip


def once_a_table(items: tuple[Characteristic, ...]) -> tuple[Characteristic, ...]:
    """The characteristics, when no table has two of one name."""
    names = [(item.of, item.id) for item in items]
    for at, name in enumerate(names):
        if name in names[:at]:
            what = f"the id is used {names.count(name)} times for {name[0]}.csv"
            raise WrongError(what, "each id once a table", "delete one of them", at=(at,))
    return items


def own_columns(characteristics: Iterable[Characteristic], table: str) -> dict[str, pa.Column]:
    """The columns that a review adds to a table, by name."""
    return {item.id: item.column() for item in characteristics if item.of == table}


def population_sizes(characteristics: Iterable[Characteristic]) -> Mapping[str, PopulationSize]:
    """By population the column of arms.csv with its size: those of any review, and its own."""
    own = (
        PopulationSize(size.population, item.id, size.within, size.of_outcome)
        for item in characteristics
        if (size := item.size_of)
    )
    return {size.population: size for size in (*SIZES, *own)}
