"""What a release says of its own files, of the releases before it and of the site made with it.

A folder that is edited can be edited whole. So the files of a release are compared with what the
release itself says of them, with what each later release says of it, and with the commit or tag
that holds it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.content import hash_of
from analysis.ledger import seal_of
from publishing.history.anchors import Recorded, git
from schemas.problems import Problem, ReviewError

FOLDER = "releases"
RECORD, LEDGER, CHANGES, MANIFEST = "release.json", "ledger.json", "changes.json", "manifest.json"
PART = ".part"  # what a release that was killed leaves
PARTS = {"decisions": dict, "earlier": dict, "files": dict, "records": list}  # of its files
OWN = (RECORD, LEDGER, CHANGES, MANIFEST, "content.json", "tag.txt")  # the files of a release
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
RESTORE = "restore it from version control: a release is written once and never edited"


def read_record(root: Path, version: str, name: str = RECORD) -> dict[str, Any]:
    """A file of a release; ReviewError when it is not there, cannot be read or is none."""
    file = f"{FOLDER}/{version}/{name}"
    try:
        found = json.loads((root / file).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ReviewError(f"{file} cannot be read ({error}); {RESTORE}") from error
    if not isinstance(found, dict) or not all(
        isinstance(found.get(part, kind()), kind) for part, kind in PARTS.items()
    ):
        raise ReviewError(f"{file} is not what a release writes; {RESTORE}")
    return found


def number_of(version: str) -> tuple[int, int, int]:
    """A version as numbers to compare. Raises ReviewError where it is none."""
    match = VERSION.fullmatch(version)
    if match is None:
        raise ReviewError(
            f"evidence/review.yml: version is {version!r}; expected three numbers such as 1.2.0"
        )
    return int(match[1]), int(match[2]), int(match[3])


def released_versions(root: Path) -> list[str]:
    """The released versions, oldest first."""
    names = [path.parent.name for path in (root / FOLDER).glob(f"*/{RECORD}")]
    names = [name for name in names if not name.endswith(PART)]
    if odd := sorted(name for name in names if not VERSION.fullmatch(name)):
        what, action = "holds a release, and its name is no version", "move it out of this folder"
        raise ReviewError([Problem(f"{FOLDER}/{name}", what=what, action=action) for name in odd])
    return sorted(names, key=number_of)


def released_decisions(root: Path) -> dict[str, Recorded]:
    """The seal of the last decision that each release names, with the release."""
    heads = {
        version: str(read_record(root, version).get("decisions", {}).get("head", ""))
        for version in released_versions(root)
    }
    return {
        head: Recorded(f"{FOLDER}/{version}/{RECORD}") for version, head in heads.items() if head
    }


def _hashes(root: Path, version: str) -> dict[str, str]:
    """The hash of each file of a release by its name."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((root / FOLDER / version).iterdir())
        if path.is_file()
    }


def digests_of(root: Path) -> dict[str, str]:
    """The hash of each release there is, as a later one records it."""
    return {version: hash_of(_hashes(root, version)) for version in released_versions(root)}


def site_manifest(root: Path, version: str) -> dict[str, str]:
    """The hash of each file of the site that was released, by its path."""
    files = read_record(root, version, MANIFEST).get("files", {})
    try:
        return {str(name): str(entry["sha256"]) for name, entry in files.items()}
    except (KeyError, TypeError) as error:
        what = "says no sha256 of some file"
        raise ReviewError(f"{FOLDER}/{version}/{MANIFEST} {what}; {RESTORE}") from error


def missing_releases(root: Path) -> list[Problem]:
    """Each release that a commit or a later release remembers and the folder no longer holds."""
    present = released_versions(root)
    remembered = {
        earlier: (f"{FOLDER}/{later}/{RECORD} remembers", "from version control")
        for later in present
        for earlier in read_record(root, later).get("earlier", {})
    }
    for version, commit in _committed(root).items():
        place = f"with `git checkout {commit} -- {FOLDER}/{version}`"
        remembered[version] = (f"commit {commit} recorded", place)
    return [
        Problem(f"{FOLDER}/", what=f"{version}, which {where}, is gone",
                expected="every version ever released", action=f"restore it {how}")
        for version, (where, how) in sorted(remembered.items())
        if version not in present
    ]  # fmt: skip


def _committed(root: Path) -> dict[str, str]:
    """The versions that a commit ever recorded, each with the last commit that wrote its record."""
    said = git(
        root, "log", "--first-parent", "-m", "--diff-filter=AM", "--name-only", "--relative",
        "--no-renames", "--format=%x00%h", "--", FOLDER,
    )  # fmt: skip
    found: dict[str, str] = {}
    for part in (said or "").split("\0")[1:]:
        commit, *names = part.split("\n")
        for version in (name.split("/")[1] for name in names if name.endswith(f"/{RECORD}")):
            if VERSION.fullmatch(version):
                found.setdefault(version, commit)
    return found


