"""The words a reader takes for a number, a comparison, a cause or a degree of certainty."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pandas as pd
from pandera.typing import Series

from schemas import choices, fields
from schemas.model import TableModel
from schemas.tables import Table


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


EVERY_REVIEW = Path(__file__).with_name("wording.csv")


def with_shared_phrases(own: pd.DataFrame) -> pd.DataFrame:
    """The lists of every review and of this one, whose row takes the place of one on its phrase."""
    shared = pd.read_csv(EVERY_REVIEW, dtype="string")
    said = set(zip(own["kind"], own["phrase"], strict=True))
    pairs = zip(shared["kind"], shared["phrase"], strict=True)
    return pd.concat([shared[[pair not in said for pair in pairs]], own], ignore_index=True)


TABLE = Table("wording", Wording)
