"""`v/versions.js`: which versions are published. The one file of the folder that may change."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from publishing.site.manifest import NAME
from publishing.site.version import load_version
from schemas.problems import ReviewError

FILE = "versions.js"
OPENING = "window.reviewVersions = "
VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?")


@dataclass(frozen=True)
class Published:
    """One published version. `manifest` is the hash of its manifest, `pages` its HTML pages."""

    version: str
    date: str
    status: str
    content_hash: str
    manifest: str
    pages: tuple[str, ...]


def describe_published(folder: Path) -> Published:
    """What versions.js says of the version in a folder."""
    said = load_version(folder)
    pages = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    digest = hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
    return Published(said.version, said.date, said.status, said.content_hash, digest, tuple(pages))


def order_of(version: str) -> tuple[int, int, int, bool, str]:
    """The place of a version among others; a pre-release comes before its release."""
    match = VERSION.fullmatch(version)
    if not match:
        raise ReviewError(f"the version {version!r} is not of the form 1.2.3")
    major, minor, patch = (int(match[place]) for place in (1, 2, 3))
    return major, minor, patch, match[4] is None, match[4] or ""


def write_versions(folder: Path, versions: Iterable[Published]) -> None:
    """Write versions.js, the newest version first."""
    ordered = sorted(versions, key=lambda item: order_of(item.version), reverse=True)
    body = {"format": 1, "versions": [asdict(item) for item in ordered]}
    text = f"{OPENING}{json.dumps(body, ensure_ascii=False, indent=1)};\n"
    part = folder / f".{FILE}.part"
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(folder / FILE)


def load_versions(folder: Path) -> dict[str, Published]:
    """The versions that versions.js lists; empty where there is none yet."""
    path = folder / FILE
    if not path.exists():
        return {}
    try:
        text = path.read_text(encoding="utf-8").strip()
        items = json.loads(text.removeprefix(OPENING).removesuffix(";"))["versions"]
        found = [Published(**{**item, "pages": tuple(item["pages"])}) for item in items]
    except (ValueError, KeyError, TypeError) as error:
        raise ReviewError(f"{path} cannot be read: {error}; restore it") from error
    return {item.version: item for item in found}
