"""Keeps the analyses that pages alone ask for, beside those that the ledger was computed of."""

from __future__ import annotations

import pickle
from collections.abc import Callable

from analysis.kept import Steps
from analysis.reads import Once
from analysis.recalled import Earlier, settle
from analysis.review_data import ReviewData
from publishing.documents.reads import rests_on_evidence

STEP = "analyses beside the ledger"
OF_LEDGER = ("claim", "pooled", "plain words")  # kept with the data


def recall_analyses(
    data: ReviewData, steps: Steps, program: str, now: Callable[[str], str]
) -> Callable[[], None]:
    """Take up those that still stand; what is returned keeps them, with those made since."""
    inputs, known = {"the program": program}, data.analyses.kept
    kept = steps.kept(STEP, inputs)
    earlier: Earlier = pickle.loads(kept) if kept else Earlier()
    taken = earlier.still(now)
    known |= {key: found for key, found in taken.items() if key not in known}

    def keep() -> None:
        made = {
            key: found
            for key, found in known.items()
            if isinstance(key, tuple) and key[0] not in OF_LEDGER
            if found[1] and all(map(rests_on_evidence, found[1]))
        }
        if made.keys() != earlier.results.keys() or len(taken) < len(made):
            steps.keep(STEP, inputs, pickle.dumps(settle(Once(made), now)))

    return keep
