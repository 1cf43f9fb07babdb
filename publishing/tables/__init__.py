"""Every table by name, from the module of its chapter."""

from __future__ import annotations

from collections.abc import Callable

from publishing.table import Table
from publishing.tables import (
    audit,
    certainty,
    changes,
    conclusions,
    due,
    explorer,
    governance,
    ledger,
    patient,
    robustness,
    summary,
)
from publishing.workbench import Workbench

TABLES: dict[str, Callable[[Workbench], Table]] = {
    **summary.TABLES,
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
