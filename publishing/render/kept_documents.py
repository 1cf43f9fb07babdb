"""Executes the documents whose inputs changed, and takes the others as they were kept.

What the code of a document showed is kept with that code, the program and the names of all it
read of the review, and so are the figures it drew. A sentence that changes round it is set anew,
and no kernel runs for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.kept import Keeping, hash_of_bytes
from publishing.documents.allowed_code import misuses
from publishing.manuscript.qmd import Cell, Document, Prose
from publishing.render.execute_here import execute_here
from publishing.render.executed import Executed, without_code
from publishing.render.kept_displays import KeptDisplays, display_of, pack, unpack
from publishing.render.stamps import Stamp


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
    displays = KeptDisplays(root, keeping)
    few = len(missing) < len(documents) / 2 or _are_few_drawn(missing, documents, displays)
    here = few and not keeping.steps.clean and all(map(_is_seen, missing))
    ran = zip(missing, _run(root, missing, progress, displays if here else None), strict=True)
    done = {document.path: _unstamped(document, one, stamp) for document, one in ran}
    for document in missing:
        _keep(root, document, done[document.path], displays)
    return [found[document.path] or done[document.path] for document in documents]


def _are_few_drawn(
    missing: Sequence[Document], documents: Sequence[Document], displays: KeptDisplays
) -> bool:
    """Whether most displays of these documents are shown as they were kept."""
    cells = [cell for document in documents for cell in document.cells if display_of(cell)]
    asked = [cell for document in missing for cell in document.cells if display_of(cell)]
    return sum(displays.shown(cell) is None for cell in asked) < len(cells) / 2


def _run(
    root: Path,
    documents: Sequence[Document],
    progress: Callable[[str], None],
    here: KeptDisplays | None,
) -> list[Executed]:
    if here:
        return execute_here(root, documents, progress, here.shown)
    from publishing.render.execute import execute_documents  # Jupyter takes long to import

    return execute_documents(root, documents, progress)


def _unstamped(document: Document, done: Executed, stamp: Stamp) -> Executed:
    shown = json.loads(stamp.take(json.dumps(done.shown)))
    return Executed.of(document, shown, reads=done.reads, seconds=done.seconds)


def _step(document: Document) -> str:
    return f"execute {document.path}"


def _inputs(document: Document) -> dict[str, str]:
    code = json.dumps([_code_of(document, piece) for piece in document.pieces])
    return {"its code": hash_of_bytes(code)}


def _code_of(document: Document, piece: Prose | Cell) -> list[str]:
    if isinstance(piece, Cell):
        return ["cell", piece.code]
    return ["prose", *(code for _, code in document.inlines_of(piece))]


def _read(root: Path, document: Document, keeping: Keeping) -> Executed | None:
    if not document.has_code:
        return without_code(document)
    record = keeping.kept(_step(document), _inputs(document))
    if record is None:
        return None
    return Executed.of(document, unpack(root, record))


def _keep(root: Path, document: Document, done: Executed, displays: KeptDisplays) -> None:
    """Keep a document whose code reads the review alone, by the calls that note it."""
    keeping = displays.keeping
    if keeping.steps.folder is None or not _is_seen(document):
        return
    payload = pack(root, done.shown, done.read)
    keeping.keep(_step(document), _inputs(document), done.read, payload)
    for piece, shown, reads in zip(document.pieces, done.shown, done.reads, strict=True):
        if isinstance(piece, Cell):
            displays.keep(piece, shown, reads)


def _is_seen(document: Document) -> bool:
    """Whether its code can read nothing that goes unnoted: it only calls what notes its reads."""
    return not any(misuses(document))
