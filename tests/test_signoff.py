"""Decisions: recorded once, sealed, signed, and refused when a byte of them differs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.board import load_board
from analysis.claims import load_claims
from analysis.ledger import Ledger, compute_ledger
from analysis.review_data import Computed, ReviewData
from analysis.robustness import Analyses
from analysis.signoffs import FILE, SIGNATURES, load_signoffs
from publishing.history.snapshot import FOLDER, take_snapshot
from publishing.history.status import status_of
from publishing.lifecycle.signoff import Decision, record_decision
from publishing.lifecycle.verification import verify_signoffs
from schemas.evidence import Evidence
from schemas.problems import ReviewError
from tests.board import BOARD, make_key, needs_ssh, write_board
from tests.project_copy import ProjectCopy

pytestmark = needs_ssh
QUORUM = ("ada", "ben", "cora")


@pytest.fixture(scope="module")
def ledger(evidence: Evidence, root: Path) -> Ledger:
    """A few claims of the real review."""
    wanted = {"orr.cilta", "orr.ide", "crs.g3.cilta"}
    claims = [c for c in load_claims(root / "report" / "claims.csv") if c.id in wanted]
    assert len(claims) == len(wanted)
    return compute_ledger(evidence, claims, {})


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """A key for each member, where a user's keys are."""
    folder = tmp_path_factory.mktemp("home") / ".ssh"
    return {person.member_id: make_key(folder, person.member_id) for person in BOARD}


@pytest.fixture
def data(
    copy: ProjectCopy,
    evidence: Evidence,
    ledger: Ledger,
    root: Path,
    keys: dict[str, tuple[Path, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> ReviewData:
    """A project with a board of four, its evidence, three claims and one page."""
    monkeypatch.setattr(Path, "home", lambda: keys["ada"][0].parents[1])
    for table in (copy.root / "evidence").glob("*.csv"):
        if table.stem != "outcomes":
            table.unlink()
    (copy.root / "report").mkdir()
    (copy.root / "report" / "claims.csv").write_bytes((root / "report/claims.csv").read_bytes())
    (copy.root / "index.qmd").write_text("# Summary\n", encoding="utf-8")
    write_board(copy.root, [replace(p, ssh_public_key=keys[p.member_id][1]) for p in BOARD])
    return ReviewData(copy.root, evidence, ledger, Computed(lambda: Analyses(evidence, {})))


def decide(data: ReviewData, reviewer: str, key: Path | None = None, **said: str) -> None:
    member = next((person for person in BOARD if person.member_id == reviewer), BOARD[0])
    decision = Decision(
        reviewer=reviewer,
        role=member.role,
        decision="approve",
        content_hash=take_snapshot(data).content_hash[:16],
        conflicts="none",
        date="2026-08-20",
    )
    record_decision(data, replace(decision, **said), key)


def refusal(data: ReviewData, reviewer: str = "ada", key: Path | None = None, **said: str) -> str:
    with pytest.raises(ReviewError) as caught:
        decide(data, reviewer, key, **said)
    assert load_signoffs(data.root) == ()
    assert not (data.root / FOLDER).exists()
    return str(caught.value)


def alter(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


def without(ledger: Ledger, claim: str) -> Ledger:
    return Ledger({name: record for name, record in ledger.records.items() if name != claim})


def test_a_quorum_approves(data: ReviewData) -> None:
    for reviewer in QUORUM:
        decide(data, reviewer)
    assert status_of(data).name == "Approved"
    *_, line, _ = verify_signoffs(data.root)
    assert "3 decisions, each as it was recorded; 3 signed" in line
    assert {signoff.expires for signoff in load_signoffs(data.root)} == {"2027-08-20"}


def test_an_edit_withdraws_the_approval_and_names_what_moved(data: ReviewData) -> None:
    for reviewer in QUORUM:
        decide(data, reviewer)
    alter(data.root / "evidence" / "outcomes.csv", ",94,128,", ",93,128,")
    other = replace(data, ledger=without(data.ledger, "orr.ide"))
    status = status_of(other)
    assert status.name == "Under Review"
    assert status.moved == ("orr.ide", "evidence/outcomes.csv")


def test_a_program_that_prints_other_figures_is_not_approved(data: ReviewData) -> None:
    for reviewer in QUORUM:
        decide(data, reviewer)
    status = status_of(replace(data, ledger=without(data.ledger, "crs.g3.cilta")))
    assert (status.name, status.moved) == ("Under Review", ("crs.g3.cilta",))
    assert status_of(data).name == "Approved"


def test_the_lock_and_white_space_withdraw_nothing(data: ReviewData) -> None:
    for reviewer in QUORUM:
        decide(data, reviewer)
    (data.root / "locks").mkdir()
    (data.root / "locks" / "review.txt").write_text("other==2.0\n", encoding="utf-8")
    (data.root / "index.qmd").write_text("#  Summary\r\n\r\n", encoding="utf-8", newline="")
    assert status_of(data).name == "Approved"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"reviewer": "adam"}, "no member 'adam'; did you mean 'ada'?"),
        ({"role": "member"}, "ada is chair on the board"),
        ({"decision": "agree"}, "choose one of approve, changes, abstain"),
        ({"conflicts": " "}, "--conflicts is missing"),
        ({"decision": "changes"}, "--comments is missing"),
        ({"content_hash": "abc"}, "at least 12 characters"),
        ({"content_hash": "0" * 64}, "is not this content"),
        ({"comments": '=HYPERLINK("https://x.org")'}, "--comments is a spreadsheet formula"),
        ({"conflicts": "@SUM(ä)"}, "--conflicts is a spreadsheet formula"),
        ({"comments": "\u202e73 fo every"}, "--comments has a sign that turns the direction"),
        ({"date": "20 August"}, "is no date as YYYY-MM-DD"),
        ({"date": "20260820"}, "is no date as YYYY-MM-DD"),
    ],
)
def test_a_decision_that_cannot_stand_is_refused(
    data: ReviewData, said: dict[str, str], message: str
) -> None:
    assert message in refusal(data, **{"reviewer": "ada", **said})


