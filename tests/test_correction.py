"""A correction names what was wrong, reaches every first page, and is a patch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.changes import Changes, NumberChange
from analysis.review_data import ReviewData, load_review_data
from publishing.checks.correction import check_correction
from publishing.lifecycle.release import check_version
from schemas.correction import CorrectedFigures, Correction
from schemas.problems import ReviewError
from schemas.typed_yaml import read_typed


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


def correcting(data: ReviewData, correction: Correction | None, version: str) -> ReviewData:
    review = data.evidence.review.model_copy(update={"correction": correction, "version": version})
    return replace(data, evidence=replace(data.evidence, review=review))


def correction(of: str, *claims: str) -> Correction:
    return Correction(
        of=of, figures=(CorrectedFigures(claims=claims, reason="An older cut was printed."),)
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("figures: []", "of: is missing"),
        ("figures: []", "figures: has 0; expected at least 1"),
        ("of: 1.1.0", "figures: is missing"),
        ("{of: 1.1.0, figures: [{claims: [a]}]}", "figures[1].reason: is missing"),
        ("{of: 1.1.0, figures: [{reason: Old.}]}", "figures[1].claims: is missing"),
        ("{of: '1.1', figures: [{claims: [a], reason: Old.}]}", "of: is '1.1'; expected a version"),
        ("off: 1.1.0", "off: is unknown; expected one of of, figures; did you mean 'of'?"),
    ],
)
def test_an_unfinished_correction_is_named(text: str, says: str) -> None:
    _, problems = read_typed(text, Correction, "review.yml")
    assert says in "\n".join(map(str, problems))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (correction("1.0.0", "parkinsonism.cibmtr-ide"), "correction.of is 1.0.0"),
        (correction("1.1.0", "no.such-claim"), "no claim 'no.such-claim' is or was"),
        (correction("1.1.0", "orr.ide.3-lines"), "orr.ide.3-lines prints what 1.1.0 printed"),
    ],
)
def test_a_correction_that_fits_no_release_is_refused(
    data: ReviewData, given: Correction, says: str
) -> None:
    with pytest.raises(ReviewError, match=says):
        check_correction(correcting(data, given, "1.1.1"))


def test_every_first_page_tells_of_a_correction_and_of_no_other(
    data: ReviewData, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = correcting(data, correction("1.1.0", "parkinsonism.cibmtr-ide"), "1.1.1")
    untold = correcting(data, None, "1.1.1")
    monkeypatch.setattr(
        "publishing.checks.correction.calls_of", lambda _: iter([("state", "corrects")])
    )
    check_correction(given)
    with pytest.raises(ReviewError, match="tells of a correction"):
        check_correction(untold)
    monkeypatch.setattr("publishing.checks.correction.calls_of", lambda _: iter(()))
    check_correction(untold)
    with pytest.raises(ReviewError) as refused:
        check_correction(given)
    for edition in ("clinician", "patient", "board"):
        assert f"edition {edition} does not tell" in str(refused.value)


def test_a_correction_is_a_patch_though_numbers_moved(tmp_path: Path) -> None:
    moved = Changes("1.1.0", "1.1.1", numbers=(NumberChange("a", "moved", "0%", "0.0%"),))
    check_version(tmp_path, "1.1.1", moved, corrects=True)
    with pytest.raises(ReviewError, match="too small"):
        check_version(tmp_path, "1.1.1", moved)
