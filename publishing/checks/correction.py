"""A correction reaches its readers: it names what a release printed, and no first page hides it."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.review_data import ReviewData
from publishing.displays.printed_claims import calls_of
from publishing.history.releases import load_release, previous_version
from publishing.manuscript.book import load_books
from publishing.manuscript.editions import edition_view
from publishing.manuscript.qmd import read_document
from schemas.correction import Correction
from schemas.nearest import nearest
from schemas.problems import Problem, ReviewError

FILE = "evidence/review.yml"
NOTICE = ("state", "corrects")  # the call by which a first page names the corrected version


def check_correction(data: ReviewData) -> None:
    """Raise ReviewError where the correction fits no release, or a first page keeps it back."""
    correction = data.evidence.review.correction
    problems = [*_unfit(data, correction)] if correction else []
    problems += _first_pages(data, correction)
    if problems:
        raise ReviewError(problems)


def _unfit(data: ReviewData, correction: Correction) -> Iterator[Problem]:
    before = previous_version(data.root, data.evidence.review.version)
    if correction.of != before:
        yield Problem(
            FILE,
            what=f"correction.of is {correction.of}",
            expected=f"the last release, {before}" if before else "no correction before a release",
            action="correct it, or delete `correction` where this version is an update",
        )
        return
    past = load_release(data.root, before).records
    for claim in correction.claims:
        now = data.ledger.records.get(claim)
        if now is None and claim not in past:
            known = [*past, *data.ledger.records]
            action = nearest(claim, known, "name a claim of report/claims.csv")
            yield Problem(FILE, what=f"correction: no claim {claim!r} is or was", action=action)
        elif now is not None and claim in past and now.forms == past[claim].forms:
            what = f"correction: {claim} prints what {before} printed"
            yield Problem(FILE, what=what, action="leave it out: nothing was corrected")


def _first_pages(data: ReviewData, correction: Correction | None) -> Iterator[Problem]:
    for book in load_books(data.root):
        first = book.chapters[0].path
        view = edition_view(read_document(data.root, first), book.edition)
        told = NOTICE in calls_of(view)
        where = f" of the edition {book.edition}" if book.edition else ""
        if correction and not told:
            what = f"the first page{where} does not tell that {correction.of} is corrected"
            action = 'print `{python} state("corrects")` in a notice there'
            yield Problem(first, what=what, action=action)
        elif told and not correction:
            what = f"the first page{where} tells of a correction, and {FILE} has none"
            yield Problem(first, what=what, action="remove the notice")
