"""The inputs of what an edition is made in: bodies of pages, source of the paper, the PDF."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.kept import hash_files, hash_of_bytes
from publishing.render.engine import Job
from publishing.render.executed import Executed

PICTURE = re.compile(r'["(]/?((?:figures|report)/[^"()\\]+\.(?:svg|png|jpg))[")]')
"""In Typst, and in Markdown: drawn by a cell, or put beside the documents."""
OWN = ("review", "bibliography", "csl")


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
