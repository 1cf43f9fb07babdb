"""Tags of releases: what they say is what the release wrote, and whose signature they carry."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from analysis.members import Board
from publishing.history.anchors import git
from publishing.history.released import FOLDER, released_versions
from publishing.history.signatures import allowed_signer
from schemas.problems import Problem

TEXT = "tag.txt"


def describe_tags(root: Path, board: Board) -> Iterator[tuple[str, Problem | None]]:
    """A line a tagged release, with a problem where the tag says something else."""
    for version in released_versions(root):
        name = f"v{version}"
        said = _message(root, name)
        if not said:
            continue
        written = (root / FOLDER / version / TEXT).read_text(encoding="utf-8")
        wrong = Problem(
            f"{FOLDER}/{version}/{TEXT}", what=f"is not what the tag {name} says",
            action="restore the release from the tag: what was tagged stays",
        ) if said.split() != written.split() else None  # fmt: skip
        yield f"tag {name}: says what the release wrote; {_signed(root, name, board)}", wrong


def _message(root: Path, name: str) -> str:
    """The message of an annotated tag; empty where there is none of this name."""
    form = "%(if:equals=tag)%(objecttype)%(then)%(contents:subject)%0a%(contents:body)%(end)"
    return (git(root, "for-each-ref", f"--format={form}", f"refs/tags/{name}") or "").strip()


def _signed(root: Path, name: str, board: Board) -> str:
    """Whether a key of the board, or one that this user trusts, signed the tag."""
    if not (
        git(root, "for-each-ref", "--format=%(contents:signature)", f"refs/tags/{name}") or ""
    ).strip():
        return "not signed"
    with tempfile.TemporaryDirectory(prefix="review-tags-") as scratch:
        allowed = Path(scratch) / "allowed_signers"
        keys = [allowed_signer(m, "git") for m in board.values() if m.ssh_public_key]
        allowed.write_text("".join(keys), encoding="utf-8", newline="\n")
        trusted = git(root, "-c", f"gpg.ssh.allowedSignersFile={allowed}", "verify-tag", name)
    return "signed by a key of the board" if trusted is not None else (
        "signed, by a key that neither the board nor this user has"
    )  # fmt: skip
