"""Ways to forge an approval, or to hide an objection, by editing files: none may work."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.status import APPROVED, UNSIGNED
from publishing.history import signatures
from publishing.history.snapshot import take_snapshot
from publishing.history.status import FACTS, describe_approval, describe_board, status_of
from publishing.lifecycle.verification import verify_receipts, verify_signoffs
from schemas.problems import ReviewError
from schemas.table_rows import TableRows
from tests.board import BOARD, make_key, member, needs_ssh
from tests.board_project import BoardProject, git

pytestmark = needs_ssh


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    folder = tmp_path_factory.mktemp("keys")
    return {person.member_id: make_key(folder, person.member_id) for person in BOARD}


@pytest.fixture
def project(tmp_path: Path, keys: dict[str, tuple[Path, str]]) -> BoardProject:
    return BoardProject(tmp_path / "project", keys)


def refused(project: BoardProject) -> str:
    """What both the build and `verify` say; neither may pass."""
    with pytest.raises(ReviewError) as built:
        project.status()
    with pytest.raises(ReviewError) as verified:
        verify_signoffs(project.root)
    assert str(built.value) == str(verified.value)
    return str(built.value)


def not_approved(project: BoardProject) -> str:
    """What the status says and `verify` refuses."""
    status = project.status()
    assert status.name == "Under Review"
    with pytest.raises(ReviewError):
        verify_signoffs(project.root)
    return "; ".join([status.reason, *status.remarks])


def test_signatures_that_verify_approve(project: BoardProject) -> None:
    project.approve()
    project.commit()
    assert (project.status().name, project.status().banner) == (APPROVED, "")
    assert project.status().reason == "an unexpired quorum approved this content"
    *board, record, chain = verify_signoffs(project.root)
    assert board[0].startswith("governance/board.csv: ada (ADA), chair, SHA256:")
    assert "3 signed, each by the key on the board; 3 in a commit" in record
    assert project.record()[-1].seal in chain


# signatures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("signature", [b"", b"signed by ada", None])
def test_decisions_with_fitting_seals_and_no_signature(
    project: BoardProject, signature: bytes | None
) -> None:
    project.decide("ada")
    (ada,) = project.record()
    others = [replace(ada, reviewer=name, role="member") for name in ("ben", "cora")]
    project.forge(ada, *others, signature=signature)
    said = not_approved(project)
    assert "cannot be verified: ben, cora" in said


def test_a_decision_signed_with_another_key_is_not_recorded(project: BoardProject) -> None:
    with pytest.raises(ReviewError, match="is not the one that the board has of ada"):
        project.decide("ada", key="ben")
    assert not project.table.exists()
    assert not (project.root / "governance" / "decided").exists()


def test_a_signature_of_one_decision_under_another(project: BoardProject) -> None:
    """Ben asked for changes; his signature is put under an approval."""
    project.approve("ada", "cora")
    project.decide("ben", "changes")
    *others, ben = project.record()
    project.forge(*others, replace(ben, decision="approve"))
    assert "the signature does not fit" in not_approved(project)


def test_a_signature_made_for_something_else(
    project: BoardProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatures, "NAMESPACE", "git")
    monkeypatch.setattr(signatures.allowed_signer, "__defaults__", ("git",))
    project.approve()
    monkeypatch.undo()
    signatures.verify.cache_clear()
    assert "the signature does not fit" in not_approved(project)


def test_a_member_whose_key_was_cleared_no_longer_counts(project: BoardProject) -> None:
    project.approve()
    project.appoint(*(replace(m, ssh_public_key="") for m in project.members))
    assert "the board has no key to check the signature with" in not_approved(project)
    for path in project.signature_files():
        path.unlink()
    assert "counts no unsigned decision" in not_approved(project)


def test_a_key_put_in_the_place_of_another(project: BoardProject, tmp_path: Path) -> None:
    project.approve()
    other = make_key(tmp_path, "other")[1]
    project.appoint(*(replace(m, ssh_public_key=other) if m.member_id == "ben" else m
                      for m in project.members))  # fmt: skip
    assert "cannot be verified: ben" in not_approved(project)


def test_without_the_program_nothing_signed_is_believed(
    project: BoardProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.approve()
    signatures.verify.cache_clear()
    monkeypatch.setattr(signatures, "find_program", lambda: None)
    assert "ssh-keygen is not installed" in refused(project)


# people without a key --------------------------------------------------------------------------


def test_people_without_a_key_decide_only_where_the_review_says_so(project: BoardProject) -> None:
    project.appoint(*BOARD)
    with pytest.raises(ReviewError, match="an unsigned decision counts for nothing here"):
        project.decide("ada")
    project.alter("evidence/review.yml", "valid_days", "unsigned: counted\n  valid_days")
    project.approve()
    status = project.status()
    assert status.name == UNSIGNED == "Approved (unsigned)"
    assert "without signatures" in status.banner
    assert status.steps[-1] == (UNSIGNED, "current")


def test_one_unsigned_vote_in_the_quorum_is_said(project: BoardProject) -> None:
    project.alter("evidence/review.yml", "valid_days", "unsigned: counted\n  valid_days")
    project.appoint(*(replace(m, ssh_public_key="") if m.member_id == "cora" else m
                      for m in project.members))  # fmt: skip
    project.approve()
    assert project.status().name == UNSIGNED
    project.decide("dan")
    assert project.status().name == APPROVED


# people and keys -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"name": "Ada"}, "each person once"),
        ({"name": "lovelace,  ADA"}, "each person once"),
        ({"ssh_public_key": "KEY of ada"}, "a key for each person"),
        ({"ssh_public_key": "KEY of ben\ndan ssh-ed25519 AAAA"}, "holds a line end"),
        ({"ssh_public_key": "cert-authority KEY of ben"}, "is no public SSH key"),
        ({"ssh_public_key": "ssh-ed25519 AAAAC3Nz"}, "is no public SSH key"),
        ({"ssh_public_key": "ssh-ed25519"}, "is no public SSH key"),
        ({"member_id": "*"}, "lower-case letters"),
        ({"member_id": "ben,ada"}, "lower-case letters"),
        ({"name": ""}, "the person's name"),
        ({"role": "chiar"}, "did you mean 'chair'?"),
        ({"role": ""}, "a role that the quorum"),
        ({"appointed_on": "1 January"}, "a date as YYYY-MM-DD"),
        ({"term_ends_on": "9999"}, "a date as YYYY-MM-DD"),
        ({"term_ends_on": "2025-01-01"}, "is before the appointment"),
        ({"interests_declared_on": ""}, "the day of the declaration"),
        ({"extracted_evidence": "perhaps"}, "yes or no"),
    ],
)
def test_a_board_that_cannot_stand_is_refused(
    project: BoardProject, cells: dict[str, str], said: str
) -> None:
    ada, ben, *_ = project.members
    keys = {"KEY of ada": ada.ssh_public_key, "KEY of ben": ben.ssh_public_key}
    for mark, key in keys.items():
        cells = {name: cell.replace(mark, key) for name, cell in cells.items()}
    name = "Ada Lovelace" if "lovelace" in cells.get("name", "") else "ADA"
    project.appoint(replace(ada, name=name), replace(ben, **cells))
    assert said in refused(project)


def test_interests_declared_after_the_decision_do_not_count(project: BoardProject) -> None:
    project.approve()
    project.appoint(*(replace(m, interests_declared_on="2026-09-01") for m in project.members))
    assert "no declaration of interests" in "; ".join(project.status().remarks)
    assert project.status().name == "Under Review"


@pytest.mark.parametrize("kind", ["a folder", "a link to itself", "a link to another"])
def test_a_signature_that_is_no_file_proves_nothing(project: BoardProject, kind: str) -> None:
    project.approve()
    other, path = project.signature_files()[:2]
    path.unlink()
    if kind == "a folder":
        path.mkdir()
    else:
        path.symlink_to(path if kind == "a link to itself" else other)
    assert "is no file of the review" in not_approved(project)


@pytest.mark.parametrize("name", ["Ada", "ADA.", "ada ", "\uff21da"])
def test_who_extracted_evidence_does_not_approve_it_however_the_name_is_written(
    project: BoardProject, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    project.approve()
    data = project.data()
    for table in FACTS:
        rows = TableRows(pd.DataFrame({"extracted_by": [name]}))
        monkeypatch.setitem(data.evidence.rows, table, rows)
    assert status_of(data).name == "Under Review"


# dates -----------------------------------------------------------------------------------------


def test_a_decision_dated_after_its_commit_does_not_count(project: BoardProject) -> None:
    project.approve("ada", "ben")
    project.decide("cora", day="2026-09-01")
    assert "date unverified" in project.status().reason
    project.commit()
    assert project.status().name == "Under Review"
    (remark,) = project.status().remarks
    assert "cora: the decision is dated 2026-09-01, after the commit" in remark


def test_a_decision_of_a_day_that_has_not_come_counts_nowhere(project: BoardProject) -> None:
    """Without a commit its date is unverified, and still nobody can have decided it."""
    project.approve("ada", "ben")
    project.decide("cora", day="2999-01-01")
    for committed in (False, True):
        if committed:
            project.commit()
        assert "dated 2999-01-01, and nowhere on earth" in not_approved(project)


def test_a_day_that_has_begun_somewhere_is_no_forgery(project: BoardProject) -> None:
    project.approve("ada", "ben")
    project.decide("cora", day="2026-08-22")
    project.commit("2026-08-21")
    assert project.status().name == APPROVED


def test_where_no_commit_records_a_decision_its_date_is_unverified(project: BoardProject) -> None:
    project.approve()
    assert "date unverified" in project.status().reason
    *_, record, _ = verify_signoffs(project.root)
    assert "0 in a commit, the others with their date unverified" in record


def test_the_environment_names_no_other_repository(
    project: BoardProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.approve("ada", "ben")
    project.decide("cora", day="2999-01-01")
    project.commit()
    git(tmp_path, "init", "-q", "elsewhere")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere" / ".git"))
    assert project.status().name == "Under Review"


@pytest.mark.parametrize("expires", ["", "never", "9999"])
def test_an_expiry_that_is_no_date_is_refused(project: BoardProject, expires: str) -> None:
    project.approve()
    project.forge(*(replace(s, expires=expires) for s in project.record()))
    assert "a date as YYYY-MM-DD" in refused(project)


def test_no_row_lengthens_its_own_validity(project: BoardProject) -> None:
    """Signed with a far expiry by a tool of one's own: the review's rule ends it all the same."""
    project.alter("evidence/review.yml", '"2026-08-31"', '"2027-08-31"')
    project.approve()
    assert "lapsed on 2027-08-20" in "; ".join(project.status().remarks)
    project.forge(*(replace(s, expires="9999-01-01") for s in project.record()))
    assert project.status().name == "Under Review"


# what documents say ----------------------------------------------------------------------------


def test_no_document_contradicts_the_tables(project: BoardProject) -> None:
    def said() -> tuple[str, str]:
        return describe_board(project.data()), describe_approval(project.data())

    members = project.members
    project.appoint()
    assert said()[0].startswith("No board has been appointed")
    project.appoint(*members)
    assert said()[0].endswith("it has decided on nothing in this version yet")
    project.approve("ada", "ben")
    assert "this version is not approved (decisions on this content, no quorum" in said()[0]
    assert said()[1] == "No board has approved this version"
    project.approve("cora")
    assert said()[0].endswith("has approved this version by signature")
    assert said()[1] == "A board has approved this version"


# the quorum ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("member: 2", "member: 1"),
        ("valid_days: 365", "valid_days: 3650"),
        ("valid_days: 365", "unsigned: counted\n  valid_days: 365"),
        ("policy: The chair and two others.", "policy: Anybody."),
    ],
)
def test_a_rule_made_easier_afterwards_approves_nothing(
    project: BoardProject, old: str, new: str
) -> None:
    project.approve("ada")
    before = take_snapshot(project.data()).content_hash
    project.alter("evidence/review.yml", old, new)
    assert take_snapshot(project.data()).content_hash != before
    assert project.status().name == "Submitted"


def test_a_policy_edited_afterwards_withdraws_the_approval(project: BoardProject) -> None:
    project.approve()
    project.alter("governance/editorial-policy.md", "two others", "nobody else")
    status = project.status()
    assert status.name == "Under Review"
    assert status.moved == ("governance/editorial-policy.md",)


def test_a_quorum_of_nobody_is_refused(project: BoardProject) -> None:
    project.approve()
    project.alter("evidence/review.yml", "  roles:\n    chair: 1\n    member: 2\n", "  roles: {}\n")
    with pytest.raises(ReviewError, match="names nobody"):
        project.data()


@pytest.mark.parametrize("days", [0, 99999999])
def test_a_validity_that_no_calendar_has_is_refused(project: BoardProject, days: int) -> None:
    project.alter("evidence/review.yml", "valid_days: 365", f"valid_days: {days}")
    with pytest.raises(ReviewError, match="valid_days"):
        project.data()


# the chain -------------------------------------------------------------------------------------


def objected(project: BoardProject) -> str:
    """A quorum approved, then dan asked for changes; the receipt of that."""
    project.approve()
    receipt = project.decide("dan", "changes")
    assert project.status().name == "Under Review"
    return receipt


def test_an_objection_removed_after_its_commit_is_missed(project: BoardProject) -> None:
    receipt = objected(project)
    project.commit()
    project.remove_last()
    assert f"lacks the decision sealed {receipt[:16]} that commit" in refused(project)
    project.commit()  # the removal committed, it is missed all the same
    assert f"lacks the decision sealed {receipt[:16]} that commit" in refused(project)


def test_every_decision_removed_is_missed(project: BoardProject) -> None:
    objected(project)
    project.commit()
    shutil.rmtree(project.root / "governance" / "signatures")
    project.table.unlink()
    assert "lacks the decision" in refused(project)


def test_a_receipt_finds_a_decision_that_was_removed(project: BoardProject) -> None:
    receipt = objected(project)
    (found,) = verify_receipts(project.root, [receipt[:16]])
    assert "row 5 (dan, changes, 2026-08-20); 0 later decisions" in found
    project.remove_last()
    assert project.status().name == APPROVED  # no repository: only the receipt knows
    with pytest.raises(ReviewError, match=f"no decision with the receipt {receipt}"):
        verify_receipts(project.root, [receipt])
    with pytest.raises(ReviewError, match="at least 16 characters"):
        verify_receipts(project.root, ["abc"])


def test_a_release_remembers_the_last_decision_before_it(project: BoardProject) -> None:
    receipt = objected(project)
    (project.root / "releases" / "1.0.0").mkdir(parents=True)
    head = f'{{"decisions": {{"count": 4, "head": "{receipt}"}}}}'
    project.write("releases/1.0.0/release.json", head)
    project.remove_last()
    assert "that releases/1.0.0/release.json recorded" in refused(project)


def test_an_objection_made_about_something_else_is_missed(project: BoardProject) -> None:
    objected(project)
    project.commit()
    *others, dan = project.record()
    project.forge(*others, replace(dan, content_hash="0" * 64))
    assert "lacks the decision" in refused(project)


@pytest.mark.parametrize("hide", ["abstain", "approve"])
def test_a_later_decision_that_nobody_signed_hides_no_objection(
    project: BoardProject, hide: str
) -> None:
    objected(project)
    dan = project.record()[-1]
    project.forge(*project.record(), replace(dan, decision=hide))
    assert "cannot be verified: dan" in not_approved(project)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-60]),
    ],
    ids=["taken away", "emptied", "cut short"],
)
def test_an_objection_whose_signature_was_spoilt_still_stands(
    project: BoardProject, tamper: Callable[[Path], None]
) -> None:
    objected(project)
    tamper(project.root / project.record()[-1].signature)
    assert "changes were asked for by dan" in not_approved(project)


def test_an_objection_turned_into_an_abstention_still_stops(project: BoardProject) -> None:
    objected(project)
    *others, dan = project.record()
    project.forge(*others, replace(dan, decision="abstain"))
    assert "cannot be verified: dan" in not_approved(project)


def test_an_objection_given_to_a_stranger_still_stops(project: BoardProject) -> None:
    objected(project)
    *others, dan = project.record()
    project.forge(*others, replace(dan, reviewer="zoe", decision="abstain"))
    assert "cannot be verified: zoe" in not_approved(project)


def test_columns_in_another_order_are_refused(project: BoardProject) -> None:
    project.approve()
    rows = [line.split(",") for line in project.table.read_text(encoding="utf-8").splitlines()]
    turned = "\n".join(",".join(reversed(row)) for row in rows) + "\n"
    project.table.write_text(turned, encoding="utf-8")
    assert "restore the header" in refused(project)


def test_nothing_is_added_to_a_chain_that_lost_a_decision(project: BoardProject) -> None:
    objected(project)
    project.commit()
    project.remove_last()
    with pytest.raises(ReviewError, match="lacks the decision"):
        project.decide("dan")


def test_a_copy_without_its_history_dates_nothing(project: BoardProject, tmp_path: Path) -> None:
    project.approve()
    project.commit()
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{project.root}", "shallow")
    copy = BoardProject.__new__(BoardProject)
    copy.root = tmp_path / "shallow"
    assert "date unverified" in copy.status().reason


def test_a_forged_member_is_seen(project: BoardProject, tmp_path: Path) -> None:
    """Whoever may commit to the board's table may appoint: `verify` names every key."""
    zoe = member("zoe", ssh_public_key=make_key(tmp_path, "zoe")[1])
    project.appoint(*project.members, zoe)
    assert any("zoe (ZOE), member, SHA256:" in line for line in verify_signoffs(project.root))
