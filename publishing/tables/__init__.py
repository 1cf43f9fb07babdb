"""Every table by name, from the module of its chapter."""

from __future__ import annotations

from collections.abc import Callable

from publishing.table import Table
from publishing.tables import (
    audit,
    certainty,
    changes,
    comparison,
    conclusions,
    due,
    earlier_lines,
    efficacy,
    explorer,
    governance,
    ledger,
    methods,
    patient,
    robustness,
    safety,
    sequencing,
    standard_care,
)
from publishing.workbench import Workbench

TABLES: dict[str, Callable[[Workbench], Table]] = {
    **efficacy.TABLES,
    **comparison.TABLES,
    **safety.TABLES,
    **sequencing.TABLES,
    **earlier_lines.TABLES,
    **standard_care.TABLES,
    **methods.TABLES,
    **explorer.TABLES,
    **ledger.TABLES,
    **conclusions.TABLES,
    **audit.TABLES,
    **changes.TABLES,
    **governance.TABLES,
    **due.TABLES,
    **certainty.TABLES,
    **robustness.TABLES,
    **patient.TABLES,
}
