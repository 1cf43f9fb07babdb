"""Adds a finished site to the published folder; what is published is never altered."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from publishing.history.released import (
    FOLDER,
    compare_with_release,
    find_alterations,
    number_of,
    released_versions,
)
from publishing.render.staging import staged
from publishing.site.latest import find_astray, write_latest
from publishing.site.manifest import MARK, compare_with_manifest, manifest_of
from publishing.site.versions import FILE as VERSIONS
from publishing.site.versions import (
    Published,
    describe_published,
    load_versions,
    write_versions,
)
from schemas.problems import Problem, ReviewError

RESTORE = "restore it: what was published stays"
AGAIN = "publish the newest version again (nox -s publish), which writes it"


@dataclass(frozen=True)
class Publication:
    """What came of publishing: the version, whether it was new, and the newest of all."""

    version: str
    added: bool
    newest: str
    versions: tuple[str, ...]


def publish(site: Path, folder: Path, root: Path) -> Publication:
    """Add the site as `v/<version>/`, move `latest`, rewrite `v/versions.js`.

    `root` is the project, whose releases say what each version holds. Raises ReviewError, and
    leaves the folder as it was, when the site or a published version is not what was released.
    """
    problems = compare_with_manifest(site, site.name)
    if problems:
        raise ReviewError(problems)
    new = describe_published(site)
    refuse_unreleased(new.version, root, site.name)
    if problems := compare_with_release(manifest_of(site), root, new.version, site.name):
        raise ReviewError(problems)
    refuse_foreign_folder(folder)
    published = check_published(folder, root)
    added = new.version not in published
    versions = folder / "v"
    if added:
        with staged(versions / new.version) as stage:
            shutil.copytree(site, stage, dirs_exist_ok=True)
            (stage / MARK).unlink(missing_ok=True)  # no build may replace what is published
    published[new.version] = new
    newest = max(published, key=number_of)
    write_latest(folder, newest)
    write_versions(versions, published.values())
    return Publication(new.version, added, newest, tuple(sorted(published, key=number_of)))


def refuse_unreleased(version: str, root: Path, name: str) -> None:
    """Raise ReviewError for a version without a release, or with one that was altered."""
    number_of(version)
    if version not in released_versions(root):
        action = "make the release first (nox -s release), commit and tag it"
        what = f"is version {version}, which {FOLDER}/ does not have"
        raise ReviewError([Problem(name, what=what, action=action)])
    if problems := find_alterations(root, version):
        raise ReviewError(problems)


def refuse_foreign_folder(folder: Path) -> None:
    """Raise ReviewError for a folder that holds something other than published versions."""
    if folder.is_file():
        raise ReviewError(f"{folder} is a file; name a folder")
    if not folder.exists() or (folder / "v").is_dir():
        return
    others = [path.name for path in folder.iterdir() if path.name != ".git"]
    if others:
        raise ReviewError(
            f"{folder} holds {', '.join(sorted(others)[:3])} and no published version; "
            "name an empty or a new folder"
        )


def check_published(folder: Path, root: Path) -> dict[str, Published]:
    """Every version in the folder; ReviewError names each file that is not as it was released."""
    listed = load_versions(folder / "v")
    present = {path.name for path in (folder / "v").glob("[!.]*") if path.is_dir()}
    problems = [
        Problem(f"v/{version}", what="is listed in versions.js and missing",
                action=RESTORE)
        for version in sorted(set(listed) - present)
    ]  # fmt: skip
    found: dict[str, Published] = {}
    for version in sorted(present):
        place = folder / "v" / version
        refuse_unreleased(version, root, f"v/{version}")
        problems += compare_with_manifest(place, f"v/{version}") or compare_with_release(
            manifest_of(place), root, version, f"v/{version}"
        )
        found[version] = describe_published(place)
        if version in listed and listed[version].manifest != found[version].manifest:
            what = "is not the manifest that was published"
            problems.append(Problem(f"v/{version}/manifest.json", what=what, action=RESTORE))
        elif version in listed and listed[version] != found[version]:
            what = f"says of version {version} what its own status.json does not"
            problems.append(Problem("v/versions.js", what=what, action=RESTORE))
    problems += [
        Problem(path.relative_to(folder).as_posix(), what="is a link, and may lead elsewhere",
                expected="the file itself", action=RESTORE)
        for path in sorted((folder / "v").rglob("*")) if path.is_symlink()
    ]  # fmt: skip
    if problems:
        raise ReviewError(problems)
    return found


def check_folder(folder: Path, root: Path) -> dict[str, Published]:
    """The same, and what publishing writes around the versions: `latest`, lists, the first page.

    Publishing itself only asks for the versions: it writes the others anew.
    """
    found = check_published(folder, root)
    if not found:
        return found
    listed = set(load_versions(folder / "v"))
    own = {*found, VERSIONS}
    strange = [f"v/{path.name}" for path in (folder / "v").iterdir() if path.name not in own]
    problems = [
        *(Problem(name, what="is no published version", action="take it out")
          for name in sorted(strange)),
        *(Problem(f"v/{VERSIONS}", what=f"does not list {version}", action=AGAIN)
          for version in sorted(set(found) - listed)),
        *(Problem(name, what="is not what publishing the newest version writes", action=AGAIN)
          for name in find_astray(folder, max(found, key=number_of))),
    ]  # fmt: skip
    if problems:
        raise ReviewError(problems)
    return found
