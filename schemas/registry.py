"""Every table of the evidence by name: what is read, checked and hashed is listed once."""

from __future__ import annotations

from schemas import (
    adverse_events,
    appraisal,
    arms,
    article_claims,
    baseline,
    corrections,
    delivery,
    discrepancies,
    glossary,
    judgements,
    outcomes,
    overlaps,
    products,
    regulatory,
    reporting,
    screening,
    searches,
    source_acceptances,
    source_status,
    sources,
    studies,
    syntheses,
    time_to_event,
    unverified,
    vocabulary,
    wording,
    wording_exceptions,
)
from schemas.tables import Table

TABLES: dict[str, Table] = {
    module.TABLE.name: module.TABLE
    for module in (
        sources,
        source_status,
        source_acceptances,
        studies,
        products,
        arms,
        vocabulary,
        baseline,
        outcomes,
        time_to_event,
        adverse_events,
        delivery,
        regulatory,
        overlaps,
        syntheses,
        appraisal,
        judgements,
        article_claims,
        searches,
        screening,
        reporting,
        glossary,
        corrections,
        discrepancies,
        unverified,
        wording,
        wording_exceptions,
    )
}
