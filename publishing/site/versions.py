"""`v/versions.js`: which versions are published. The one file of the folder that may change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from publishing.history.released import VERSION, number_of
from publishing.site.manifest import NAME
from publishing.site.version import load_version
from schemas.problems import ReviewError

FILE = "versions.js"
OPENING = "window.reviewVersions = "


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


def write_versions(folder: Path, versions: Iterable[Published]) -> None:
    """Write versions.js, the newest version first."""
    ordered = sorted(versions, key=lambda item: number_of(item.version), reverse=True)
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
        if odd := [item.version for item in found if not VERSION.fullmatch(item.version)]:
            raise ValueError(f"{odd[0]!r} is no version")
    except (ValueError, KeyError, TypeError) as error:
        raise ReviewError(f"{path} cannot be read: {error}; restore it") from error
    return {item.version: item for item in found}
