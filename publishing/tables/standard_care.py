"""Tables of the chapter on standard care: cohorts, control arms, external comparisons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from publishing.cells import citekeys_of, row_of, source_cell
from publishing.cohorts import (
    counted_cell,
    latest_outcome,
    latest_time,
    ratio_words,
    value_cell,
    value_cells,
)
from publishing.table import Cell, Column, Table, table_of
from publishing.tables.efficacy import EMPTY_NOTE, INTERVAL_NOTE, MARK_NOTE
from publishing.workbench import Workbench

CARE, CONTROL = "Standard care in cohorts", "Control arms of randomised trials"
BISPECIFIC = "Bispecific antibodies"
CONTEXT = (
    (CARE, "locommotion"),
    (CARE, "mammoth"),
    (CARE, "rw-tcr-2022.triple"),
    (CARE, "rw-tcr-2022.double"),
    (CONTROL, "karmma-3.standard"),
    (CONTROL, "cartitude-4.standard"),
    (BISPECIFIC, "majestec-1"),
    (BISPECIFIC, "tec-pooled"),
    (BISPECIFIC, "razzo-tec"),
    (BISPECIFIC, "magnetismm-3"),
    (BISPECIFIC, "monumental-1.qw"),
    (BISPECIFIC, "monumental-1.q2w"),
)
EXTERNAL = (
    ("Ide-cel against conventional care", "itc-ide-mammoth.orr.odds-ratio", ""),
    ("Ide-cel against conventional care", "itc-ide-mammoth.pfs.hr", ""),
    ("Ide-cel against conventional care", "itc-ide-mammoth.os.hr", ""),
    ("Cilta-cel against physician's choice", "itc-cilta-flatiron.pfs.hr",
     "itc-cilta-flatiron.physician.pfs.median"),
    ("Cilta-cel against physician's choice", "itc-cilta-flatiron.os.hr",
     "itc-cilta-flatiron.physician.os.median"),
)  # fmt: skip


def render_standard_care(bench: Workbench) -> Table:
    """Outcomes without CAR-T, for context."""
    columns = [
        Column("Cohort", width=15),
        Column("Overall response", width=10),
        Column("Complete response or better", width=10),
        Column("Median progression-free survival", width=10),
        Column("Median overall survival", width=10),
        Column("Source", width=10),
    ]
    return table_of(
        "standard-care",
        columns,
        [_context_row(bench, arm) for _, arm in CONTEXT],
        groups=[group for group, _ in CONTEXT],
        notes=[
            "The control arm of KarMMa-3 crossed over to ide-cel in part, so that its overall "
            "survival is not that of standard regimens. The control arm of CARTITUDE-4 had one to "
            "three prior lines.",
            EMPTY_NOTE,
            INTERVAL_NOTE,
            MARK_NOTE,
        ],
    )


def _context_row(bench: Workbench, arm: str) -> Sequence[Cell]:
    response = latest_outcome(bench, arm, "overall_response", ("treated", "randomised"))
    complete = latest_outcome(bench, arm, "complete_response_or_better", ("treated", "randomised"))
    times = [
        latest_time(bench, arm, name) for name in ("progression_free_survival", "overall_survival")
    ]
    return [
        counted_cell(bench, arm, next(name for name in (response, complete, *times) if name)),
        *value_cells(bench, response, complete, *times),
    ]


def render_external(bench: Workbench) -> Table:
    """CAR-T against external cohorts of standard care."""
    columns = [
        Column("Outcome and measure", width=13),
        Column("Estimate", width=11),
        Column("Adjustment", width=11),
        Column("External cohort, weighted", width=12),
        Column("Source", width=10),
    ]
    return table_of(
        "external",
        columns,
        [_external_row(bench, ratio, cohort) for _, ratio, cohort in EXTERNAL],
        groups=[group for group, _, _ in EXTERNAL],
        notes=[
            "A hazard ratio below one, or an odds ratio of response above one, favours CAR-T.",
            "A dash: not printed in what was read. In brackets: confidence intervals.",
        ],
    )


def _external_row(bench: Workbench, ratio: str, cohort: str) -> Sequence[Cell]:
    reference = f"time_to_event:{ratio}"
    absolute = f"time_to_event:{cohort}" if cohort else ""
    return [
        Cell(ratio_words(bench, reference)),
        value_cell(bench, reference),
        Cell(str(row_of(bench, reference)["adjusted"] or "")),
        value_cell(bench, absolute),
        source_cell(*citekeys_of(bench, reference, absolute)),
    ]


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "standard-care": render_standard_care,
    "external": render_external,
}
