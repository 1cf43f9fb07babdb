"""Checks everything an approval hangs on: seals, snapshots, signatures, and the finished site."""

from __future__ import annotations

from pathlib import Path

from analysis.board import Board, load_board
from analysis.signoffs import FILE, SIGNATURES, SignOff, load_signoffs, statements
from analysis.status import Decided
from publishing.approval.signatures import verify
from publishing.approval.snapshot import load_snapshot
from publishing.approval.version import FILE as STATUS_FILE
from publishing.approval.version import Version, load_version, version_of
from publishing.manifest import NAME, compare_with_manifest, load_manifest
from publishing.workbench import Workbench
from schemas.problems import Problem, ReviewError, count_of


def verify_signoffs(root: Path) -> list[str]:
    """Check every decision and its signature; a line each of what was found.

    Raises ReviewError that names each decision that is not as it was recorded.
    """
    board, signoffs = load_board(root), load_signoffs(root)
    problems = [
        problem
        for line, (signoff, said) in enumerate(
            zip(signoffs, statements(signoffs), strict=True), start=2
        )
        for problem in _decision_problems(root, board, line, signoff, said)
    ]
    problems += _foreign_signatures(root, signoffs)
    if problems:
        raise ReviewError(problems)
    for signoff in signoffs:
        load_snapshot(root, Decided(signoff.content_hash, signoff.snapshot_hash))
    signed = sum(signoff.signed for signoff in signoffs)
    if not signoffs:
        return [f"{FILE}: nobody has decided on anything"]
    return [
        f"{FILE}: {count_of(len(signoffs), 'decision')}, each as it was recorded; "
        f"{signed} signed, each by the key on the board"
    ]


def _decision_problems(
    root: Path, board: Board, line: int, signoff: SignOff, said: str
) -> list[Problem]:
    row = f"{line} ({signoff.reviewer})"
    member = board.get(signoff.reviewer)
    if member is None:
        action = "restore governance/board.csv; give a term an end instead"
        return [Problem(FILE, row, what="the reviewer is not on the board", action=action)]
    if member.ssh_public_key and not signoff.signed:
        return [Problem(FILE, row, what=f"the signature {signoff.signature} is missing",
                        action="restore it, or record the decision again")]  # fmt: skip
    if not signoff.signed:
        return []
    if not member.ssh_public_key:
        return [Problem(FILE, row, what="signed, and the board has no key to check it with",
                        action="restore the member's ssh_public_key")]  # fmt: skip
    refused = verify(said, root / signoff.signature, signoff.reviewer, board)
    what = f"the signature {signoff.signature} does not fit the decision ({refused})"
    action = "restore both files from the history; record a new decision instead of editing"
    return [Problem(FILE, row, what=what, action=action)] if refused else []


def _foreign_signatures(root: Path, signoffs: tuple[SignOff, ...]) -> list[Problem]:
    known = {signoff.signature for signoff in signoffs}
    found = sorted((root / SIGNATURES).glob("*.sig"))
    names = [path.relative_to(root).as_posix() for path in found]
    return [
        Problem(name, what=f"signs no decision of {FILE}", action="restore the decision it signs")
        for name in names
        if name not in known
    ]


def verify_site(bench: Workbench, site: Path) -> list[str]:
    """Check a finished site against its manifest and against the files it was made from."""
    name = site.name
    problems = compare_with_manifest(site, name)
    if problems:
        raise ReviewError(problems)
    said = load_version(site)
    now = version_of(bench, said.engine.split()[0])
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
    return [
        f"{name}: {len(load_manifest(site))} files, each as its {NAME} says",
        f"{name}: version {said.version}, content {said.content_hash}",
        f"{name}: {said.status}, {said.reason}{name_moved(said)}",
        f"{name}: build {said.build_hash} ({said.engine})",
    ]


def name_moved(version: Version) -> str:
    """What moved since the approved content, in words; empty when nothing did."""
    return f"; moved since: {', '.join(version.moved)}" if version.moved else ""
