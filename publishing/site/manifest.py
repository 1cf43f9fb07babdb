"""The manifest of a folder: every file in it with its hash, so that an altered byte shows."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from schemas.problems import Problem, ReviewError

NAME = "manifest.json"
MARK = ".review-build"  # a build may replace the folder that holds it; never published


def manifest_of(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a folder by its path in it; manifest and mark are left out."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    hashes = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }
    for own in (NAME, MARK):
        hashes.pop(own, None)
    return dict(sorted(hashes.items()))


def write_manifest(folder: Path) -> dict[str, str]:
    """Write the manifest into the folder."""
    files = manifest_of(folder)
    text = json.dumps({"files": files}, indent=1, sort_keys=True) + "\n"
    (folder / NAME).write_text(text, encoding="utf-8", newline="\n")
    return files


def load_manifest(folder: Path) -> dict[str, str]:
    """The manifest as written; ReviewError when there is none that can be read."""
    path = folder / NAME
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReviewError(f"{path} is missing or cannot be read: {error}") from error


def compare_with_manifest(folder: Path, name: str) -> list[Problem]:
    """Each file of a folder that is altered, missing or was never part of it."""
    written, found = load_manifest(folder), manifest_of(folder)
    problems = []
    for file in sorted({*written, *found}):
        if written.get(file) == found.get(file):
            continue
        what = "was altered" if file in written and file in found else "is missing"
        what = what if file in written else "is no part of what was built"
        problems.append(Problem(f"{name}/{file}", what=f"{what} (its hash is not in {NAME})"))
    return problems


def refuse_foreign_output(root: Path, output: Path) -> None:
    """Raise ReviewError for a folder without the mark that a build leaves in what it made."""
    ours = not output.exists() or (output.is_dir() and not any(output.iterdir()))
    ours = ours or (output / MARK).is_file()
    if output == root / "_site":  # made by 1.1.0 or earlier, which left no mark
        ours = ours or all((output / name).is_file() for name in (NAME, "status.json"))
    if not ours or output in (root, root / "_build") or output in root.parents:
        raise ReviewError(
            f"{output} is not empty and no earlier build of a review; a build replaces the whole "
            "folder. Name a new folder with --output, or remove this one if 1.1.0 built it"
        )
