"""Sources, what registers say of them, and what was found wrong with what they print."""

from __future__ import annotations

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel


class Sources(TableModel):
    """One source; lists inside a cell are separated by " | " or, in missing_fields, by "; "."""

    citekey: Series[pd.StringDtype] = fields.citekey(unique=True)
    source_type: Series[pd.StringDtype] = fields.choice(choices.SOURCE_TYPES)
    published: Series[pd.StringDtype] = fields.date()
    doi: Series[pd.StringDtype] = fields.text()
    pmid: Series[pd.StringDtype] = fields.text()
    registry_ids: Series[pd.StringDtype] = fields.text()
    article_reference: Series[pd.StringDtype] = fields.text()
    missing_fields: Series[pd.StringDtype] = fields.text()
    seen_at: Series[pd.StringDtype] = fields.text()
    note: Series[pd.StringDtype] = fields.text()


class SourceStatus(TableModel):
    """The state of one source: clean, flagged, or unchecked with the reason.

    `finding` and `notice` are lists of the same length, separated by " | ": what was found
    and the DOI (or PMID) of each notice. `register` names who said so. A source without a
    row is unchecked.
    """

    citekey: Series[pd.StringDtype] = fields.citekey(unique=True)
    state: Series[pd.StringDtype] = fields.choice(choices.SOURCE_STATES)
    finding: Series[pd.StringDtype] = fields.text()
    notice: Series[pd.StringDtype] = fields.text()
    register: Series[pd.StringDtype] = fields.text()
    checked_on: Series[pd.StringDtype] = fields.date()
    reason: Series[pd.StringDtype] = fields.text()


class SourceAcceptances(TableModel):
    """One retracted source that reviewers decided to keep, and why."""

    citekey: Series[pd.StringDtype] = fields.citekey(unique=True)
    reason: Series[pd.StringDtype] = fields.text(nullable=False)
    accepted_by: Series[pd.StringDtype] = fields.text(nullable=False)
    accepted_on: Series[pd.StringDtype] = fields.date(nullable=False)


class Discrepancies(TableModel):
    """One accepted disagreement: the rule it breaks, on the rows it names."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    table: Series[pd.StringDtype] = fields.choice((*choices.FACT_TABLES, "arms", "judgements"))
    rows: Series[pd.StringDtype] = fields.text(nullable=False)
    rule: Series[pd.StringDtype] = fields.choice(choices.ACCEPTABLE_RULES)
    printed: Series[pd.StringDtype] = fields.text()
    recomputed: Series[pd.StringDtype] = fields.text()
    reason: Series[pd.StringDtype] = fields.text(nullable=False)
    citekey: Series[pd.StringDtype] = fields.citekey(nullable=True)


class ArticleClaims(TableModel):
    """One statement of the article; `source_says` takes its figures from rows, in braces."""

    claim_id: Series[pd.StringDtype] = fields.identifier()
    section: Series[pd.StringDtype] = fields.text()
    article_statement: Series[pd.StringDtype] = fields.text()
    article_value: Series[pd.StringDtype] = fields.text()
    article_reference: Series[pd.StringDtype] = fields.text()
    verdict: Series[pd.StringDtype] = fields.choice(choices.VERDICTS)
    source_says: Series[pd.StringDtype] = fields.text()
    evidence_rows: Series[pd.StringDtype] = fields.text()
    citekeys: Series[pd.StringDtype] = fields.text()
    note: Series[pd.StringDtype] = fields.text()
