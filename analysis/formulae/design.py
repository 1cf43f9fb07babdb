"""Design matrices: moderators of studies as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.formulae.checks import check_axes, refuse_missing
from analysis.formulae.counts import refuse
from analysis.formulae.types import BoolArray, FloatArray

INTERCEPT = "intercept"
SINGLE_MODERATOR = "moderator"
LARGEST_CONDITION = 1e10  # of the scaled columns; beyond it a column follows from the others


@dataclass(frozen=True)
class Categorical:
    """A moderator with levels. The first of `levels` is the reference.

    `levels` defaults to the values in sorted order. Moderators given as text are
    taken for categorical; wrap numbers that are codes.
    """

    values: Sequence[object]
    levels: tuple[str, ...] = ()


Moderators = Mapping[str, ArrayLike | Categorical] | ArrayLike


@dataclass(frozen=True)
class Term:
    """A moderator and how it becomes columns; `levels` is empty for a continuous one.

    `full` means a column for every level: cell means, in a design without intercept.
    """

    name: str
    levels: tuple[str, ...] = ()
    full: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, the reference level left out unless `full`."""
        if not self.levels:
            return (self.name,)
        return tuple(f"{self.name}={level}" for level in self.levels[0 if self.full else 1 :])


@dataclass(frozen=True, eq=False)
class Design:
    """Columns `matrix` [k, p] with their `names`, and the terms they belong to."""

    matrix: FloatArray
    names: tuple[str, ...]
    terms: tuple[Term, ...]
    intercept: bool

    def columns_of(self, names: Sequence[str]) -> list[int]:
        """Column numbers of terms or columns; ValueError for a name that is neither."""
        known = {name: [number] for number, name in enumerate(self.names)}
        for term in self.terms:
            known[term.name] = [self.names.index(column) for column in term.columns]
        for name in names:
            if name not in known:
                raise ValueError(f"joint names {name!r}; allowed: {', '.join(known)}")
        return sorted({number for name in names for number in known[name]})

    def encode(self, moderators: Moderators) -> FloatArray:
        """Rows [m, p] of the same design for other studies; ValueError for an unknown level."""
        values = as_mapping(moderators)
        wanted = tuple(term.name for term in self.terms)
        if tuple(sorted(values)) != tuple(sorted(wanted)):
            raise ValueError(f"moderators are {', '.join(values)}; allowed: {', '.join(wanted)}")
        parts = [encode_term(term, values[term.name]) for term in self.terms]
        return _bind(parts, self.intercept, len(parts[0]) if parts else 1)


def build_design(
    moderators: Moderators | None, kept: BoolArray, *, intercept: bool = True
) -> Design:
    """Columns for the studies marked in `kept`, [k].

    moderators: name -> values [k]; numbers are continuous, text or Categorical
    becomes a column for each level but the first (in a design without intercept
    the first categorical moderator keeps all its levels). A vector is one
    moderator, a matrix [k, m] its columns. Raises ValueError on lengths that
    differ, NaN, a level without study, columns that follow from one another and
    on fewer studies than columns.
    """
    given = as_mapping({} if moderators is None else moderators)
    values = {name: _only(name, value, kept) for name, value in given.items()}
    terms = _terms(values, intercept)
    parts = [encode_term(term, values[term.name]) for term in terms]
    matrix = _bind(parts, intercept, int(kept.sum()))
    names = ((INTERCEPT,) if intercept else ()) + tuple(c for t in terms for c in t.columns)
    _refuse_dependent(matrix, names)
    return Design(matrix, names, terms, intercept)


def _only(name: str, value: ArrayLike | Categorical, kept: BoolArray) -> ArrayLike | Categorical:
    """The values of the studies in use; ValueError unless there is one a study."""
    count = len(value.values) if isinstance(value, Categorical) else np.asanyarray(value).size
    if count != len(kept):
        raise ValueError(f"moderator {name!r} has {count} values; allowed: {len(kept)}")
    if isinstance(value, Categorical):
        chosen = [item for item, used in zip(value.values, kept, strict=True) if used]
        return Categorical(chosen, value.levels)
    return np.asanyarray(value)[kept]


