"""The status is computed from sign-offs; nobody can type it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.status import BANNER, SignOff, Status, compute_status, load_signoffs

NOW, THIS, EARLIER = "2026-08-31", "a" * 64, "b" * 64
QUORUM = {"chair": 1, "member": 2}


def decision(
    reviewer: str,
    role: str = "member",
    what: str = "approve",
    content: str = THIS,
    expires: str = "2027-08-31",
) -> SignOff:
    return SignOff(reviewer, role, what, "2026-08-20", content, expires)


def status_of(*signoffs: SignOff, extractors: frozenset[str] = frozenset()) -> Status:
    return compute_status(
        signoffs, content_hash=THIS, date=NOW, quorum=QUORUM, extractors=extractors
    )


FULL = (decision("A", "chair"), decision("B"), decision("C"))


def test_nobody_decided() -> None:
    assert status_of().name == "Submitted"
    assert status_of().banner == BANNER


def test_a_quorum_approves_and_lifts_the_banner() -> None:
    assert status_of(*FULL).name == "Approved"
    assert status_of(*FULL).banner == ""
    assert [state for _, state in status_of(*FULL).steps] == ["done", "done", "current"]


@pytest.mark.parametrize(
    "signoffs",
    [
        FULL[:2],
        (*FULL[:2], decision("C", expires="2026-08-30")),
        (*FULL[:2], decision("B")),  # one person counts once
        (*FULL, decision("D", what="revise")),
        tuple(decision(s.reviewer, s.role, content=EARLIER) for s in FULL),
    ],
    ids=["no quorum", "an approval expired", "twice the same", "a request", "earlier content"],
)
def test_anything_less_is_under_review(signoffs: tuple[SignOff, ...]) -> None:
    assert status_of(*signoffs).name == "Under Review"


def test_who_extracted_the_evidence_does_not_count() -> None:
    assert status_of(*FULL, extractors=frozenset({"C"})).name == "Under Review"


def test_the_real_review_has_no_signoff() -> None:
    assert load_signoffs(Path("governance/signoffs.csv")) == ()


def test_a_missing_file_means_that_nobody_decided(tmp_path: Path) -> None:
    assert load_signoffs(tmp_path / "signoffs.csv") == ()
