"""Figures of the chapter on selection."""

from __future__ import annotations

from collections.abc import Callable

from report.figure import Figure
from report.workbench import Workbench

FIGURES: dict[str, Callable[[Workbench], Figure]] = {}
