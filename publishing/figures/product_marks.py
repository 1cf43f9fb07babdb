"""One colour and one symbol a product, the same in every figure of a review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publishing.printing.cells import row_of
from publishing.printing.palette import QUIET, SERIES

if TYPE_CHECKING:
    from analysis.review_data import ReviewData

SYMBOLS = ("o", "s", "^", "D", "v", "P", "X")


def mark_of_product(data: ReviewData, product: str) -> tuple[str, str]:
    """Colour and symbol of a product, by its place in the table of products."""
    at = list(data.evidence.products["product_id"]).index(product)
    return SERIES[at] if at < len(SERIES) else QUIET, SYMBOLS[at % len(SYMBOLS)]


def mark_of_arm(data: ReviewData, arm: str) -> tuple[str, str]:
    """Colour and symbol of what the patients of an arm were given."""
    return mark_of_product(data, str(row_of(data, f"arms:{arm}")["product_id"]))
