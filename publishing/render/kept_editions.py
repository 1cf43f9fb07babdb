"""The inputs of what an edition is made in: bodies of pages, source of the paper, the PDF.

The hashes of content and build are stamped last: what is kept holds signs in their place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.kept import hash_files, hash_of_bytes
from publishing.manuscript.context import RenderContext
from publishing.render.engine import Job
from publishing.render.executed import Executed

CONTENT, BUILD = "c0" * 32, "b0" * 32  # what stands for the hashes until they are stamped
PICTURE = re.compile(r'["(]/?((?:figures|report)/[^"()\\]+\.(?:svg|png|jpg))[")]')
"""In Typst, and in Markdown: drawn by a cell, or put beside the documents."""
OWN = ("review", "bibliography", "csl")


def unstamped(context: RenderContext) -> RenderContext:
    """The context with a sign in place of each hash."""
    return replace(context, content_hash=CONTENT, build_hash=context.build_hash and BUILD)


def stamp(source: str, context: RenderContext) -> str:
    """The source with the hashes in place of their signs."""
    return source.replace(CONTENT, context.content_hash).replace(BUILD, context.build_hash)


def shared_inputs(job: Job, metadata: Mapping[str, Any], template: str = "") -> dict[str, str]:
    """What all that an edition is made in depends on: the book, references, the format."""
    book = {name: value for name, value in metadata.items() if name not in OWN}
    cited = [Path(metadata[name]) for name in ("bibliography", "csl") if name in metadata]
    lua = sorted((job.extension / "lua").iterdir())
    return {
        "the chapters and settings of the book": hash_of_bytes(json.dumps(book, sort_keys=True)),
        "the references": hash_files(job.root, cited),
        "the format": hash_files(job.root, lua, template),
        "the program": job.keeping.program,
    }


def paper_inputs(
    job: Job, sources: list[Executed], metadata: Mapping[str, Any], template: str
) -> dict[str, str]:
    """What the source of the paper depends on: the same, documents, and what the cover says."""
    cover = hash_of_bytes(json.dumps(metadata["review"], sort_keys=True))
    layout = hash_files(job.root, sorted(job.extension.glob("*.typ")))
    documents = {f"document {one.path}": hash_of_bytes(one.markdown) for one in sources}
    own = {"the cover": cover, "the layout": layout}
    return documents | shared_inputs(job, metadata, template) | own


def pdf_inputs(job: Job, source: str, attached: bool) -> dict[str, str]:
    """What the PDF depends on: its source, its pictures, its fonts, the files inside it."""
    pictures = sorted({job.root / name for name in PICTURE.findall(source)})
    files = [one.path for one in job.attachments] if attached else []
    return {
        "its source": hash_of_bytes(source),
        "its figures": hash_files(job.root, pictures),
        "the files inside it": hash_files(job.root, files),
        "the fonts": hash_files(job.root, sorted((job.extension / "fonts").iterdir())),
        "the date": job.context.date.isoformat(),
        "the program": job.keeping.program,
    }
