"""The kinds of figures, by the name a specification gives."""

from __future__ import annotations

from collections.abc import Mapping

from publishing.displays.specification import FigureSpecification
from publishing.figures.icon_array import IconArray

FIGURE_KINDS: Mapping[str, type[FigureSpecification]] = {"icon-array": IconArray}