def test_without_a_board_nobody_decides(data: ReviewData) -> None:
    write_board(data.root, ())
    assert "names nobody" in refusal(data)


def test_a_key_the_board_does_not_know_is_refused(data: ReviewData) -> None:
    write_board(data.root)
    assert "has no ssh_public_key for ada" in refusal(data, key=Path("key"))


@pytest.mark.parametrize(
    ("old", "new"),
    [("approve", "abstain"), ("2027-08-20", "2028-08-20"), ("none", "None"), ("ben", "dan")],
)
def test_one_byte_of_a_decision_altered_is_refused(data: ReviewData, old: str, new: str) -> None:
    for reviewer in QUORUM:
        decide(data, reviewer)
    table = data.root / FILE
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[2] = lines[2].replace(old, new, 1)
    table.write_text("".join(lines), encoding="utf-8", newline="\n")
    for check in (verify_signoffs, load_signoffs):
        with pytest.raises(ReviewError) as caught:
            check(data.root)
        message = str(caught.value)
        assert "row 3" in message
        assert "its seal does not fit" in message
        assert "row 4" not in message


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+cmd|x", "\u202e73 fo every 100"])
def test_hostile_text_in_a_decision_or_on_the_board_is_refused(data: ReviewData, text: str) -> None:
    decide(data, "ada", comments="agreed")
    alter(data.root / "governance" / "signoffs.csv", "agreed", text)
    with pytest.raises(ReviewError, match=r"is a spreadsheet formula|has a sign that turns"):
        load_signoffs(data.root)
    write_board(data.root, [replace(BOARD[0], name=text)])
    with pytest.raises(ReviewError, match=r"is a spreadsheet formula|has a sign that turns"):
        load_board(data.root)


def test_a_decision_taken_out_is_missed(data: ReviewData) -> None:
    for reviewer in QUORUM:
        decide(data, reviewer)
    lines = (data.root / FILE).read_text(encoding="utf-8").splitlines(keepends=True)
    (data.root / FILE).write_text(lines[0] + lines[1] + lines[3], encoding="utf-8", newline="\n")
    with pytest.raises(ReviewError, match="its seal does not fit"):
        load_signoffs(data.root)


def test_what_was_decided_on_cannot_be_altered(data: ReviewData) -> None:
    decide(data, "ada")
    (kept,) = (data.root / FOLDER).iterdir()
    alter(kept, '"orr.ide"', '"orr.idx"')
    with pytest.raises(ReviewError, match="was altered"):
        verify_signoffs(data.root)
    kept.unlink()
    with pytest.raises(ReviewError, match="is missing"):
        verify_signoffs(data.root)


# signatures ------------------------------------------------------------------------------------


def test_a_signature_altered_by_one_byte_is_refused(data: ReviewData) -> None:
    decide(data, "ada")
    (signature,) = (data.root / SIGNATURES).iterdir()
    altered = bytearray(signature.read_bytes())
    altered[150] = ord("A") if altered[150] != ord("A") else ord("B")
    signature.write_bytes(bytes(altered))
    with pytest.raises(ReviewError) as caught:
        verify_signoffs(data.root)
    assert "governance/signoffs.csv" in str(caught.value)
    assert "the signature does not fit the decision" in str(caught.value)


def test_a_member_whose_key_is_not_here_is_told_to_name_it(
    data: ReviewData,
    keys: dict[str, tuple[Path, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert "name the private key with --key" in refusal(data)
    decide(data, "ada", keys["ada"][0])
    assert "1 signed" in verify_signoffs(data.root)[-2]


def test_a_signature_without_its_decision_is_refused(data: ReviewData) -> None:
    decide(data, "ada")
    table = data.root / FILE
    table.write_text(table.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(ReviewError, match=f"signs no decision of {FILE}"):
        verify_signoffs(data.root)
