"""Groups of cohorts, as the review defines them in report/cohort-groups.yml.

A cohort belongs to the first group that fits it; tables show the groups in an order of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import model_validator

from analysis.review_data import ReviewData
from analysis.selection import SelectionError, select_rows
from schemas.evidence import Evidence
from schemas.nearest import nearest
from schemas.problems import Problem, ReviewError
from schemas.typed_yaml import WrongError, YamlModel, read_typed

FILE = "report/cohort-groups.yml"
KEYS = {"arms": "arm_id", "studies": "study_id", "products": "product_id"}


class CohortGroup(YamlModel):
    """A group: a cohort fits it when each selector of `where` finds its arm, study or product."""

    id: str
    title: str
    where: tuple[str, ...] = ()


class CohortGroups(YamlModel):
    """The groups in the order in which they are tried, and the order in which they are shown.

    `left_out` names arms that no table of cohorts shows, `usual_populations` the populations
    that go without saying where events are counted.
    """

    groups: tuple[CohortGroup, ...]
    order: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    usual_populations: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [group.id for group in self.groups]
        if len(set(names)) < len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            raise WrongError(f"{', '.join(twice)} stands twice", "each id once", at=("groups",))
        if sorted(self.order) != sorted(names):
            odd = ", ".join(sorted(set(self.order) ^ set(names))) or "one of them twice"
            raise WrongError(
                f"does not fit the groups: {odd}", "the id of every group, once", at=("order",)
            )
        return self


@dataclass(frozen=True)
class Grouping:
    """The group of every arm of one body of evidence."""

    defined: CohortGroups
    group: dict[str, CohortGroup]

    def place(self, arm_id: str) -> int:
        """Where tables show the group of an arm."""
        return self.defined.order.index(self.group[arm_id].id)

    def title(self, arm_id: str) -> str:
        """What tables call the group of an arm."""
        return self.group[arm_id].title


@cache
def load_cohort_groups(root: Path) -> CohortGroups:
    """The groups of a review; ReviewError with everything that is wrong with the file."""
    path = root / FILE
    if not path.is_file():
        action = "define the groups of cohorts in which the tables of the review show them"
        raise ReviewError([Problem(FILE, what="the file is missing", action=action)])
    found, problems = read_typed(path.read_text(encoding="utf-8"), CohortGroups, FILE)
    if found is None:
        raise ReviewError(problems)
    return found


def grouping_of(data: ReviewData) -> Grouping:
    """The group of every arm: the first that fits it."""
    defined = load_cohort_groups(data.root)
    return Grouping(defined, _first_fitting(defined, data.evidence))


def fitting_arms(evidence: Evidence, selectors: Iterable[str]) -> list[str]:
    """The arms that each selector finds, in the order of the evidence."""
    found = [found_arms(evidence, selector) for selector in selectors]
    return [
        arm for arm in evidence.rows["arms"].cells("arm_id") if all(arm in one for one in found)
    ]


def found_arms(evidence: Evidence, selector: str) -> frozenset[str]:
    """The arms that a selector finds, or whose study or product it finds."""
    arms, found = evidence.rows["arms"], set[str]()
    for selection in select_rows(evidence, selector):
        if selection.table not in KEYS:
            raise SelectionError(f"{selector!r} selects {selection.table}, not {', '.join(KEYS)}")
        key = KEYS[selection.table]
        wanted = set(selection.cells(key))
        pairs = zip(arms.cells(key), arms.cells("arm_id"), strict=True)
        found |= {arm for cell, arm in pairs if cell in wanted}
    return frozenset(found)


def group_problems(root: Path, evidence: Evidence) -> list[Problem]:
    """What the groups name that the evidence does not have, and the arms that fit none."""
    if not (root / FILE).is_file():
        return []
    try:
        defined = load_cohort_groups(root)
    except ReviewError as error:
        return list(error.problems)
    wrong = [*_wrong_selectors(defined, evidence), *_unknown_arms(defined, evidence)]
    if wrong:
        return wrong
    grouped = _first_fitting(defined, evidence)
    return [
        Problem(
            FILE, column="groups", what=f"the arm {arm!r} fits no group",
            expected="a group for every arm",
            action="end the list with a group that has no `where`",
        )
        for arm in evidence.arms["arm_id"] if arm not in grouped
    ]  # fmt: skip


def _first_fitting(defined: CohortGroups, evidence: Evidence) -> dict[str, CohortGroup]:
    """The group of each arm that fits one; later groups take what earlier ones left."""
    found: dict[str, CohortGroup] = {}
    for group in defined.groups:
        for arm in fitting_arms(evidence, group.where):
            found.setdefault(arm, group)
    return found


def _wrong_selectors(defined: CohortGroups, evidence: Evidence) -> Iterator[Problem]:
    for group in defined.groups:
        for selector in group.where:
            try:
                found_arms(evidence, selector)
            except SelectionError as error:
                yield Problem(
                    FILE, column=f"groups[{group.id}].where", what=str(error),
                    expected="selectors of arms, studies or products", action="correct it",
                )  # fmt: skip


def _unknown_arms(defined: CohortGroups, evidence: Evidence) -> Iterator[Problem]:
    known = [str(arm) for arm in evidence.arms["arm_id"]]
    for arm in defined.left_out:
        if arm not in known:
            action = nearest(arm, known, "take it out")
            what = f"evidence/arms.csv has no arm {arm!r}"
            yield Problem(FILE, column="left_out", what=what, action=action)
