"""One colour and one symbol a product, the same in every figure of a review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publishing.printing.cells import row_of
from publishing.printing.palette import FILL, QUIET, SERIES

if TYPE_CHECKING:
    from analysis.cohorts import Cohort
    from analysis.review_data import ReviewData

SYMBOLS = ("o", "s", "^", "v", "P", "X", "p")  # no diamond: that is a pooled or published value


def mark_of_product(data: ReviewData, product: str) -> tuple[str, str]:
    """Colour and symbol of a product, by its place in the table of products."""
    at = list(data.evidence.products["product_id"]).index(product)
    return SERIES[at] if at < len(SERIES) else QUIET, SYMBOLS[at % len(SYMBOLS)]


def mark_of_arm(data: ReviewData, arm: str) -> tuple[str, str]:
    """Colour and symbol of what the patients of an arm were given; a square for no product."""
    product = row_of(data, f"arms:{arm}")["product_id"]
    return mark_of_product(data, str(product)) if product else (FILL, "s")


def mark_of_cohort(data: ReviewData, cohort: Cohort) -> tuple[str, str]:
    """That of its arm; a square where its two arms are compared, which stands for no product."""
    return mark_of_arm(data, cohort.arm_id) if cohort.control is None else (FILL, "s")
