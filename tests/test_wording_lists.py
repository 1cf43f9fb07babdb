"""Word lists: those of every review, and what a review adds or takes otherwise."""

from __future__ import annotations

import pandas as pd

from publishing.checks.phrases import wording_of
from schemas.evidence import Evidence
from schemas.phrases import EVERY_REVIEW, shared_phrases, with_shared_phrases
from schemas.reading_evidence import load_evidence
from schemas.table_rows import TableRows
from tests.project_copy import ProjectCopy

HEAD = "kind,phrase,use,reason"


def test_a_review_without_lists_of_its_own_has_those_of_every_review(copy: ProjectCopy) -> None:
    copy.path("wording").write_text(f"{HEAD}\n", encoding="utf-8")
    copy.path("wording_exceptions").write_text("row_id,rule,file,text,reason\n", encoding="utf-8")
    lists = wording_of(load_evidence(copy.root))
    assert [hit.use for hit in lists.find("plain_certainty", "we are sure")]


def test_a_row_of_the_review_takes_the_place_of_one_on_its_phrase(evidence: Evidence) -> None:
    shared = shared_phrases()
    phrase = next(one for one in shared if (one.kind, one.use) == ("advice", "listed")).phrase
    own = pd.DataFrame([["advice", phrase, "allowed", "said here"]], columns=HEAD.split(","))
    both = with_shared_phrases(TableRows(own.astype("string")))
    assert len(both) == len(shared)
    assert [one.use for one in both if one[:2] == ("advice", phrase)] == ["allowed"]
    assert len(evidence.phrases) > len(shared)


def test_no_row_of_the_review_repeats_one_of_every_review(evidence: Evidence) -> None:
    columns = ["kind", "phrase", "use"]
    shared = pd.read_csv(EVERY_REVIEW, dtype="string")[columns]
    repeated = evidence.wording[columns].merge(shared, how="inner")
    assert repeated.empty
    assert not shared.duplicated(["kind", "phrase"]).any()
