"""What is kept under _build/ between two commands: named by its inputs, used only if whole."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

Kept = TypeVar("Kept")


def hash_files(root: Path, paths: Iterable[Path], *more: str) -> str:
    """Hash of the files that exist among `paths`, by name and content, and of further words.

    The interpreter counts as well: what one of them kept another may read differently.
    """
    digest = hashlib.sha256("\0".join((sys.version, *more)).encode())
    for path in filter(Path.is_file, paths):
        name = path.relative_to(root) if path.is_relative_to(root) else path
        digest.update(f"\0{name.as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def read_kept(path: Path, read: Callable[[bytes], Kept | None]) -> Kept | None:
    """What was kept, or None where it is not, byte for byte.

    `read` makes it of the bytes, and gives None where they are not what they should be. A file
    that was altered is named; the caller computes anew.
    """
    if not path.exists():
        return None
    digest, _, payload = path.read_bytes().partition(b"\n")
    found = read(payload) if digest == _digest(payload) else None
    if found is None:
        print(f"note: {path.name} was damaged or altered; computed anew", file=sys.stderr)
    return found


def keep(path: Path, payload: bytes) -> None:
    """Keep these bytes, in place of what was kept for other inputs: `name-<hash>.suffix`."""
    path.parent.mkdir(exist_ok=True)
    for stale in path.parent.glob(f"{path.stem.rpartition('-')[0]}-*{path.suffix}"):
        stale.unlink(missing_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(_digest(payload) + b"\n" + payload)
    part.replace(path)


def _digest(payload: bytes) -> bytes:
    return hashlib.sha256(payload).hexdigest().encode()
