"""The site that an earlier build of the same files left, whole: nothing is to be done."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path

from analysis.kept import Steps, hash_files, hash_of_bytes
from publishing.checks.verdict import verdict_path
from publishing.manuscript.context import RenderResult
from publishing.site.manifest import NAME, compare_with_manifest
from schemas.problems import ReviewError


def _inputs(
    root: Path, output: Path, formats: Sequence[str], engine: str, editions: Collection[str]
) -> dict[str, str]:
    return {
        "the review and the program": verdict_path(root).stem,
        "what was asked for": hash_of_bytes(engine, *sorted(formats), "", *sorted(editions)),
        "the site": hash_files(output, [output / NAME]),
    }


def unchanged_site(
    root: Path,
    steps: Steps,
    *,
    formats: Sequence[str],
    engine: str,
    output: Path,
    editions: Collection[str] = (),
) -> RenderResult | None:
    """What was built of these very files, where each file of it is as it was written."""
    inputs = _inputs(root, output, formats, engine, editions)
    kept = steps.kept(f"site {output.name}", inputs)
    if kept is None or not _is_whole(output):
        return None
    found = json.loads(kept)
    pages, pdfs, remarks = (tuple(found[name]) for name in ("pages", "pdfs", "remarks"))
    return RenderResult(output, found["engine"], pages, pdfs, remarks=remarks)


def keep_site(
    root: Path,
    steps: Steps,
    result: RenderResult,
    *,
    formats: Sequence[str],
    engine: str,
    editions: Collection[str] = (),
) -> None:
    """Keep what a build left."""
    inputs = _inputs(root, result.output, formats, engine, editions)
    fields = {name: getattr(result, name) for name in ("engine", "pages", "pdfs", "remarks")}
    steps.keep(f"site {result.output.name}", inputs, json.dumps(fields).encode())


def _is_whole(output: Path) -> bool:
    try:
        return not compare_with_manifest(output, output.name)
    except ReviewError:
        return False
