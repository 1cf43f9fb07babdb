"""Signatures of decisions and of tags: made and checked by OpenSSH's `ssh-keygen -Y` and by git."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from analysis.board import Board, Member, key_body
from publishing.history.anchors import git
from publishing.history.released import FOLDER, released_versions
from schemas.problems import Problem, ReviewError

NAMESPACE = "clinical-evidence-review"  # a signature made for something else does not verify
PROGRAM = "ssh-keygen"


def find_program() -> str | None:
    """`ssh-keygen`, or None where OpenSSH is not installed."""
    return shutil.which(PROGRAM)


def sign(text: str, key: Path) -> str:
    """The armoured signature of a text. `key` is a private key, or a public one of an agent."""
    with tempfile.TemporaryDirectory(prefix="review-sign-") as scratch:
        message = Path(scratch) / "decision"
        message.write_text(text, encoding="utf-8", newline="")
        done = _run("-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(message))
        made = message.with_name("decision.sig")
        if done.returncode or not made.is_file():
            raise ReviewError(f"{PROGRAM} could not sign with {key}: {_said(done)}")
        return made.read_text(encoding="utf-8")


@lru_cache(maxsize=1024)  # a build asks for the status in many places
def verify(text: str, signature: bytes, member: Member) -> str:
    """Empty when the member's key on the board made the signature; else why it is refused.

    Raises ReviewError where `ssh-keygen` is missing: what cannot be checked is not believed.
    """
    with tempfile.TemporaryDirectory(prefix="review-verify-") as scratch:
        allowed, signed = Path(scratch) / "allowed_signers", Path(scratch) / "decision.sig"
        allowed.write_text(allowed_signer(member), encoding="utf-8", newline="\n")
        signed.write_bytes(signature)
        done = _run(
            "-Y", "verify", "-f", str(allowed), "-I", member.member_id, "-n", NAMESPACE,
            "-s", str(signed), text=text,
        )  # fmt: skip
    return _said(done).replace(scratch, "") if done.returncode else ""


def allowed_signer(member: Member, namespace: str = NAMESPACE) -> str:
    """The member's one key as OpenSSH wants it; comment and all else of the cell left out."""
    return f'{member.member_id} namespaces="{namespace}" {key_body(member.ssh_public_key)}\n'


def fingerprint(member: Member) -> str:
    """The key of a member as OpenSSH prints it: `SHA256:` and the hash in base64."""
    data = base64.b64decode(key_body(member.ssh_public_key).split()[1])
    return "SHA256:" + base64.b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def find_key(member: Member, named: Path | None) -> Path | None:
    """The key to sign with: the one named, else the member's among the keys of this user.

    None when the board has no key of this member. Raises ReviewError when it has one that
    cannot be found here, or when a key is named that the board does not have.
    """
    if not member.ssh_public_key:
        if named:
            raise ReviewError(
                f"governance/board.csv has no ssh_public_key for {member.member_id}: nobody could "
                "verify the signature. Add the public key first, or leave --key out"
            )
        return None
    if named:
        if not named.is_file():
            raise ReviewError(f"there is no key {named}")
        return named
    for public in sorted((Path.home() / ".ssh").glob("*.pub")):
        if key_body(public.read_text(encoding="utf-8")) == key_body(member.ssh_public_key):
            private = public.with_suffix("")
            return private if private.is_file() else public
    raise ReviewError(
        f"the board has a key of {member.member_id} that is not among the keys of this user; "
        "name the private key with --key"
    )


def _run(*words: str, text: str = "") -> subprocess.CompletedProcess[str]:
    program = find_program()
    if not program:
        raise ReviewError(
            f"{PROGRAM} is not installed, and the decisions of this review are signed: without it "
            "nothing says who decided. Install OpenSSH (Debian: openssh-client)"
        )
    return subprocess.run(
        [program, *words], input=text, capture_output=True, encoding="utf-8", check=False
    )


def _said(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    return " ".join(lines[-2:]) or f"exit code {done.returncode}"


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
