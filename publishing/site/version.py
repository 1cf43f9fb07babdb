"""What a build says of itself: version, status, and the hashes of content and build."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from analysis.content import compute_build_hash
from analysis.review_data import ReviewData
from analysis.status import Status
from publishing.history.snapshot import Snapshot, take_snapshot
from publishing.history.status import status_of
from publishing.render.quarto_program import find_quarto
from schemas.problems import ReviewError

FILE = "status.json"


@dataclass(frozen=True)
class Version:
    """A version of the review as one engine renders it; the content of status.json."""

    version: str
    date: str
    evidence_to: str
    status: str
    reason: str
    remarks: tuple[str, ...]
    moved: tuple[str, ...]
    content_hash: str
    snapshot_hash: str
    build_hash: str
    engine: str

    def to_json(self) -> str:
        """The same bytes for the same version."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def version_of(data: ReviewData, engine: str = "built-in") -> Version:
    """The version as it stands in the files, rendered by `engine` (built-in or quarto)."""
    review = data.evidence.review
    snapshot: Snapshot = take_snapshot(data)
    status: Status = status_of(data, snapshot)
    return Version(
        version=review.version,
        date=review.date,
        evidence_to=review.evidence_to,
        status=status.name,
        reason=status.reason,
        remarks=status.remarks,
        moved=status.moved,
        content_hash=snapshot.content_hash,
        snapshot_hash=snapshot.subject.snapshot_hash,
        build_hash=compute_build_hash(data.root, snapshot.content_hash, name_engine(engine)),
        engine=name_engine(engine),
    )


def name_engine(engine: str) -> str:
    """The engine with its version where the lock does not name that: `quarto 1.10.17`."""
    quarto = find_quarto() if engine == "quarto" else None
    return f"quarto {quarto.spoken}" if quarto else engine


def write_version(site: Path, version: Version) -> None:
    """Write status.json into a site."""
    (site / FILE).write_text(version.to_json(), encoding="utf-8", newline="\n")


def load_version(site: Path) -> Version:
    """What a finished site says of itself; ReviewError when it says nothing."""
    path = site / FILE
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        lists = {name: tuple(body[name]) for name in ("remarks", "moved")}
        return Version(**{**body, **lists})
    except FileNotFoundError as error:
        raise ReviewError(f"{path} is missing: {site} is no finished review") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ReviewError(f"{path} cannot be read: {error}") from error
