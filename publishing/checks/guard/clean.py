"""Files in which the guard found nothing, kept for as long as they and the evidence stay."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from analysis.content import LOCK
from analysis.kept import hash_files, keep, read_kept
from publishing.checks.phrases import WordingException, same_stem
from publishing.checks.verdict import program_files


class CleanFiles:
    """By file: the digest of what it held, and the exceptions that its sentences needed.

    The files lie under `root`, what they are held against under `review`.
    """

    def __init__(self, root: Path, review: Path, exceptions: Collection[WordingException]) -> None:
        self.root = root
        self.exceptions = exceptions
        shared = [
            *program_files(),
            *sorted((review / "evidence").iterdir()),
            *sorted(review.glob("_quarto*.yml")),
            review / "report" / "claims.csv",
            review / LOCK,
        ]
        self.path = root / "_build" / f"guarded-{hash_files(review, shared)}.json"
        self.before: dict[str, list[str]] = read_kept(self.path, json.loads) or {}
        self.now: dict[str, list[str]] = {}

    def knows(self, file: str) -> bool:
        """Whether a file was clean as it is; the exceptions it needed then are in use again."""
        digest, *used = self.before.get(file, [""])
        if digest != hash_files(self.root, [self.root / file]):
            return False
        for item in self.exceptions:
            item.used |= item.name in used
        self.now[file] = [digest, *used]
        return True

    def add(self, file: str) -> None:
        """Note a file in which nothing was found."""
        used = [one.name for one in self.exceptions if one.used and same_stem(one.file, file)]
        self.now[file] = [hash_files(self.root, [self.root / file]), *used]

    def keep(self) -> None:
        """Keep what is known now."""
        keep(self.path, json.dumps(self.now).encode())
