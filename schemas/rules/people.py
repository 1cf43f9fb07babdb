"""Which cohorts share people: the same, one within the other, or possibly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.rules.records import Records, Row


@dataclass(frozen=True)
class SharedPeople:
    """The cohorts inside each cohort, itself included; possible pairs by their first cohort."""

    inside: dict[str, frozenset[str]]
    possible: dict[str, tuple[Row, ...]]

    def members(self, arm: str) -> frozenset[str]:
        """The cohort with all cohorts it is or contains."""
        return self.inside.get(arm, frozenset((arm,)))

    def shared(self, one: str, other: str) -> frozenset[str]:
        """Cohorts that are inside both."""
        return self.members(one) & self.members(other)

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
    for pair in records["overlaps"]:
        if pair["relation"] == "possible":
            possible[pair["arm_a"]] = (*possible.get(pair["arm_a"], ()), pair)
    return SharedPeople(inside, possible)
