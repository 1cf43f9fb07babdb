"""What a valid review computes, and every problem of one that is not, before anything is built."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from analysis.content import hash_of_program
from analysis.kept import WHOLE, Keeping, Steps, hash_of_bytes, steps_of
from analysis.review_data import (
    ReviewData,
    forget_earlier,
    hashes_of_tables,
    load_review_data,
)
from analysis.status import Status
from publishing.checks.drawn import drawn_problems
from publishing.checks.files import check_files
from publishing.checks.places import place_problems
from publishing.documents.calls import state_of
from publishing.documents.catalogue import list_displays
from publishing.documents.digits import names_with_digits
from publishing.documents.kept_results import recall_analyses
from publishing.documents.reads import Fingerprints, part_of
from publishing.lifecycle.page_format import format_problems
from publishing.lifecycle.unset import unset_problems
from publishing.manuscript.book import load_book
from publishing.manuscript.context import RenderContext
from publishing.render.bibliography import PRINTED, write_bibliography
from publishing.render.editions import choose_engine
from publishing.site.ask.asked import asked_problems
from publishing.site.ask.lexicon import synonym_problems
from publishing.site.version import Version, version_of
from schemas.problems import Problem, ReviewError


def check_review(
    root: Path,
    engine: str = "auto",
    steps: Steps | None = None,
    *,
    draw: bool = False,
    files_are_checked: bool = False,
) -> tuple[ReviewData, Version]:
    """What a valid review computes; ReviewError lists every problem that a writer can mend.

    Of `steps`, a check that found nothing in the same inputs is not run again. Tables and figures
    are proved, and pages set, while a build runs; with `draw` they are proved, and set, here.
    """
    if not files_are_checked:
        check_files(root)
    steps = steps or steps_of(root)
    if steps.clean:
        forget_earlier(root)
    try:
        data = load_review_data(root)
    except ReviewError as error:
        raise ReviewError(_evidence_problems(root) or str(error)) from error
    keeping = keeping_of(data, steps)
    resting = {name: keeping.now(name) for name in ("evidence", "settings")}
    resting["the program"] = keeping.program
    check = partial(keeping.steps.unless_clean, inputs=resting)
    if problems := check("check the evidence", check=lambda: _evidence_problems(root)):
        raise ReviewError(problems)
    version = version_of(data, choose_engine(engine))
    context = render_context(data, version, write=False)
    with ThreadPoolExecutor(1) as pool:  # Pandoc works while Python goes on
        unset = pool.submit(unset_problems, data, context, keeping) if draw else None
        from publishing.checks.validation import find_wording_problems  # meanwhile

        problems = find_wording_problems(data, context, keeping)
        problems += check("check the synonyms", check=lambda: synonym_problems(data))
        problems += place_problems(data)
        problems += asked_problems(data, keeping)
        problems += format_problems(root, context, keeping)
        problems += drawn_problems(data, keeping) if draw else ()
    problems = problems or (unset.result() if unset else [])
    keeping.close()
    if problems:
        raise ReviewError(problems)
    return data, version


def _evidence_problems(root: Path) -> list[Problem]:
    from publishing.checks.validation import find_problems

    return find_problems(root)


def render_context(data: ReviewData, version: Version, *, write: bool = True) -> RenderContext:
    """Everything the page furniture prints, and the names documents may use.

    The bibliography is written for the engine, unless nothing is rendered.
    """
    if write:
        write_bibliography(data.evidence, data.root / PRINTED)
    review = data.evidence.review
    status = Status(version.status, version.reason)
    return RenderContext(
        title=review.title,
        question=review.question,
        answer=next((c.text for c in data.ledger.conclusions if c.id == review.answer), ""),
        version=review.version,
        status=status.name,
        status_steps=status.steps,
        banner=status.banner,
        date=datetime.date.fromisoformat(review.date),
        evidence_to=review.evidence_to,
        content_hash=version.content_hash,
        build_hash=version.build_hash,
        site_url=str(load_book(data.root).metadata["book"].get("site-url", "")),
        bibliography=data.root / PRINTED,
        language=review.language,
        licence=review.licence,
        references={
            key: (fields.get("title", "").strip("{}"), fields.get("doi", ""))
            for key, fields in data.evidence.bibliography.items()
        },
        citekeys=frozenset(data.evidence.rows["sources"].cells("citekey")),
        claims=frozenset(data.ledger.records),
        conclusions=frozenset(evaluated.id for evaluated in data.ledger.conclusions),
        tables=frozenset(list_displays(data.root).tables),
        figures=frozenset(list_displays(data.root).figures),
        names=names_with_digits(data) | _named_in_status(version),
    )


def _named_in_status(version: Version) -> frozenset[str]:
    """People, claims and files that the status names, where they hold digits."""
    words = [*version.moved, *" ".join((version.reason, *version.remarks)).split()]
    return frozenset(word for word in words if any(sign.isdigit() for sign in word))


def keeping_of(data: ReviewData, steps: Steps) -> Keeping:
    """Where a build of this review keeps its steps."""
    program = hash_of_program(data.root)
    hashes = Fingerprints(data, partial(state_of, data), steps, program)
    states = {WHOLE: hash_of_bytes(hashes("evidence"), program), **hashes_of_tables(data.root)}
    keeping = Keeping(steps, program, hashes.__getitem__, states=states, part_of=part_of)
    keep_analyses = recall_analyses(data, keeping)

    def close() -> None:
        keep_analyses()
        hashes.keep()

    return replace(keeping, close=close)