def as_mapping(moderators: Moderators) -> dict[str, ArrayLike | Categorical]:
    """Moderators by name; a vector is called `moderator`, columns of a matrix are numbered."""
    if isinstance(moderators, Mapping):
        return dict(moderators)
    if isinstance(moderators, str):
        raise ValueError(
            f"moderators are {moderators!r}; allowed: values by name, such as "
            "{'year': years}, not a formula"
        )
    array = np.asanyarray(moderators)
    if array.ndim == 2:
        return {f"{SINGLE_MODERATOR}{i + 1}": array[:, i] for i in range(array.shape[1])}
    return {SINGLE_MODERATOR: array}


def _terms(values: Mapping[str, ArrayLike | Categorical], intercept: bool) -> tuple[Term, ...]:
    terms: list[Term] = []
    full = not intercept
    for name, value in values.items():
        levels = _levels(name, value)
        terms.append(Term(name, levels, full=full and bool(levels)))
        full = full and not levels
    return tuple(terms)


def _levels(name: str, value: ArrayLike | Categorical) -> tuple[str, ...]:
    if isinstance(value, Categorical):
        refuse_missing(value.values, f"moderator {name!r}")
        found = {str(item) for item in value.values}
        return value.levels or tuple(sorted(found))
    array = np.asanyarray(value)
    if array.dtype.kind in "OUS" and any(isinstance(item, str) for item in array.ravel()):
        refuse_missing(array.ravel(), f"moderator {name!r}")
        return tuple(sorted({str(item) for item in array}))
    if array.dtype.kind not in "biuf":
        raise ValueError(f"moderator {name!r} holds {array.dtype}; allowed: numbers or text")
    return ()


def encode_term(term: Term, value: ArrayLike | Categorical) -> FloatArray:
    """The columns [k, columns] of one term."""
    argument = f"moderator {term.name!r}"
    if not term.levels:
        if isinstance(value, Categorical):
            raise ValueError(f"{argument} is categorical; allowed: numbers, as in the fit")
        numbers = check_axes(value, argument, 1)
        refuse(argument, numbers, ~np.isfinite(numbers), "a finite number")
        return numbers[:, np.newaxis]
    items = value.values if isinstance(value, Categorical) else np.atleast_1d(np.asarray(value))
    labels = [str(item) for item in items]
    for index, label in enumerate(labels):
        if label not in term.levels:
            allowed = ", ".join(term.levels)
            raise ValueError(f"{argument} is {label!r} at index {index}; allowed: {allowed}")
    kept = term.levels[0 if term.full else 1 :]
    return np.array([[label == level for level in kept] for label in labels], dtype=np.float64)


def _bind(parts: Sequence[FloatArray], intercept: bool, rows: int) -> FloatArray:
    columns = ([np.ones((rows, 1))] if intercept else []) + list(parts)
    if not columns:
        raise ValueError("moderators are empty; allowed: one or more in a design without intercept")
    return np.concatenate(columns, axis=1)


def _refuse_dependent(matrix: FloatArray, names: tuple[str, ...]) -> None:
    k, p = matrix.shape
    if k < p:
        raise ValueError(f"yi holds {k} studies for {p} coefficients; allowed: {p} or more")
    lengths = np.linalg.norm(matrix, axis=0)
    for number, name in enumerate(names):
        if lengths[number] == 0.0:
            raise ValueError(f"column {name!r} is 0 in all studies; allowed: one other value")
        scaled = matrix[:, : number + 1] / lengths[: number + 1]
        if np.linalg.cond(scaled) > LARGEST_CONDITION:
            raise ValueError(
                f"column {name!r} follows from the columns before it; "
                f"allowed: moderators that differ"
            )
