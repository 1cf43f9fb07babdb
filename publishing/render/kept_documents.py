"""Executes the documents whose inputs changed, and takes the others as they were kept.

A document is kept with its text, the program and the names of all it read of the review; the
figures it drew are kept with it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from analysis.kept import Steps, hash_files
from publishing.manuscript.qmd import Document
from publishing.render.execute import Executed, execute_documents

CALLS = "publishing.documents.calls"
UNSEEN = {"open", "eval", "exec", "compile", "__import__", "globals", "vars"}
FIGURE = "display:figures/"


def _unknown(_: str) -> str:
    return ""


@dataclass(frozen=True)
class Keeping:
    """Where a build keeps its steps, the hash of its program, and of what a document read."""

    steps: Steps = field(default_factory=Steps)
    program: str = ""
    now: Callable[[str], str] = _unknown


def execute_kept(
    root: Path, documents: Sequence[Document], progress: Callable[[str], None], keeping: Keeping
) -> list[Executed]:
    """Every document executed, those that were kept and are not old without running them."""
    found = {document.path: _read(root, document, keeping) for document in documents}
    missing = [document for document in documents if found[document.path] is None]
    if missing:
        progress(f"Running {len(missing)} of {len(documents)} documents")
    done = {one.path: one for one in execute_documents(root, missing, progress)} if missing else {}
    for document in missing:
        _keep(root, document, done[document.path], keeping)
    return [found[document.path] or done[document.path] for document in documents]


def _step(document: Document) -> str:
    return f"execute {document.path}"


def _inputs(root: Path, document: Document, keeping: Keeping) -> dict[str, str]:
    return {"its text": hash_files(root, [root / document.path]), "the program": keeping.program}


def _read(root: Path, document: Document, keeping: Keeping) -> Executed | None:
    inputs = _inputs(root, document, keeping)
    record = keeping.steps.kept(_step(document), inputs, keeping.now)
    if record is None:
        return None
    kept = json.loads(record)
    for name, picture in kept.pop("figures").items():
        _write(root / name, picture.encode())
    return Executed(**kept)


def _keep(root: Path, document: Document, done: Executed, keeping: Keeping) -> None:
    """Keep a document whose code reads the review alone, by the calls that note it."""
    if keeping.steps.folder is None or not _is_seen(document):
        return
    fields = {"path": done.path, "markdown": done.markdown, "remarks": done.remarks}
    inputs = _inputs(root, document, keeping) | {name: keeping.now(name) for name in done.reads}
    payload = json.dumps({**fields, "figures": _drawn(root, done.reads)}, ensure_ascii=False)
    keeping.steps.keep(_step(document), inputs, payload.encode())


def _drawn(root: Path, reads: Iterable[str]) -> dict[str, str]:
    """Every file of each figure that was drawn: for paper, for pages, and its data."""
    names = [name.removeprefix(FIGURE) for name in reads if name.startswith(FIGURE)]
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for name in names
        for path in sorted((root / "figures").glob(f"{name}.*"))
    }


def _write(path: Path, data: bytes) -> None:
    if not path.exists() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _is_seen(document: Document) -> bool:
    """Whether its code can read nothing that goes unnoted."""
    return not any(_unseen(code) for code in _codes(document))


def _codes(document: Document) -> Iterator[str]:
    yield from (code for _, code in document.inlines)
    yield from (cell.code for cell in document.cells)


def _unseen(code: str) -> bool:
    with suppress(SyntaxError):
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Import):
                return True
            if isinstance(node, ast.ImportFrom) and node.module != CALLS:
                return True
            if isinstance(node, ast.Name) and node.id in UNSEEN:
                return True
    return False
