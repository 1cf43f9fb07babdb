"""Each synthesis with its subsets, cohort by cohort, and what it pools to without each cohort.

All is computed here. The page only shows one subset at a time; without a script it shows all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from analysis.rounding import fit_digits, format_number
from analysis.syntheses import Cohort, Group, Pooled, Synthesis
from publishing.analysis_facts import analysis_cell, ask
from publishing.cells import row_cell, source_cell
from publishing.cohorts import short_name
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

FAMILIES = (
    "orr", "vgpr", "cr", "mrd", "pfs-12m", "os-12m", "crs-any", "crs-g3", "neurotoxicity-any",
    "neurotoxicity-g3", "icans-any", "icans-g3", "infection-any", "infection-g3",
)  # fmt: skip
COLUMNS = (
    Column("Cohort", width=20),
    Column("Patients", "right", 11),
    Column("Share (interval)", "right", 18),
    Column("Pooled without it", "right", 18),
    Column("Source", width=14),
)
BY_PRODUCT = (".primary", ".all-bcma", ".registries")
LEAST = 3  # cohorts without which nothing can be left out
POOLED = "All cohorts, pooled"
NOT_POOLED = "All cohorts, not pooled: too few"


def render_subsets(bench: Workbench, family: str) -> Table:
    """Every synthesis of an outcome, the primary one first, then its groups of products."""
    rows: list[list[Cell]] = []
    groups: list[str] = []
    for title, synthesis, group in _subsets(bench, family):
        lines = list(_lines(bench, synthesis, group))
        rows += lines
        groups += [title] * len(lines)
    return table_of(
        f"explore-{family}",
        COLUMNS,
        rows,
        groups=groups,
        explore="subset",
        notes=["Pooled by the first model of the protocol, with its prediction interval."],
    )


def _subsets(bench: Workbench, family: str) -> Iterator[tuple[str, Synthesis, Group]]:
    mine = [name for name in bench.syntheses if name.partition(".")[0] == family]
    subjects = {bench.syntheses[name].definition.title.partition(": ")[0] for name in mine}
    for name in mine:
        synthesis = bench.syntheses[name]
        title = synthesis.definition.title
        if len(subjects) == 1:
            title = title.partition(": ")[2]
        title = title[:1].upper() + title[1:]
        role = " (primary)" if synthesis.definition.role == "primary" else ""
        if synthesis.overall.cohorts:
            yield title + role, synthesis, synthesis.overall
        for group in synthesis.groups if name.endswith(BY_PRODUCT) else ():
            if len(group.cohorts) > 1 and len(synthesis.groups) > 1:
                yield f"{title}: {group.name} alone", synthesis, group


def _lines(bench: Workbench, synthesis: Synthesis, group: Group) -> Iterator[list[Cell]]:
    name = synthesis.definition.id
    yield _pooled_line(group, f"syntheses:{name}")
    left = _left_out(bench, synthesis, group)
    for cohort in group.cohorts:
        counted = cohort.events is not None and cohort.n is not None
        yield [
            Cell(short_name(bench, cohort.arm_id, 40)),
            row_cell(bench, cohort.row, form="n") if counted else Cell(),
            row_cell(bench, cohort.row),
            left.get(cohort.arm_id, Cell()),
            source_cell(cohort.citekey),
        ]


def _pooled_line(group: Group, reference: str) -> list[Cell]:
    pooled, sizes = group.first, [cohort.n for cohort in group.cohorts if cohort.n]
    patients = str(sum(sizes)) if len(sizes) == len(group.cohorts) else ""
    return [
        Cell(POOLED if pooled else NOT_POOLED),
        Cell(patients, row=reference) if patients else Cell(),
        Cell(_triple(pooled.value, pooled.lower, pooled.upper) + _prediction(pooled), row=reference)
        if pooled
        else Cell(),
        Cell(),
        Cell(),
    ]


def _left_out(bench: Workbench, synthesis: Synthesis, group: Group) -> dict[str, Cell]:
    """The pooled value without each cohort, for a whole synthesis of proportions."""
    name = synthesis.definition.id
    whole = group is synthesis.overall and len(group.cohorts) >= LEAST
    if not whole or synthesis.definition.measure != "proportion":
        return {}
    ask(bench, f"left-out.{name}")
    found = bench.analyses.without_each(name)
    cohorts: tuple[Cohort, ...] = found.effects.cohorts
    return {
        cohort.arm_id: analysis_cell(_triple(*found.first[:, at]), f"left-out.{name}")
        for at, cohort in enumerate(cohorts)
    }


def _prediction(pooled: Pooled) -> str:
    low, high = pooled.prediction_lower, pooled.prediction_upper
    if low is None or high is None:
        return ""
    return f"; the next cohort {format_number(low, 1)} to {format_number(high, 1)}%"


def _triple(value: float, lower: float, upper: float) -> str:
    digits = fit_digits(1, value, (lower, upper), percent=True)
    shown = (format_number(float(number), digits) for number in (value, lower, upper))
    return "{}% ({} to {})".format(*shown)


TABLES: dict[str, Callable[[Workbench], Table]] = {
    f"explore-{family}": partial(render_subsets, family=family) for family in FAMILIES
}
