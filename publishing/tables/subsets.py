"""Each synthesis of an outcome with its subsets, cohort by cohort, and pooled without each.

All is computed here. The page only shows one subset at a time; without a script it shows all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from analysis.cohorts import Cohort
from analysis.pooling import Pooled
from analysis.review_data import ReviewData
from analysis.syntheses import Group, Synthesis
from analysis.wording import format_end
from publishing.displays.lines import Line, LineTable
from publishing.displays.specification import FamilyName
from publishing.printing.analysis_cells import amount_of, analysis_cell, ask, unit_of
from publishing.printing.cells import row_cell, source_cell
from publishing.printing.cohort_names import member_name
from publishing.printing.table import Cell

LEAST = 3  # cohorts without which nothing can be left out
LONGEST = 40  # characters of a cohort's name


class Subsets(LineTable):
    """Every synthesis whose identifier begins with `family` and a dot, in the protocol's order.

    Those whose identifier ends in one of `by_product` are split by product too. Columns show
    `cohort`, `patients`, `share`, `without` (pooled without the cohort), `source`. `words` hold
    `pooled`, `not pooled`, `primary`, `alone` and `next` (the prediction interval, from `$low` to
    `$high`).
    """

    SHOWS = ("cohort", "patients", "share", "without", "source")
    WORDS = ("pooled", "not pooled", "primary", "alone", "next $low $high")
    kind: Literal["subsets"]
    family: FamilyName
    by_product: tuple[str, ...] = ()

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The subsets, each pooled and then cohort by cohort."""
        for title, synthesis, group in self._subsets(data):
            yield from ((title, line) for line in self._cohorts(data, synthesis, group))

    def _subsets(self, data: ReviewData) -> Iterator[tuple[str, Synthesis, Group]]:
        mine = [item for name, item in data.syntheses.items()
                if name.partition(".")[0] == self.family]  # fmt: skip
        subjects = {item.definition.title.partition(": ")[0] for item in mine}
        for synthesis in mine:
            definition, groups = synthesis.definition, synthesis.groups
            title = definition.title.partition(": ")[2] if len(subjects) == 1 else definition.title
            title = title[:1].upper() + title[1:]
            role = f" ({self.word('primary')})" if definition.role == "primary" else ""
            if synthesis.overall.cohorts:
                yield title + role, synthesis, synthesis.overall
            for group in groups if definition.id.endswith(self.by_product) else ():
                if len(group.cohorts) > 1 and len(groups) > 1:
                    yield f"{title}: {group.name} {self.word('alone')}", synthesis, group

    def _cohorts(
        self, data: ReviewData, synthesis: Synthesis, group: Group
    ) -> Iterator[Mapping[str, Cell | str]]:
        yield self._pooled(synthesis, group)
        left = _left_out(data, synthesis, group)
        for cohort in group.cohorts:
            counted = cohort.events is not None and cohort.n is not None
            yield {
                "cohort": member_name(data, cohort, LONGEST),
                "patients": row_cell(data, cohort.row, form="n") if counted else Cell(),
                "share": row_cell(data, cohort.row),
                "without": left.get(cohort.arm_id, Cell()),
                "source": source_cell(cohort.citekey),
            }

    def _pooled(self, synthesis: Synthesis, group: Group) -> dict[str, Cell | str]:
        reference = f"syntheses:{synthesis.definition.id}"
        pooled, sizes = group.first, [cohort.n for cohort in group.cohorts if cohort.n]
        line: dict[str, Cell | str] = {"cohort": self.word("pooled" if pooled else "not pooled")}
        if len(sizes) == len(group.cohorts):
            line["patients"] = Cell(str(sum(sizes)), row=reference)
        if pooled:
            whole = amount_of(unit_of(synthesis), pooled.value, pooled.lower, pooled.upper)
            line["share"] = Cell(whole + self._prediction(pooled), row=reference)
        return line

    def _prediction(self, pooled: Pooled) -> str:
        low, high = pooled.prediction_lower, pooled.prediction_upper
        if low is None or high is None:
            return ""
        return "; " + self.word("next", low=format_end(low, 1), high=format_end(high, 1))


def _left_out(data: ReviewData, synthesis: Synthesis, group: Group) -> dict[str, Cell]:
    """The pooled value without each cohort, for a whole synthesis."""
    key = f"left-out.{synthesis.definition.id}"
    whole = group is synthesis.overall and len(group.cohorts) >= LEAST
    if not whole or synthesis.overall.first is None:
        return {}
    ask(data, key)
    found = data.analyses.without_each(synthesis.definition.id)
    cohorts: tuple[Cohort, ...] = found.effects.cohorts
    return {
        cohort.arm_id: analysis_cell(amount_of(unit_of(synthesis), *found.first[:, at]), key)
        for at, cohort in enumerate(cohorts)
    }
