"""The content hash: what a board approves, whatever the layout of the files that hold it.

The build hash adds what turned the content into pages; no approval hangs on it.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path, PurePath
from typing import Any

from analysis.kept import hash_files, keep, read_kept
from analysis.reads import note_read
from schemas import decoding, reading, strict_yaml
from schemas.problems import Problem, ReviewError
from schemas.reading import read_records
from schemas.strict_yaml import load_yaml

FOUND = ("citekey", "finding", "notice")
"""What of source_status.csv is content: what was found, not when somebody asked.

A board approves a text on the ground that its sources stand. A retraction or correction takes
that ground away, so approval lapses; asking again and finding the same changes nothing.
"""
FURNITURE = ("version", "date")  # of review.yml: these name a content, they are not it
LOCK = "locks/review.txt"
PACKAGE = Path(__file__).parents[1]
"""Where the program stands: the review's own folder, or that of an installation."""
PROGRAM = (
    "schemas/**/*.py",
    "analysis/**/*.py",
    "analysis/**/*.yml",
    "publishing/**/*.py",
    "publishing/**/*.mplstyle",
    "publishing/**/*.R",
    "_extensions/**/*.*",
)
FONTS = "_extensions/review/fonts/*.*"
TEXTS = (".py", ".R", ".lua", ".typ", ".html", ".js", ".css", ".csl", ".yml", ".txt", ".mplstyle")


def compute_content_hash(root: Path) -> str:
    """SHA-256, as 64 hexadecimal digits, of all that a reader can read and all that decides it.

    The content is put in canonical JSON (RFC 8785; every value here is text). Column
    and row order, line endings and white space do not count.
    """
    return hash_of(collect_content(root))


