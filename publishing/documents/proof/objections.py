"""What may be said against a picture, by the kind of the figure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import singledispatch
from typing import TYPE_CHECKING

from publishing.displays.specification import FigureSpecification
from publishing.documents.proof.shown import compare, shown_by

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

    from analysis.review_data import ReviewData


@singledispatch
def objections(display: FigureSpecification, data: ReviewData, drawing: Drawing) -> Iterable[str]:
    """Everything that a picture shows otherwise than the evidence has it.

    A kind with a scale says what it must show in `shown_by`; one without registers itself here.
    """
    return compare(data, drawing, shown_by(display, data))
