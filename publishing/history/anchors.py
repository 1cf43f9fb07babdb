"""What stands outside the files that are checked: the history of the repository.

Whoever edits a table can edit the table beside it; a commit or a tag that others have holds what
was there before.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

RECORDED = (  # the history that decisions and releases are held against
    ("rev-parse", "--is-shallow-repository"),
    ("log", "--first-parent", "-m", "--format=%H %ct", "--", "governance", "releases"),
    ("for-each-ref", "refs/tags"),
)


@dataclass(frozen=True)
class Recorded:
    """Where something was first recorded: in words, and the seconds of a commit (0: no commit)."""

    where: str
    seconds: int = 0


def git(root: Path, *words: str, text: str = "") -> str | None:
    """What git says of the repository around a folder; None where there is none, or no git.

    Variables of the environment and local replacements cannot lead it to another repository.
    """
    program = shutil.which("git")
    if not program:
        return None
    command = [program, "--no-replace-objects", "-c", "log.showRoot=true", *words]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        command, cwd=root, input=text, capture_output=True, encoding="utf-8", errors="replace",
        check=False, env=environment,
    )  # fmt: skip
    return None if done.returncode else done.stdout


def recorded_history(root: Path) -> list[str]:
    """All that decisions and releases are held against, as git says it."""
    return [git(root, *words) or "" for words in RECORDED]


def has_history(root: Path) -> bool:
    """Whether the folder is in a repository that knows its past: no shallow copy of one."""
    return (git(root, "rev-parse", "--is-shallow-repository") or "").strip() == "false"


def recorded_lines(root: Path, file: str, wanted: re.Pattern[str]) -> dict[str, Recorded] | None:
    """What a file ever held, with the earliest commit that did: the first group of `wanted`.

    A merge counts as the commit that records. None without a history.
    """
    said = git(
        root, "log", "--first-parent", "-m", "--reverse", "-p", "-U0", "--no-ext-diff",
        "--no-textconv", "--no-renames", "--no-color", "--format=%x00%h %ct", "--", file,
    )  # fmt: skip
    if said is None or not has_history(root):
        return None
    found: dict[str, Recorded] = {}
    for part in said.split("\0")[1:]:
        head, _, diff = part.partition("\n")
        commit, seconds = head.split()
        for line in diff.splitlines():
            if line.startswith("+") and (match := wanted.search(line)):
                found.setdefault(match[1], Recorded(f"commit {commit}", int(seconds)))
    return found
