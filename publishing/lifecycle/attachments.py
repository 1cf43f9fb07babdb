"""The files that go with a review: evidence, ledger, what changed, and those for other programs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from analysis.kept import Keeping, hash_of_bytes
from analysis.review_data import ReviewData
from analysis.words import say
from publishing.documents.reads import watched_data
from publishing.history.releases import as_json, changes_of
from publishing.manuscript.context import Attachment
from publishing.render.stamps import BUILD, CONTENT, Stamp
from publishing.site.exports import LEDGER_SCHEMA, exports_of
from publishing.site.version import Version

MIME_TYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".bib": "application/x-bibtex",
    ".yml": "application/yaml",
    ".R": "text/plain",
    ".txt": "text/plain",
}
README = "evidence-README.txt"


def attachments(
    data: ReviewData, version: Version, keeping: Keeping | None = None
) -> list[Attachment]:
    """The ledger, written under _build/, and every evidence file."""
    keeping, folder, data = keeping or Keeping(), data.root / "_build", watched_data(data)
    folder.mkdir(exist_ok=True)
    for name, text in _ledger_files(data, version, keeping).items():
        (folder / name).write_text(text, encoding="utf-8")
    evidence = sorted((data.root / "evidence").iterdir())
    named = [(path, f"evidence/{path.name}") for path in evidence if path.suffix in MIME_TYPES]
    read_me = folder / README
    read_me.write_text(say("files.read_me") + "\n", encoding="utf-8", newline="\n")
    named += [(read_me, README)]
    named += [(folder / name, name) for name in ("ledger.json", "ledger.csv", "changes.json")]
    named += [(LEDGER_SCHEMA, LEDGER_SCHEMA.name), (data.root / "report/claims.csv", "claims.csv")]
    return [
        Attachment(path, name, MIME_TYPES[path.suffix], describe_file(name)) for path, name in named
    ] + write_exports(data, folder / "exports", keeping)


def _ledger_files(data: ReviewData, version: Version, keeping: Keeping) -> dict[str, str]:
    """The ledger and what changed since the last release, stamped with the hashes of this build."""

    def write() -> bytes:
        files = {
            "ledger.json": data.ledger.to_json(said),
            "ledger.csv": data.ledger.to_csv(),
        }
        return json.dumps(files).encode()

    said = describe_version(replace(version, content_hash=CONTENT, build_hash=BUILD))
    inputs = {"version and status": hash_of_bytes(*said.values())}
    made = keeping.run("the ledger's files", inputs, write)
    files: dict[str, str] = json.loads(made or b"")
    stamp = Stamp(version.content_hash, version.build_hash)
    files["ledger.json"] = stamp.put(files["ledger.json"])
    rests = {name: keeping.now(name) for name in ("evidence", "documents", "settings")}
    changes = keeping.steps.run(
        "what changed",
        rests | {"the program": keeping.program},
        lambda: as_json(changes_of(data).to_dict()).encode(),
    )
    return files | {"changes.json": changes.decode()}


def write_exports(data: ReviewData, folder: Path, keeping: Keeping) -> list[Attachment]:
    """What other programs read, written under `folder`; it stands beside the pages alone."""
    found = []
    exports = keeping.run(
        "files for other programs", {}, lambda: json.dumps(exports_of(data)).encode()
    )
    for name, text in json.loads(exports or b"").items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
        mime_type = MIME_TYPES[place.suffix]
        found.append(Attachment(place, name, mime_type, describe_export(name), in_pdf=False))
    return found


def describe_export(name: str) -> str:
    """What a file for other programs holds, in words."""
    if "/" not in name:
        return say(f"files.{name}")
    stem = Path(name).stem
    return (
        say("files.script", name=stem) if name.endswith(".R") else say("files.cohorts", name=stem)
    )


def describe_file(name: str) -> str:
    """What a file that goes with the review holds, in words."""
    stem = Path(name).stem.replace("_", " ")
    if name.startswith("evidence/"):
        return say(f"files.evidence{'_csv' if name.endswith('.csv') else ''}", name=stem)
    return say(f"files.{name}")


def describe_version(version: Version) -> dict[str, str]:
    """What the ledger says of the build it belongs to."""
    fields = ("version", "date", "evidence_to", "status", "content_hash", "build_hash")
    return {name: str(getattr(version, name)) for name in fields}
