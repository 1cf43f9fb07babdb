"""What a rule of wording needs to know of a claim: is it a comparison, randomised, a harm."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from analysis.ledger import Record
from analysis.reads import Once
from analysis.registry import statistic_of
from analysis.review_data import ReviewData
from analysis.selection import row_or_none
from schemas.choices import FIGURE_TABLES

RATIOS = ("hazard_ratio", "risk_ratio", "odds_ratio")
ANCHORED = ("randomised", "pooled randomised")
"""Designs with a common, randomised control."""
ABSOLUTE = ("percent", "months", "days", "points", "number")


class Claims:
    """The claims of a review, asked by the rules; an unknown claim is nothing at all."""

    def __init__(self, data: ReviewData) -> None:
        self.data = data
        rows = data.evidence.rows
        self.designs = {row["study_id"]: row["randomised"] for row in rows["studies"].all()}
        self.study_of = {row["arm_id"]: row["study_id"] for row in rows["arms"].all()}
        self.kinds = {row["topic"]: row["kind"] for row in rows["judgements"].all()}
        self._rows = Once()

    def known(self, names: Iterable[str]) -> list[Record]:
        """Records of these claims, those that exist."""
        return [self.data.ledger[name] for name in names if name in self.data.ledger]

    def rows(self, name: str) -> tuple[Mapping[str, Any], ...]:
        """The rows behind a claim; none where the ledger names something else."""
        return self._rows.of(name, lambda: tuple(self._found(self.data.ledger[name].rows)))

    def _found(self, references: Iterable[str]) -> Iterator[Mapping[str, Any]]:
        for reference in references:
            if row := row_or_none(self.data.evidence, reference):
                yield ChainMap({"table": reference.partition(":")[0]}, row)

    def with_owners(self, name: str) -> Iterator[Mapping[str, Any]]:
        """The rows behind a claim, each followed by its arms and its study."""
        for row in self.rows(name):
            owners = (("arms", row.get("arm_id")), ("arms", row.get("comparator_arm_id")),
                      ("studies", row.get("study_id")))  # fmt: skip
            yield row
            yield from self._found(f"{table}:{key}" for table, key in owners if key)

    def studies(self, name: str) -> frozenset[str]:
        """Studies behind a claim."""
        return frozenset(str(row["study_id"]) for row in self.rows(name) if row.get("study_id"))

    def is_ratio(self, record: Record) -> bool:
        """Whether it states a relative effect."""
        if statistic_of(record.statistic).says != "result":
            return False
        printed = any(row.get("measure") in RATIOS for row in self.rows(record.id))
        return printed or (record.unit == "ratio" and self._compares_arms(record))

    def is_comparative(self, record: Record) -> bool:
        """Whether it compares: a ratio, a difference, a contrast of arms."""
        statistic = statistic_of(record.statistic)
        if statistic.says not in ("result", "analysis"):
            return False
        compared = any(row.get("comparator_arm_id") for row in self.rows(record.id))
        judged = self.kinds.get(record.topic) == "comparative"
        arms = self._compares_arms(record)
        return self.is_ratio(record) or compared or judged or arms or statistic.compares

    def design(self, record: Record) -> str:
        """What stands behind it: `randomised` is one trial, `pooled randomised` comparisons that
        were each made within a randomised trial, `within trial` comparisons within studies that
        were not all randomised, `adjusted` and `unanchored` comparisons across studies.
        """
        studies, rows = self.studies(record.id), self.rows(record.id)
        randomised = bool(studies) and all(self.designs.get(s) == "yes" for s in studies)
        if randomised and len(studies) == 1:
            return "randomised"
        if studies and all(self._within(study, rows) for study in studies):
            return "pooled randomised" if randomised else "within trial"
        return "adjusted" if any(row.get("adjusted") for row in rows) else "unanchored"

    def _within(self, study: str, rows: Iterable[Mapping[str, Any]]) -> bool:
        """Whether the rows of a study compare two of its own arms."""
        own = [row for row in rows if row.get("study_id") == study]
        arms = {row.get("arm_id") for row in own} | {row.get("comparator_arm_id") for row in own}
        known = {arm for arm in arms if arm}
        return len(known) > 1 and all(self.study_of.get(arm) == study for arm in known)

    def _compares_arms(self, record: Record) -> bool:
        """Whether it pools what was computed from two arms of each study."""
        if statistic_of(record.statistic).family == "rows" or record.unit == "percent":
            return False
        rows = [row for row in self.rows(record.id) if row["table"] in FIGURE_TABLES]
        counted = bool(rows) and all(row["table"] != "time_to_event" for row in rows)
        return counted and all(self._within(study, rows) for study in self.studies(record.id))

    def is_randomised(self, record: Record) -> bool:
        """Whether it rests on randomised comparisons alone, or on one randomised trial."""
        return self.design(record) in ANCHORED

    def is_anchored(self, record: Record) -> bool:
        """Whether a comparison has a common, randomised control."""
        return self.is_randomised(record)

    def is_harm(self, record: Record) -> bool:
        """Whether it counts an adverse event."""
        return any(row["table"] == "adverse_events" for row in self.rows(record.id))

    def is_absolute(self, record: Record) -> bool:
        """Whether it states a rate, a time, a difference or a count of patients."""
        return (
            record.unit in ABSOLUTE
            and statistic_of(record.statistic).says == "result"
            and not self.is_ratio(record)
        )
