"""Every table of the evidence by name: what is read, checked and hashed is listed once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandera.typing import DataFrame

    from schemas.facts import AdverseEvents, Baseline, Delivery, Outcomes, Regulatory, TimeToEvent
    from schemas.judgements import Appraisal, Judgements, Reporting
    from schemas.searches import Corrections, Screening, Searches, Unverified
    from schemas.sources import (
        ArticleClaims,
        Discrepancies,
        SourceAcceptances,
        Sources,
        SourceStatus,
    )
    from schemas.studies import Arms, Overlaps, Products, Studies, Syntheses
    from schemas.vocabulary import Glossary, Vocabulary, Wording, WordingExceptions


@dataclass(frozen=True)
class Tables:
    """One frame a table, by the name of its file, and the model it has passed."""

    sources: DataFrame[Sources]
    source_status: DataFrame[SourceStatus]
    source_acceptances: DataFrame[SourceAcceptances]
    studies: DataFrame[Studies]
    products: DataFrame[Products]
    arms: DataFrame[Arms]
    vocabulary: DataFrame[Vocabulary]
    baseline: DataFrame[Baseline]
    outcomes: DataFrame[Outcomes]
    time_to_event: DataFrame[TimeToEvent]
    adverse_events: DataFrame[AdverseEvents]
    delivery: DataFrame[Delivery]
    regulatory: DataFrame[Regulatory]
    overlaps: DataFrame[Overlaps]
    syntheses: DataFrame[Syntheses]
    appraisal: DataFrame[Appraisal]
    judgements: DataFrame[Judgements]
    article_claims: DataFrame[ArticleClaims]
    searches: DataFrame[Searches]
    screening: DataFrame[Screening]
    reporting: DataFrame[Reporting]
    glossary: DataFrame[Glossary]
    corrections: DataFrame[Corrections]
    discrepancies: DataFrame[Discrepancies]
    unverified: DataFrame[Unverified]
    wording: DataFrame[Wording]
    wording_exceptions: DataFrame[WordingExceptions]


NAMES = tuple(field.name for field in fields(Tables))
"""Every table of the evidence, by the name of its file."""
