"""Every table of the evidence with the model that it has passed."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args, get_type_hints

from pandera.typing import DataFrame

from schemas import facts, judgements, searches, sources, studies, vocabulary
from schemas.characteristics import own_columns
from schemas.named_tables import Tables
from schemas.review import Review
from schemas.tables import Table

MODELS = {
    name: model
    for module in (facts, judgements, searches, sources, studies, vocabulary)
    for name, model in vars(module).items()
}
HINTS = get_type_hints(Tables, {**MODELS, "DataFrame": DataFrame})
TABLES = {name: Table(name, get_args(kind)[0]) for name, kind in HINTS.items()}


def tables_of(review: Review | None) -> dict[str, Table]:
    """Every table by name, with the columns that the review adds to it."""
    declared = review.characteristics if review else ()
    return {name: replace(table, own=own_columns(declared, name)) for name, table in TABLES.items()}
