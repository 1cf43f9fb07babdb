"""Tables of the chapter on sequencing."""

from __future__ import annotations

from collections.abc import Callable

from report.table import Table
from report.workbench import Workbench

TABLES: dict[str, Callable[[Workbench], Table]] = {}
