"""Studies and cohorts: who was treated with what, and which rows enter which synthesis."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel


class Studies(TableModel):
    """One study, register, pool of a label or published synthesis."""

    study_id: Series[pd.StringDtype] = fields.identifier()
    name: Series[pd.StringDtype] = fields.text(nullable=False)
    registry_ids: Series[pd.StringDtype] = fields.text()
    phase: Series[pd.StringDtype] = fields.choice(choices.PHASES, nullable=True)
    design: Series[pd.StringDtype] = fields.text()
    setting: Series[pd.StringDtype] = fields.term()
    randomised: Series[pd.StringDtype] = fields.choice(choices.YES_NO)
    blinding: Series[pd.StringDtype] = fields.text()
    regions: Series[pd.StringDtype] = fields.text()
    applicability: Series[pd.StringDtype] = fields.choice(choices.APPLICABILITY)
    comparator: Series[pd.StringDtype] = fields.text()
    primary_citekey: Series[pd.StringDtype] = fields.citekey()
    note: Series[pd.StringDtype] = fields.text()


class Products(TableModel):
    """One product; names inside a cell are separated by " | "."""

    product_id: Series[pd.StringDtype] = fields.identifier()
    generic_name: Series[pd.StringDtype] = fields.text()
    brand_names: Series[pd.StringDtype] = fields.text()
    code_names: Series[pd.StringDtype] = fields.text()
    class_: Series[pd.StringDtype] = fields.term(column="class")
    target: Series[pd.StringDtype] = fields.text()
    note: Series[pd.StringDtype] = fields.text()


class Arms(TableModel):
    """One cohort; each size is the largest seen in any report of that population.

    `short_label` names the cohort where study and label together would not fit.
    """

    arm_id: Series[pd.StringDtype] = fields.identifier()
    study_id: Series[pd.StringDtype] = fields.slug()
    label: Series[pd.StringDtype] = fields.text(nullable=False)
    short_label: Series[pd.StringDtype] = fields.text()
    product_id: Series[pd.StringDtype] = fields.slug(nullable=True)
    role: Series[pd.StringDtype] = fields.term()
    n_randomised: Series[pd.Int64Dtype] = fields.count()
    n_treated: Series[pd.Int64Dtype] = fields.optional(fields.count())
    n_evaluable: Series[pd.Int64Dtype] = fields.count()
    n_pooled: Series[pd.Int64Dtype] = fields.optional(fields.count())
    citekey: Series[pd.StringDtype] = fields.citekey(nullable=True)
    note: Series[pd.StringDtype] = fields.text()


class Overlaps(TableModel):
    """One pair; `choice` is needed when sharing is only possible."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    arm_a: Series[pd.StringDtype] = fields.slug()
    arm_b: Series[pd.StringDtype] = fields.slug()
    relation: Series[pd.StringDtype] = fields.choice(choices.RELATIONS)
    reason: Series[pd.StringDtype] = fields.text(nullable=False)
    choice: Series[pd.StringDtype] = fields.choice(choices.OVERLAP_CHOICES, nullable=True)
    citekey: Series[pd.StringDtype] = fields.citekey(nullable=True)


class Syntheses(TableModel):
    """One candidate cohort of a synthesis; a cohort left out says why.

    Where two arms are compared, `comparator_row` is the row of the other arm, in the same table.
    """

    row_id: Series[pd.StringDtype] = fields.identifier()
    synthesis_id: Series[pd.StringDtype] = fields.slug()
    arm_id: Series[pd.StringDtype] = fields.slug()
    evidence_table: Series[pd.StringDtype] = fields.choice(choices.FIGURE_TABLES, nullable=True)
    evidence_row: Series[pd.StringDtype] = fields.slug(nullable=True)
    comparator_row: Series[pd.StringDtype] = fields.optional(fields.slug())
    include: Series[pd.StringDtype] = fields.choice(choices.YES_NO)
    reason: Series[pd.StringDtype] = fields.text()
