"""Places that the evidence names in documents: each must be there when a table leads to it."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.review_data import ReviewData
from publishing.documents.calls_and_links import places_of
from publishing.history.releases import documents_of
from publishing.manuscript.qmd import read_document
from schemas.nearest import nearest
from schemas.patterns import SEPARATOR
from schemas.problems import Problem


def place_problems(data: ReviewData) -> Iterator[Problem]:
    """Each item of a reporting standard that is reported where no document has such a section."""
    documents = [read_document(data.root, path) for path in documents_of(data.root)]
    known = places_of(documents)
    table = data.evidence.rows["reporting"]
    for at, row in zip(table.places, table.all(), strict=True):
        for place in filter(None, (row["place"] or "").split(SEPARATOR)):
            if place not in known:
                yield Problem(
                    "evidence/reporting.csv", f"{at} ({row['row_id']})", "place",
                    f"{place} is a section of no document", "the identifier of a section",
                    nearest(place, known),
                )  # fmt: skip
