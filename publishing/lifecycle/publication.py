"""Adds a finished site to the published folder; what is published is never altered."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from publishing.render.staging import staged
from publishing.site.latest import write_latest
from publishing.site.manifest import MARK, compare_with_manifest, load_manifest
from publishing.site.versions import (
    Published,
    describe_published,
    load_versions,
    order_of,
    write_versions,
)
from schemas.problems import Problem, ReviewError


@dataclass(frozen=True)
class Publication:
    """What came of publishing: the version, whether it was new, and the newest of all."""

    version: str
    added: bool
    newest: str
    versions: tuple[str, ...]


def publish(site: Path, folder: Path) -> Publication:
    """Add the site as `v/<version>/`, move `latest`, rewrite `v/versions.js`.

    Raises ReviewError, and leaves the folder as it was, when the site or a published version
    is not what its manifest says, or when the version is published with other bytes.
    """
    problems = compare_with_manifest(site, site.name)
    if problems:
        raise ReviewError(problems)
    new = describe_published(site)
    order_of(new.version)
    refuse_foreign_folder(folder)
    published = check_published(folder)
    added = new.version not in published
    if not added and published[new.version].manifest != new.manifest:
        raise ReviewError([_other_bytes(site, folder, new.version)])
    versions = folder / "v"
    if added:
        with staged(versions / new.version) as stage:
            shutil.copytree(site, stage, dirs_exist_ok=True)
            (stage / MARK).unlink(missing_ok=True)  # no build may replace what is published
    published[new.version] = new
    newest = max(published, key=order_of)
    write_latest(folder, newest)
    write_versions(versions, published.values())
    return Publication(new.version, added, newest, tuple(sorted(published, key=order_of)))


def refuse_foreign_folder(folder: Path) -> None:
    """Raise ReviewError for a folder that holds something other than published versions."""
    if folder.is_file():
        raise ReviewError(f"{folder} is a file; name a folder")
    if not folder.exists() or (folder / "v").is_dir():
        return
    others = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
    if others:
        raise ReviewError(
            f"{folder} holds {', '.join(sorted(others)[:3])} and no published version; "
            "name an empty or a new folder"
        )


def check_published(folder: Path) -> dict[str, Published]:
    """Every version in the folder; ReviewError names each file that is not as published."""
    listed = load_versions(folder / "v")
    present = {path.name for path in (folder / "v").glob("[!.]*") if path.is_dir()}
    problems = [
        Problem(f"v/{version}", what="is listed in versions.js and missing",
                action="restore it: what was published stays")
        for version in sorted(set(listed) - present)
    ]  # fmt: skip
    found: dict[str, Published] = {}
    for version in sorted(present):
        place = folder / "v" / version
        problems += compare_with_manifest(place, f"v/{version}")
        found[version] = describe_published(place)
        if version in listed and listed[version].manifest != found[version].manifest:
            what = "is not the manifest that was published"
            action = "restore the folder: what was published stays"
            problems.append(Problem(f"v/{version}/manifest.json", what=what, action=action))
    if problems:
        raise ReviewError(problems)
    return found


def _other_bytes(site: Path, folder: Path, version: str) -> Problem:
    old, new = load_manifest(folder / "v" / version), load_manifest(site)
    differing = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    return Problem(
        f"v/{version}",
        what=f"is published with other bytes ({len(differing)} files, first {differing[0]})",
        expected="one version, one set of bytes",
        action="raise the version in evidence/review.yml (nox -s release proposes it)",
    )
