"""What was computed of an earlier state of the evidence, as far as it still stands.

Each result is held with the names of what was read for it (`analysis.reads`). While all of these
stand for what they stood for, it is what would be computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from analysis.fingerprints import table_of
from analysis.reads import Once

Value = TypeVar("Value")


@dataclass(frozen=True)
class Earlier:
    """Results of an earlier state, and the hash behind each name that was read for them."""

    results: Once = field(default_factory=Once)
    hashes: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)  # what each table was read of
    anew: bool = True  # whether none of them was taken from a state before that

    def of_tables(self, files: Mapping[str, str]) -> dict[str, str]:
        """The hash behind each name of those tables that are read of what they were read of."""
        same = {name for name, digest in files.items() if self.tables.get(name) == digest}
        return {name: found for name, found in self.hashes.items() if table_of(name) in same}

    def still(self, now: Callable[[str], str]) -> Once:
        """The results of which all that was read stands; `now` hashes a name."""
        known = {name: now(name) == was != "" for name, was in self.hashes.items()}
        return Once(
            {key: found for key, found in self.results.items() if all(map(known.get, found[1]))}
        )


def settle(results: Once, now: Callable[[str], str]) -> Earlier:
    """These results, for a later state."""
    return Earlier(results, {name: now(name) for _, read in results.values() for name in read})


class Recalled(Once):
    """Results that are computed once, or taken from an earlier state; `now` hashes a name."""

    def __init__(self, earlier: Earlier, now: Callable[[str], str]) -> None:
        super().__init__()
        self.earlier, self.now = earlier, now

    def of(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """The value of a key."""
        if key not in self and self._stands(key):
            self[key] = self.earlier.results[key]
        return super().of(key, compute)

    def _stands(self, key: Hashable) -> bool:
        if key not in self.earlier.results:
            return False
        _, names = self.earlier.results[key]
        was = self.earlier.hashes
        return bool(names) and all(was.get(name) == self.now(name) != "" for name in names)

    def settled(self) -> Earlier:
        """All that were computed, and all that still stand, for a later state.

        A claim that nobody asked for is no more; analyses stand behind the claims that do.
        """
        for key in self.earlier.results.keys() - self.keys():
            if self._stands(key) and not (isinstance(key, tuple) and key[0] == "claim"):
                self[key] = self.earlier.results[key]
        names = {name for _, read in self.values() for name in read}
        anew = not self.earlier.results
        return Earlier(Once(self), {name: self.now(name) for name in names}, anew=anew)
