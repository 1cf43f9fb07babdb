"""People who exist in tests alone: a board, its keys and its decisions."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from analysis.board import COLUMNS, Member

HAS_SSH = shutil.which("ssh-keygen") is not None
needs_ssh = pytest.mark.skipif(not HAS_SSH, reason="ssh-keygen (openssh-client) is not installed")


def member(identifier: str, role: str = "member", **cells: str) -> Member:
    """A member who may decide: appointed, in office, with interests declared."""
    declared = {"interests_declared": "none", "interests_declared_on": "2026-01-02"}
    found = Member(
        member_id=identifier, name=identifier.upper(), role=role, appointed_on="2026-01-01"
    )
    return replace(found, **{**declared, **cells})


BOARD = (member("ada", "chair"), member("ben"), member("cora"), member("dan"))


def write_board(root: Path, members: Sequence[Member] = BOARD) -> None:
    """Appoint these people in a copy of the project."""
    path = root / "governance" / "board.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(person) for person in members)


def make_key(folder: Path, name: str) -> tuple[Path, str]:
    """A new key without a passphrase: the private file and the public line."""
    folder.mkdir(parents=True, exist_ok=True)
    private = folder / name
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(private)], check=True
    )
    return private, private.with_suffix(".pub").read_text(encoding="utf-8").strip()
