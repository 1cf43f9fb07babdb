"""Which cohorts share people: the same, one within the other, or possibly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from schemas.rules.records import Records, Row

Item = TypeVar("Item")


@dataclass(frozen=True)
class SharedPeople:
    """The cohorts inside each cohort, itself included; possible pairs by their first cohort."""

    inside: dict[str, frozenset[str]]
    possible: dict[str, tuple[Row, ...]]
    named: dict[str, frozenset[str]]  # the possible pairs that name a cohort, on either side

    def members(self, arm: str) -> frozenset[str]:
        """The cohort with all cohorts it is or contains."""
        return self.inside.get(arm, frozenset((arm,)))

    def shared(self, one: str, other: str) -> frozenset[str]:
        """Cohorts that are inside both."""
        return self.members(one) & self.members(other)

    def links(self, arm: str) -> frozenset[str]:
        """What two cohorts have in common that share people, or possibly do."""
        inside = self.members(arm)
        return inside.union(*(self.named.get(one, ()) for one in inside))

    def possibly(self, one: str, other: str) -> Iterator[tuple[Row, str, str]]:
        """Pairs that may link two cohorts: the pair, and which is its a and its b."""
        for a, b in ((one, other), (other, one)):
            for arm in sorted(self.members(a)):
                for pair in self.possible.get(arm, ()):
                    if pair["arm_b"] in self.members(b):
                        yield pair, a, b


def _reachable(start: str, contained: dict[str, set[str]]) -> frozenset[str]:
    found, waiting = {start}, [start]
    while waiting:
        for arm in contained[waiting.pop()] - found:
            found.add(arm)
            waiting.append(arm)
    return frozenset(found)


def find_shared_people(records: Records) -> SharedPeople:
    """Follow overlaps.csv through any number of steps."""
    contained: dict[str, set[str]] = defaultdict(set)
    for pair in records["overlaps"]:
        if pair["relation"] in ("same", "contains"):
            contained[pair["arm_a"]].add(pair["arm_b"])
        if pair["relation"] == "same":
            contained[pair["arm_b"]].add(pair["arm_a"])
    inside = {arm: _reachable(arm, contained) for arm in list(contained)}
    possible: dict[str, tuple[Row, ...]] = {}
    named: dict[str, frozenset[str]] = {}
    for pair in records["overlaps"]:
        if pair["relation"] == "possible":
            possible[pair["arm_a"]] = (*possible.get(pair["arm_a"], ()), pair)
            for arm in (pair["arm_a"], pair["arm_b"]):
                named[arm] = named.get(arm, frozenset()) | {f"possible {pair.id}"}
    return SharedPeople(inside, possible, named)


def pairs_with_common(
    items: Sequence[Item], keys: Callable[[Item], Iterable[str]]
) -> Iterator[tuple[Item, Item]]:
    """The pairs of items with a key in common, in the order of `combinations`."""
    holding: dict[str, list[int]] = defaultdict(list)
    pairs: set[tuple[int, int]] = set()
    for at, item in enumerate(items):
        for key in set(keys(item)):
            pairs.update((before, at) for before in holding[key])
            holding[key].append(at)
    yield from ((items[one], items[other]) for one, other in sorted(pairs))
