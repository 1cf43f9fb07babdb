"""What every result can do: tell itself in a few lines, and become a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pandas import DataFrame

STUDY = "study"
ROW_NAMES = (STUDY, "term", "subgroup")  # columns that name the rows of a table
Column = Sequence[Any] | NDArray[Any]
Columns = dict[str, Column]


class Result:
    """A frozen dataclass whose fields are single values, or arrays of one entry a study.

    A result with an `estimate` that is one number is one row of a table, any other a row a
    study. Studies go by `labels` where the result has them, by their number otherwise.
    """

    def columns(self) -> Columns:
        """The columns of the table by name, all of one length."""
        fields = vars(self)
        arrays = {name: value for name, value in fields.items() if _is_column(value)}
        if not arrays or isinstance(fields.get("estimate"), float):
            return {name: [value] for name, value in fields.items() if _is_single(value)}
        rows = max(len(value) for value in arrays.values())
        kept = {name: value for name, value in arrays.items() if len(value) == rows}
        return {STUDY: self._study_names(rows), **kept}

    def _study_names(self, rows: int) -> Sequence[str]:
        labels: tuple[str, ...] = getattr(self, "labels", ())
        return labels if len(labels) == rows else [str(row + 1) for row in range(rows)]

    def to_frame(self) -> DataFrame:
        """The columns as a pandas table; rows go by study, term or subgroup where they have one."""
        from pandas import DataFrame

        frame = DataFrame(self.columns())
        names = [name for name in ROW_NAMES if name in frame]
        return frame.set_index(names) if names else frame

    def summary(self) -> str:
        """Each value on a line, limits behind it, then the rows of the table, if any."""
        columns = self.columns()
        parts = [_lines_of(vars(self))]
        if any(name in columns for name in ROW_NAMES):
            parts.append(_table_of(columns))
        return "\n\n".join(part for part in parts if part)


def _is_column(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.ndim == 1


def _is_single(value: object) -> bool:
    return value is None or isinstance(value, str | bool | int | float)


def _lines_of(fields: Mapping[str, Any]) -> str:
    """`name  value (lower to upper)` for every single value and every pair of limits."""
    names = dict.fromkeys(_base(name) for name in fields)
    told = {name.replace("_", " "): _told(fields, name) for name in names}
    width = max(len(name) for name in told)
    return "\n".join(f"{name:<{width}}  {text}" for name, text in told.items() if text)


def _base(name: str) -> str:
    """What a limit is a limit of; a bare one is that of the estimate."""
    for end in ("lower", "upper"):
        if name == end:
            return "estimate"
        name = name.removesuffix(f"_{end}")
    return name


def _told(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    before = "" if name == "estimate" else f"{name}_"
    limits = [fields.get(f"{before}{end}") for end in ("lower", "upper")]
    parts = []
    if (_is_single(value) or hasattr(value, "told")) and value not in (None, ""):
        parts.append(_shown(value))
    if all(isinstance(limit, float) for limit in limits):
        parts.append(f"({_shown(limits[0])} to {_shown(limits[1])})")
    return " ".join(parts)


def _shown(value: Any) -> str:
    """A value as a summary prints it: four significant digits, a dash where there is none."""
    if value is None or value is np.ma.masked:
        return "-"
    if hasattr(value, "told"):
        return str(value.told())
    return f"{value:.4g}" if isinstance(value, float | np.floating) else str(value)


def _table_of(columns: Mapping[str, Column]) -> str:
    """The columns as text, names left and numbers right."""
    cells = [[name, *(_shown(value) for value in values)] for name, values in columns.items()]
    widths = [max(len(cell) for cell in column) for column in cells]
    lines = []
    for row in zip(*cells, strict=True):
        first, *others = zip(row, widths, strict=True)
        lines.append("  ".join([first[0].ljust(first[1]), *(c.rjust(w) for c, w in others)]))
    return "\n".join(lines)
