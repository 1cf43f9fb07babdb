"""The status is computed from sign-offs; nobody can type it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.board import load_board
from analysis.signoffs import SignOff, load_signoffs
from analysis.status import DecisionSubject, Rule, Status, compute_status, find_approved
from analysis.words import say
from tests.board import BOARD, member

NOW = "2026-08-31"
THIS, EARLIER = DecisionSubject("a" * 64, "f" * 64), DecisionSubject("b" * 64, "f" * 64)
QUORUM = {"chair": 1, "member": 2}
BY_NAME = {person.member_id: person for person in BOARD}


def decision(
    reviewer: str,
    role: str = "member",
    what: str = "approve",
    on: DecisionSubject = THIS,
    expires: str = "2027-08-20",
    conflicts: str = "none",
) -> SignOff:
    return SignOff(
        reviewer, role, what, "2026-08-20", on.content_hash, expires, conflicts, "",
        on.snapshot_hash, signed=True, recorded_by="2026-08-21",
    )  # fmt: skip


def status_of(*signoffs: SignOff, moved: tuple[str, ...] = (), **board: object) -> Status:
    people = {**BY_NAME, **board}
    extractors = frozenset({"EVE", "supplied dossier"})
    rule = Rule(QUORUM, people, extractors)  # type: ignore[arg-type]
    return compute_status(signoffs, rule, now=THIS, date=NOW, moved=moved)


FULL = (decision("ada", "chair"), decision("ben"), decision("cora"))


def test_nobody_decided() -> None:
    assert status_of().name == "Submitted"
    assert status_of().banner == say("status.banner")


def test_a_quorum_approves_and_lifts_the_banner() -> None:
    assert status_of(*FULL).name == "Approved"
    assert status_of(*FULL).banner == ""
    assert [state for _, state in status_of(*FULL).steps] == ["done", "done", "current"]


def test_a_later_decision_of_the_same_person_replaces_the_earlier() -> None:
    asked = decision("dan", what="changes")
    assert status_of(*FULL, asked).name == "Under Review"
    assert "dan" in status_of(*FULL, asked).reason
    assert status_of(*FULL, asked, decision("dan")).name == "Approved"
    assert status_of(*FULL, decision("cora", what="abstain")).name == "Under Review"


@pytest.mark.parametrize(
    "signoffs",
    [
        FULL[:2],
        (*FULL[:2], decision("cora", expires="2026-08-30")),
        (*FULL[:2], decision("ben")),
        (*FULL, decision("dan", what="changes")),
        (*FULL[:2], decision("cora", what="abstain")),
        (*FULL[:2], decision("cora", conflicts="")),
        (*FULL[:2], decision("nobody")),
        (*FULL[:2], decision("ada", "member")),
        tuple(decision(s.reviewer, s.role, on=EARLIER) for s in FULL),
    ],
    ids=[
        "no quorum", "an approval lapsed", "twice the same", "changes asked for", "an abstention",
        "conflicts not disclosed", "not on the board", "two roles", "earlier content",
    ],
)  # fmt: skip
def test_anything_less_is_under_review(signoffs: tuple[SignOff, ...]) -> None:
    assert status_of(*signoffs).name == "Under Review"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"name": "eve"}, "extracted evidence"),
        ({"extracted_evidence": "yes"}, "extracted evidence"),
        ({"interests_declared": ""}, "no declaration of interests"),
        ({"appointed_on": ""}, "not appointed"),
        ({"appointed_on": "2026-08-21"}, "not appointed"),
        ({"term_ends_on": "2026-08-19"}, "end of term"),
        ({"interests_declared_on": "2026-08-21"}, "no declaration of interests"),
        ({"role": "chair"}, "is chair on the board"),
    ],
)
def test_whose_approval_does_not_count_is_said(cells: dict[str, str], said: str) -> None:
    person = member("cora", **{"role": "member", **cells})
    status = status_of(*FULL, cora=person)
    assert status.name == "Under Review"
    assert "another member" in status.reason
    (remark,) = status.remarks
    assert remark.startswith("cora: ")
    assert said in remark


@pytest.mark.parametrize(
    ("cells", "key", "said"),
    [
        ({"signed": False}, "ssh-ed25519 AAAA", "did not sign"),
        ({"signed": False}, "", "counts no unsigned decision"),
        ({"signed": False, "fault": "spoilt"}, "", "spoilt"),
    ],
)
def test_a_decision_that_nothing_proves_is_never_passed_over(
    cells: dict[str, object], key: str, said: str
) -> None:
    """Whoever spoils the record of an objection does not make it go away."""
    spoilt = replace(decision("dan", what="abstain"), **cells)  # type: ignore[arg-type]
    status = status_of(*FULL, spoilt, dan=member("dan", ssh_public_key=key))
    assert (status.name, status.reason) == (
        "Under Review", "a decision on this content cannot be verified: dan",
    )  # fmt: skip
    assert said in status.remarks[0]
    assert find_approved((*FULL, spoilt), Rule(QUORUM, BY_NAME)) is None


def test_an_approval_holds_until_the_day_it_expires() -> None:
    until = tuple(decision(s.reviewer, s.role, expires=NOW) for s in FULL)
    assert status_of(*until).name == "Approved"


def test_an_edit_after_approval_names_what_moved() -> None:
    earlier = tuple(decision(s.reviewer, s.role, on=EARLIER) for s in FULL)
    status = status_of(*earlier, moved=("orr.x",))
    assert status.name == "Under Review"
    assert status.moved == ("orr.x",)
    assert status.reason == "an earlier content was approved; this one was not"


def test_one_approval_of_an_earlier_content_was_no_approval() -> None:
    assert status_of(decision("ada", "chair", on=EARLIER)).name == "Submitted"


def test_other_figures_from_the_approved_content_are_not_approved() -> None:
    other = DecisionSubject(THIS.content_hash, "e" * 64)
    earlier = tuple(decision(s.reviewer, s.role, on=other) for s in FULL)
    status = status_of(*earlier, moved=("orr.x",))
    assert status.name == "Under Review"
    assert "yields other figures" in status.reason


def test_what_was_approved_last_is_found_though_it_has_lapsed() -> None:
    rule = Rule(QUORUM, BY_NAME)
    old = tuple(decision(s.reviewer, s.role, on=EARLIER, expires="2026-08-21") for s in FULL)
    assert find_approved(old, rule) == EARLIER
    assert find_approved((*old, decision("ada", "chair")), rule) == EARLIER
    assert find_approved((*old, *FULL), rule) == THIS


def test_the_real_review_has_no_board_and_no_signoff(root: Path) -> None:
    assert load_signoffs(root) == ()
    assert load_board(root) == {}


def test_missing_files_mean_that_nobody_decided(tmp_path: Path) -> None:
    assert load_signoffs(tmp_path) == ()
    assert load_board(tmp_path) == {}


def test_no_quorum_is_met_by_nobody() -> None:
    nobody = Rule({}, BY_NAME, frozenset())
    abstention = [decision("ada", "chair", what="abstain")]
    for given in (abstention, list(FULL)):
        assert compute_status(given, nobody, now=THIS, date=NOW).name == "Under Review"
        assert find_approved(given, nobody) is None