def find_alterations(root: Path, version: str) -> list[Problem]:
    """Every file of a release that is not as it was written, by whatever shows it."""
    found: dict[str, str] = {}
    for name, what in (*_by_itself(root, version), *_by_later(root, version)):
        found.setdefault(name, what)
    for name, what in _by_history(root, version):
        found.setdefault(name, what)
    folder = f"{FOLDER}/{version}"
    return [Problem(f"{folder}/{name}" if name else folder, what=what, action=RESTORE)
            for name, what in found.items()]  # fmt: skip


def _by_itself(root: Path, version: str) -> Iterator[tuple[str, str]]:
    """Files that differ from what the record, or the manifest of the site, says of them.

    So does one that neither knows: a release is written whole, and nothing is put beside it.
    """
    said = dict(read_record(root, version).get("files", {}))
    site = site_manifest(root, version)
    said |= {name: site[name] for name in (LEDGER, CHANGES) if name in site}
    now = _hashes(root, version)
    for name, digest in said.items():
        if name not in now:
            yield name, "is missing"
        elif now[name] != digest:
            yield name, f"was altered{_unsealed(root, version) if name == LEDGER else ''}"
    yield from ((name, "is no file of the release") for name in now if name not in {*said, *OWN})


def _unsealed(root: Path, version: str) -> str:
    """The claims of an altered ledger whose own hash no longer fits."""
    try:
        records = read_record(root, version, LEDGER)["records"]
        names = [str(item["id"]) for item in records if not is_sealed_record(item)]
    except (ReviewError, KeyError, TypeError):
        return ""
    return f" ({', '.join(names[:5])})" if names else ""


def is_sealed_record(record: Mapping[str, Any]) -> bool:
    """Whether a record of a ledger, as read from JSON, is what its own hash was taken of."""
    body = {name: value for name, value in record.items() if name != "hash"}
    return bool(record.get("hash") == seal_of(body))


def _by_later(root: Path, version: str) -> Iterator[tuple[str, str]]:
    """The whole folder, where a later release remembers another one."""
    now = hash_of(_hashes(root, version))
    for later in released_versions(root):
        said = read_record(root, later).get("earlier", {}).get(version)
        if said and said != now:
            yield "", f"is not the release that {FOLDER}/{later}/{RECORD} remembers"


def _by_history(root: Path, version: str) -> Iterator[tuple[str, str]]:
    """Files that differ from the commit that holds the release for good."""
    commit = _commit_of(root, version)
    folder = f"{FOLDER}/{version}"
    options = ("--name-only", "--relative", "--no-ext-diff", "--no-textconv")
    differing = git(root, "diff", *options, commit, "--", folder)
    for name in (differing or "").splitlines():
        yield name.removeprefix(f"{folder}/"), f"differs from {commit}"


def _commit_of(root: Path, version: str) -> str:
    """The tag of a version; else the commit that made the next release; else the last commit.

    A release may be made again until it is tagged or followed by another.
    """
    place = f"./{FOLDER}/{version}/{RECORD}"
    if git(root, "cat-file", "-e", f"refs/tags/v{version}:{place}") is not None:
        return f"v{version}"
    later = [name for name in released_versions(root) if number_of(name) > number_of(version)]
    if later:
        made = git(
            root, "log", "--first-parent", "-m", "--reverse", "--diff-filter=A", "--format=%h",
            "--", f"{FOLDER}/{later[0]}/{RECORD}",
        )  # fmt: skip
        if made and made.strip():
            return made.split()[0]
    return "HEAD"


def compare_with_release(
    site: Mapping[str, str], root: Path, version: str, name: str
) -> list[Problem]:
    """Each file in which a site is not the one that was released; `site` by hash."""
    wanted = site_manifest(root, version)
    if missing := sorted(set(wanted) - set(site)):
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        what, expected = f"lacks {missing[0]}{more}", f"all {len(wanted)} files of the release"
        action = "build every edition and format: a version is published whole"
        return [Problem(name, what=what, expected=expected, action=action)]
    return [
        Problem(f"{name}/{file}", what=what, expected=f"what {FOLDER}/{version}/{MANIFEST} says",
                action="build again from the commit of the release")
        for file in sorted(site)
        if (what := "" if wanted.get(file) == site[file] else
            "differs from what was released" if file in wanted else "is no part of the release")
    ]  # fmt: skip