def hash_of(value: Any) -> str:
    """SHA-256 of a value in canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def hashes_of_content(root: Path) -> tuple[str, dict[str, str]]:
    """The content hash and that of each file it covers, computed once for files as they stand."""
    return _hashes(root, hash_of_files(root))


@cache
def _hashes(root: Path, _: str) -> tuple[str, dict[str, str]]:
    prose = _prose(root)
    settled = _settled(root)
    texts = settled["texts"] | {"prose": canonical_json(prose)}
    whole = ",".join(f"{canonical_json(name)}:{texts[name]}" for name in sorted(texts))
    parts = settled["parts"] | {name: hash_of(part) for name, part in prose.items()}
    return hashlib.sha256(f"{{{whole}}}".encode()).hexdigest(), dict(sorted(parts.items()))


def _settled(root: Path) -> dict[str, dict[str, str]]:
    """The canonical texts and hashes of all but the prose, kept while its files are as they are."""
    rules = [Path(str(part.__file__)) for part in (strict_yaml, reading, decoding)]
    kept = (
        root
        / "_build"
        / f"content-{hash_files(root, [Path(__file__), *rules, *_files_beside_prose(root)])}.json"
    )
    found: dict[str, dict[str, str]] | None = read_kept(kept, json.loads)
    if found is None:
        beside = _beside_prose(root)
        texts = {name: canonical_json(part) for name, part in beside.items()}
        found = {"texts": texts, "parts": hash_parts(beside)}
        keep(kept, json.dumps(found).encode())
    return found


def hash_of_files(root: Path) -> str:
    """A hash of the files that hold the content, byte for byte."""
    _note_content()
    return hash_files(root, [*_files_beside_prose(root), *_documents(root)])


def hash_beside_prose(root: Path) -> str:
    """The same of all but the prose."""
    return hash_files(root, _files_beside_prose(root))


def _files_beside_prose(root: Path) -> list[Path]:
    paths = [*sorted((root / "evidence").iterdir()), root / "report" / "claims.csv"]
    return [*paths, *sorted((root / "report").rglob("*.yml"))]


def hash_parts(content: dict[str, Any]) -> dict[str, str]:
    """A hash for each file the content hash covers, so that a change can be placed."""
    parts = {f"evidence/{name}.csv": rows for name, rows in content["evidence"].items()}
    parts |= {
        "evidence/references.bib": content["references"],
        "evidence/review.yml": content["question"],
        "report/claims.csv": content["claims"],
        **content.get("prose", {}),
        **content["displays"],
    }
    return {name: hash_of(part) for name, part in sorted(parts.items())}


def compute_build_hash(root: Path, content_hash: str, engine: str) -> str:
    """SHA-256 of the content hash with the locked packages, the engine and its program.

    `engine` names the renderer, with its version where it is not locked.
    """
    program = _digests_of_program(root, PROGRAM)
    locked = _digest_of_lock(root)
    return hash_of({"content": content_hash, "engine": engine, "lock": locked, "program": program})


def hash_of_program(root: Path) -> str:
    """The hash of what computes and draws: the packages here, the locked ones, the interpreter.

    The format extension is none of it, its fonts are; so are fonts that the machine lends.
    """
    return hash_of({
        "program": _digests_of_program(root, (*PROGRAM[:-1], FONTS)),
        "lock": _digest_of_lock(root),
        "interpreter": sys.version,
        "fonts": os.environ.get("REVIEW_FONTS", ""),
    })  # fmt: skip


def _digests_of_program(root: Path, patterns: Iterable[str]) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): _digest(path)
        for pattern in patterns
        for folder in [program_folder(root, pattern)]
        for path in _matching(folder, pattern)
        if path.is_file()
    }


def _matching(folder: Path, pattern: str) -> Iterator[Path]:
    """The files of a folder that match `part/**/*.py`, or `part/*.*` without those below it."""
    part, name = pattern.rsplit("/", 1)
    for place, folders, names in os.walk(folder / part.removesuffix("/**")):
        folders[:] = [one for one in folders if "**" in part and one != "__pycache__"]
        yield from (Path(place, one) for one in fnmatch.filter(names, name))


def _digest_of_lock(root: Path) -> str:
    lock = root / LOCK
    return _digest(lock) if lock.is_file() else "none"


def program_folder(root: Path, part: str) -> Path:
    """The folder that holds a part of the program: the review where it has it, else the package."""
    return root if (root / PurePath(part).parts[0]).is_dir() else PACKAGE


def _digest(path: Path) -> str:
    return _digest_of(path, hash_files(path.parent, [path]))


@cache
def _digest_of(path: Path, _: str) -> str:
    """Of a file as it stands: the hashes of build and program ask for the same."""
    data = path.read_bytes()
    if path.suffix in TEXTS:
        data = data.replace(b"\r\n", b"\n")
    return hashlib.sha256(data).hexdigest()


def collect_content(root: Path) -> dict[str, Any]:
    """Everything the hash covers, as plain lists and texts."""
    _note_content()
    return _beside_prose(root) | {"prose": _prose(root)}


def _prose(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): _words(path) for path in _documents(root)}


def _beside_prose(root: Path) -> dict[str, Any]:
    evidence = root / "evidence"
    review = load_yaml((evidence / "review.yml").read_text(encoding="utf-8"))
    return {
        "evidence": {path.stem: _covered(path) for path in sorted(evidence.glob("*.csv"))},
        "references": _words(evidence / "references.bib"),
        "claims": _table(root / "report" / "claims.csv"),
        "displays": {
            path.relative_to(root).as_posix(): _texts(load_yaml(path.read_text(encoding="utf-8")))
            for path in sorted((root / "report").rglob("*.yml"))
        },
        "question": _texts({k: v for k, v in review.items() if k not in FURNITURE}),
    }


def _note_content() -> None:
    for part in ("evidence", "settings", "documents"):
        note_read(part)


def _documents(root: Path) -> Iterable[Path]:
    """Everything written in prose: the documents, and the policy by which a board decides."""
    policy = sorted((root / "governance").glob("*.md"))
    return [*sorted(root.glob("*.qmd")), *sorted((root / "report").rglob("*.qmd")), *policy]


def _covered(path: Path) -> list[dict[str, str]]:
    rows = _table(path)
    if path.stem != "source_status":
        return rows
    return [
        {name: row.get(name, "") for name in FOUND} for row in rows if row.get("state") == "flagged"
    ]


def _table(path: Path) -> list[dict[str, str]]:
    """The rows as `validate` reads them, whatever program saved them."""
    table = read_records(path.parent, path.name)
    header = [name.strip() for name in table.header]
    empty = dict.fromkeys(header, "")
    cells = ([" ".join(cell.split()) for cell in row] for _, row in table.rows)
    rows = [empty | dict(zip(header, row, strict=False)) for row in cells]
    if table.delimiter == ";":
        rows = _with_points(path.stem, rows)
    return sorted(rows, key=canonical_json)


def _with_points(name: str, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows with a point where a program that separates by semicolons writes a comma."""
    import pandas as pd

    from schemas.coercion import write_points
    from schemas.registry import TABLES

    if name not in TABLES:
        return rows
    cells = pd.DataFrame(rows, dtype="string[python]")
    write_points(TABLES[name], cells)
    return [
        {str(column): str(cell) for column, cell in row.items()} for row in cells.to_dict("records")
    ]


def _words(path: Path) -> str:
    try:
        return " ".join(path.read_text(encoding="utf-8").split())
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        what = f"line {line} is not UTF-8"
        name = f"{path.parent.name}/{path.name}"
        raise ReviewError([Problem(name, what=what, action="save it as UTF-8")]) from error


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return " ".join(str(value).split())


_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _is_plain(value: dict[Any, Any]) -> bool:
    """Whether Python's own encoder gives the canonical form: ASCII sorts alike in UTF-16."""
    return all(
        type(key) is str and type(item) is str and key.isascii() for key, item in value.items()
    )


def canonical_json(value: Any) -> str:
    """JSON by RFC 8785 for objects, lists and texts: keys in UTF-16 order, no white space."""
    if isinstance(value, dict) and _is_plain(value):
        return _ENCODE(value)
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: str(key).encode("utf-16-be"))
        body = ",".join(f"{canonical_json(str(key))}:{canonical_json(value[key])}" for key in keys)
        return "{" + body + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical_json(item) for item in value) + "]"
    return json.dumps(str(value), ensure_ascii=False)
