"""Checks everything an approval hangs on: seals, snapshots, signatures, and the finished site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from analysis.board import FILE as BOARD
from analysis.board import Board, check_roles, load_board
from analysis.review_data import ReviewData
from analysis.signoffs import FILE, SIGNATURES, SignOff, load_signoffs
from analysis.status import DecisionSubject, Rule, unproven_because
from publishing.history.decision_record import load_record
from publishing.history.released import (
    FOLDER,
    compare_with_release,
    find_alterations,
    missing_releases,
    read_record,
    released_versions,
)
from publishing.history.signatures import describe_tags, fingerprint
from publishing.history.snapshot import load_snapshot
from publishing.site.manifest import NAME, compare_with_manifest, load_manifest, manifest_of
from publishing.site.version import FILE as STATUS_FILE
from publishing.site.version import Version, load_version, version_of
from schemas.problems import Problem, ReviewError, count_of
from schemas.review import load_review


def verify_signoffs(root: Path) -> list[str]:
    """Check every decision and its signature; a line each of what was found.

    Raises ReviewError that names each decision that is not as it was recorded.
    """
    board, quorum = load_board(root), load_review(root).quorum
    check_roles(board, quorum.roles)
    rule = Rule(quorum.roles, board, unsigned=quorum.unsigned == "counted")
    signoffs = load_record(root, board)
    problems = [
        Problem(FILE, f"{line} ({signoff.reviewer})", what=why,
                action="restore board, decision and signature from the history, or decide again")
        for line, signoff in enumerate(signoffs, start=2)
        if (why := unproven_because(signoff, rule))
    ]  # fmt: skip
    problems += _foreign_signatures(root, signoffs)
    if problems:
        raise ReviewError(problems)
    for signoff in signoffs:
        load_snapshot(root, DecisionSubject(signoff.content_hash, signoff.snapshot_hash))
    return [*_describe_board(board), *_describe_record(signoffs)]


def _describe_board(board: Board) -> list[str]:
    """Who answers for what, so that a member who was slipped in is seen."""
    return [
        f"{BOARD}: {member.member_id} ({member.name}), {member.role}, "
        f"{fingerprint(member) if member.ssh_public_key else 'no key'}"
        for member in board.values()
    ]


def _describe_record(signoffs: Sequence[SignOff]) -> list[str]:
    if not signoffs:
        return [f"{FILE}: nobody has decided on anything"]
    signed = sum(signoff.signed for signoff in signoffs)
    dated = sum(bool(signoff.recorded_by) for signoff in signoffs)
    return [
        f"{FILE}: {count_of(len(signoffs), 'decision')}, each as it was recorded; "
        f"{signed} signed, each by the key on the board; "
        f"{dated} in a commit, the others with their date unverified",
        f"{FILE}: the chain ends in {signoffs[-1].seal}",
    ]


def verify_receipts(root: Path, receipts: Sequence[str]) -> list[str]:
    """Find the decision of each receipt; ReviewError for one that was removed or altered."""
    signoffs, found = load_signoffs(root), []
    for receipt in receipts:
        if not re.fullmatch("[0-9a-f]{16,64}", receipt):
            raise ReviewError(f"--receipt {receipt!r}: give at least 16 characters of the receipt")
        held = [line for line in enumerate(signoffs, start=2) if line[1].seal.startswith(receipt)]
        if not held:
            raise ReviewError([Problem(
                FILE, what=f"has no decision with the receipt {receipt}: it, or one before it, "
                "was removed or altered after it was recorded", action="restore the history",
            )])  # fmt: skip
        line, signoff = held[0]
        what = f"{signoff.reviewer}, {signoff.decision}, {signoff.date}"
        later = count_of(len(signoffs) + 1 - line, "later decision")
        found.append(f"{FILE}: the receipt {receipt} is of row {line} ({what}); {later}")
    return found


def _foreign_signatures(root: Path, signoffs: tuple[SignOff, ...]) -> list[Problem]:
    known = {signoff.signature for signoff in signoffs}
    found = sorted((root / SIGNATURES).glob("*.sig"))
    names = [path.relative_to(root).as_posix() for path in found]
    return [
        Problem(name, what=f"signs no decision of {FILE}", action="restore the decision it signs")
        for name in names
        if name not in known
    ]


def verify_releases(root: Path) -> list[str]:
    """Check each release against itself, the later ones, the history and its tag."""
    versions, board = released_versions(root), load_board(root)
    problems = missing_releases(root)
    problems += [problem for version in versions for problem in find_alterations(root, version)]
    tags = list(describe_tags(root, board))
    problems += [problem for _, problem in tags if problem]
    if problems:
        raise ReviewError(problems)
    whole = f"{FOLDER}/: {count_of(len(versions), 'release')}, each as it was written"
    return [whole, *(line for line, _ in tags)]


def verify_site(data: ReviewData, site: Path) -> list[str]:
    """Check a finished site against its manifest and against the files it was made from."""
    name = site.name
    problems = compare_with_manifest(site, name)
    if problems:
        raise ReviewError(problems)
    said = load_version(site)
    now = version_of(data, said.engine.split()[0])
    differing = [
        Problem(
            f"{name}/{STATUS_FILE}",
            column=field,
            what=f"says {getattr(said, field)!r}",
            expected=repr(getattr(now, field)),
            action="build again: the site was made from other files",
        )
        for field in Version.__dataclass_fields__
        if field != "engine" and getattr(said, field) != getattr(now, field)
    ]
    if differing:
        raise ReviewError(differing)
    anchor = _anchor(data.root, now, site)
    return [
        f"{name}: {len(load_manifest(site))} files, each as its {NAME} says",
        f"{name}: version {said.version}, content {said.content_hash}",
        f"{name}: {said.status}, {said.reason}{name_moved(said)}",
        f"{name}: build {said.build_hash} ({said.engine})",
        f"{name}: {anchor}",
    ]


def _anchor(root: Path, now: Version, site: Path) -> str:
    """What outside the folder vouches for the site; ReviewError where that is another site."""
    fields = ("content_hash", "snapshot_hash", "build_hash", "status", "reason")
    made = read_record(root, now.version) if now.version in released_versions(root) else {}
    if any(made.get(field) != getattr(now, field) for field in fields):
        return (
            "this build is no release: nothing outside the folder says what it should hold, "
            "and `publish` refuses it"
        )
    if problems := compare_with_release(manifest_of(site), root, now.version, site.name):
        raise ReviewError(problems)
    return f"each file is that of {FOLDER}/{now.version}/"


def name_moved(version: Version) -> str:
    """What moved since the approved content, in words; empty when nothing did."""
    return f"; moved since: {', '.join(version.moved)}" if version.moved else ""
