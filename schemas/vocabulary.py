"""Words of the review: terms of its codes, its glossary, and the lists of its guard."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel


class Vocabulary(TableModel):
    """One term; `within` is the term whose people include this term's people.

    In a row of the kind synonym, `term` is what readers say (several phrases separated by ` | `)
    and `label` is the term they mean, one of several where they may mean each.
    Kinds such as authority or grade put the codes of other columns in words, in this order.
    A row of the kind topic names what no code of the evidence stands for, such as a chapter's
    subject, with what readers say for it; Ask finds text by it.
    A row of the kind not_covered names in `label` what the review leaves out, in `term` its words.
    """

    kind: Series[pd.StringDtype] = fields.choice(choices.TERM_KINDS)
    term: Series[pd.StringDtype] = fields.text(nullable=False)
    label: Series[pd.StringDtype] = fields.text(nullable=False)
    abbreviation: Series[pd.StringDtype] = fields.text()
    within: Series[pd.StringDtype] = fields.text()
    unit: Series[pd.StringDtype] = fields.text()
    order: Series[pd.Int64Dtype] = fields.count()
    definition: Series[pd.StringDtype] = fields.text()

    class Config(TableModel.Config):
        """A kind and its words name a row."""

        unique: ClassVar = ["kind", "term"]


class Glossary(TableModel):
    """One term; `reading_grade` is the school grade its plain wording needs."""

    term: Series[pd.StringDtype] = fields.text(nullable=False, unique=True)
    abbreviation: Series[pd.StringDtype] = fields.text()
    plain_language: Series[pd.StringDtype] = fields.text(nullable=False)
    clinician_definition: Series[pd.StringDtype] = fields.text()
    reading_grade: Series[pd.Float64Dtype] = fields.number()


class Wording(TableModel):
    """One phrase of a list, beside those of every review.

    `*` at the end of a word stands for any ending, alone for up to three words; `#`, among those
    of `number`, for a number in words. `use` is `listed`, or the level of certainty the phrase
    expresses, or `allowed` where a longer phrase holds a listed one in another sense (`reason`
    then says which), or `stated` where the rows of the claims beside it must state the number.
    For `style`, `reason` is what to write instead.
    """

    kind: Series[pd.StringDtype] = fields.choice(choices.WORD_LISTS)
    phrase: Series[pd.StringDtype] = fields.text(nullable=False)
    use: Series[pd.StringDtype] = fields.choice(choices.WORD_USES)
    reason: Series[pd.StringDtype] = fields.text()

    class Config(TableModel.Config):
        """A kind and its words name a row."""

        unique: ClassVar = ["kind", "phrase"]


class WordingExceptions(TableModel):
    """One exception: the rule, the document, words of the sentence, why it stands."""

    row_id: Series[pd.StringDtype] = fields.identifier()
    rule: Series[pd.StringDtype] = fields.choice(choices.WORDING_RULES)
    file: Series[pd.StringDtype] = fields.text(nullable=False)
    text: Series[pd.StringDtype] = fields.text(nullable=False)
    reason: Series[pd.StringDtype] = fields.text(nullable=False)
