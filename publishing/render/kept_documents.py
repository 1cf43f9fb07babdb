"""Executes the documents whose inputs changed, and takes the others as they were kept.

What the code of a document showed is kept with that code, the program and the names of all it
read of the review, and so are the figures it drew. A sentence that changes round it is set anew,
and no kernel runs for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from analysis.kept import Keeping, hash_of_bytes
from publishing.documents.allowed_code import misuses
from publishing.manuscript.qmd import Cell, Document, Prose
from publishing.render.execute_here import execute_here
from publishing.render.executed import Executed, without_code
from publishing.render.stamps import Stamp

FIGURE = "display:figures/"


def execute_kept(
    root: Path,
    documents: Sequence[Document],
    progress: Callable[[str], None],
    keeping: Keeping,
    stamp: Stamp,
) -> list[Executed]:
    """Every document executed, those that were kept and are not old without running them.

    Where they print hashes of this build they hold signs.
    """
    found = {document.path: _read(root, document, keeping) for document in documents}
    missing = [document for document in documents if found[document.path] is None]
    if missing:
        progress(f"Running {len(missing)} of {len(documents)} documents")
    few = len(missing) < len(documents) / 2 and not keeping.steps.clean
    here = few and all(map(_is_seen, missing))
    ran = zip(missing, _run(root, missing, progress, here), strict=True)
    done = {document.path: _unstamped(document, one, stamp) for document, one in ran}
    for document in missing:
        _keep(root, document, done[document.path], keeping)
    return [found[document.path] or done[document.path] for document in documents]


def _run(
    root: Path, documents: Sequence[Document], progress: Callable[[str], None], here: bool
) -> list[Executed]:
    if here:
        return execute_here(root, documents, progress)
    from publishing.render.execute import execute_documents  # Jupyter takes long to import

    return execute_documents(root, documents, progress)


def _unstamped(document: Document, done: Executed, stamp: Stamp) -> Executed:
    shown = json.loads(stamp.take(json.dumps(done.shown)))
    return Executed.of(document, shown, reads=done.reads, seconds=done.seconds)


def _step(document: Document) -> str:
    return f"execute {document.path}"


def _inputs(document: Document, keeping: Keeping) -> dict[str, str]:
    code = json.dumps([_code_of(document, piece) for piece in document.pieces])
    return {"its code": hash_of_bytes(code), "the program": keeping.program}


def _code_of(document: Document, piece: Prose | Cell) -> list[str]:
    if isinstance(piece, Cell):
        return ["cell", piece.code]
    return ["prose", *(code for _, code in document.inlines_of(piece))]


def _read(root: Path, document: Document, keeping: Keeping) -> Executed | None:
    if not document.has_code:
        return without_code(document)
    inputs = _inputs(document, keeping)
    record = keeping.kept(_step(document), inputs)
    if record is None:
        return None
    kept = json.loads(record)
    for name, picture in kept["figures"].items():
        _write(root / name, picture.encode())
    return Executed.of(document, kept["shown"])


def _keep(root: Path, document: Document, done: Executed, keeping: Keeping) -> None:
    """Keep a document whose code reads the review alone, by the calls that note it."""
    if keeping.steps.folder is None or not _is_seen(document):
        return
    fields = {"shown": done.shown, "figures": _drawn(root, done.reads)}
    payload = json.dumps(fields, ensure_ascii=False)
    keeping.keep(_step(document), _inputs(document, keeping), done.reads, payload.encode())


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
    """Whether its code can read nothing that goes unnoted: it only calls what notes its reads."""
    return not any(misuses(document))
