"""Keeps single results with what was read for each, so that those still stand that read no change.

So are kept the analyses that pages alone ask for, beside those that the ledger was computed of.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Hashable
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.kept import Inputs, Keeping
from analysis.reads import Once
from analysis.recalled import Earlier, settle
from analysis.review_data import ReviewData

if TYPE_CHECKING:
    from analysis.robustness import Analyses

OF_LEDGER = ("claim", "pooled", "plain words")  # kept with the data
NOTHING: Inputs = {}


def _is_any(_: Hashable) -> bool:
    return True


def recall(
    keeping: Keeping,
    step: str,
    known: Once,
    inputs: Inputs = NOTHING,
    is_kept: Callable[[Hashable], bool] = _is_any,
) -> Callable[[], None]:
    """Take up what still stands; what is returned keeps it, with what was made since.

    All of it stands while the evidence is as it was: nothing else was read for it.
    """
    given = {"the program": keeping.program, **inputs}
    record = keeping.steps.kept(step, given)
    earlier: Earlier
    state, earlier = pickle.loads(record) if record else ("", Earlier())
    is_same = state == keeping.state != ""
    of_same_tables = {} if is_same else earlier.of_tables(keeping.states)

    def now(name: str) -> str:
        return of_same_tables.get(name) or keeping.now(name)

    taken = earlier.results if is_same else earlier.still(now)
    known |= {key: found for key, found in taken.items() if key not in known}

    def is_lasting(key: Hashable, read: Collection[str]) -> bool:
        return is_kept(key) and bool(read) and None not in map(keeping.part_of, read)

    def keep() -> None:
        more = known.keys() - earlier.results.keys()
        if is_same and not any(is_lasting(key, known[key][1]) for key in more):
            return
        made = {key: found for key, found in known.items() if is_lasting(key, found[1])}
        settled = replace(settle(Once(made), now), tables=keeping.states)
        keeping.steps.keep(step, given, pickle.dumps((keeping.state, settled)))

    return keep


def recall_analyses(data: ReviewData, keeping: Keeping) -> Callable[[], None]:
    """The same of the analyses of a review."""
    keepers: list[Callable[[], None]] = []

    def take_up(analyses: Analyses) -> None:
        step = "analyses beside the ledger"
        keepers.append(recall(keeping, step, analyses.kept, is_kept=_is_beside))

    def keep() -> None:
        for one in keepers:
            one()

    data.computed.when_analysed(take_up)
    return keep


def _is_beside(key: Hashable) -> bool:
    return isinstance(key, tuple) and key[0] not in OF_LEDGER
