"""The PDF by itself: links lead from claim to row to reference, attachments recompute it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

ROOT = Path(__file__).parents[1]
PDFS = ("review.pdf", "board/review-board.pdf")
COMPUTE = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from report.workbench import compute_workbench
records = compute_workbench(Path.cwd()).ledger.records
json.dump({name: asdict(record) for name, record in records.items()}, sys.stdout)
"""


@pytest.fixture(scope="module", params=PDFS)
def paper(finished: Path, request: pytest.FixtureRequest) -> Iterator[PdfReader]:
    with (finished / "_site" / request.param).open("rb") as stream:
        yield PdfReader(stream)


def squeezed(text: str) -> str:
    """Text without white space and hyphens at the end of lines, for a search across columns."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


def links_of(paper: PdfReader) -> dict[str, set[str]]:
    """For each named place, the names to which links below it lead, up to the next place.

    Links before the first place of a page belong to `text`.
    """
    places: dict[int, list[tuple[float, float, str]]] = defaultdict(list)
    for name, target in paper.named_destinations.items():
        page = paper.get_destination_page_number(target)
        if page is not None and name.startswith(("claim-", "row-", "ref-")):
            places[page].append((float(target.left or 0), -float(target.top or 0), name))
    found: dict[str, set[str]] = defaultdict(set)
    for number, page in enumerate(paper.pages):
        for left, top, target in _links(page):
            above = [p for p in places[number] if p[0] <= left + 14 and p[1] <= -top + 8]
            column = max((p[0] for p in above), default=0.0)
            own = max((p for p in above if p[0] > column - 14), key=lambda p: p[1], default=None)
            found[own[2] if own else "text"].add(target)
    return found


def _links(page: Any) -> Iterator[tuple[float, float, str]]:
    for reference in page.get("/Annots", []):
        note = reference.get_object()
        if note.get("/Subtype") != "/Link":
            continue
        action = note.get("/A", {})
        target = note.get("/Dest") or action.get("/D")
        if isinstance(target, str):
            left, _, _, top = (float(value) for value in note["/Rect"])
            yield left, top, target


def test_a_claim_leads_to_its_entry_its_row_and_its_reference(paper: PdfReader) -> None:
    names = set(paper.named_destinations)
    links = links_of(paper)
    everything = {target for targets in links.values() for target in targets}
    claims = {name for name in everything if name.startswith("claim-")}
    assert len(claims) > 300
    assert everything <= names
    assert "claim-orr.cilta" in claims
    (row,) = (name for name in links["claim-orr.cilta"] if name.startswith("row-"))
    reference = {name for name in links["claim-orr.cilta"] | links[row] if name.startswith("ref-")}
    assert reference
    assert reference <= names


@pytest.fixture(scope="module")
def extracted(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the package, and of the review nothing but what the clinician's PDF holds."""
    folder = tmp_path_factory.mktemp("alone")
    code = shutil.ignore_patterns("*.qmd", "*.csv", "*.json", "__pycache__")
    for package in ("schemas", "analysis", "report"):
        shutil.copytree(ROOT / package, folder / package, ignore=code)
    agreement = Path("analysis/formulae/agreement.csv")
    shutil.copyfile(ROOT / agreement, folder / agreement)
    for name, contents in PdfReader(finished / "_site" / "review.pdf").attachments.items():
        place = folder / ("report/claims.csv" if name.endswith("claims.csv")
                          and "article" not in name else name.lstrip("/"))  # fmt: skip
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(contents[0])
    return folder


def test_the_attachments_alone_recompute_what_the_paper_prints(
    finished: Path, extracted: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COMPUTE],
        cwd=extracted, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    computed = json.loads(done.stdout)
    attached = json.loads((extracted / "ledger.json").read_text(encoding="utf-8"))["records"]
    assert {record["id"]: record for record in attached} == computed
    paper = PdfReader(finished / "_site" / "review.pdf")
    text = squeezed("".join(page.extract_text() for page in paper.pages))
    entries = {name[6:] for name in paper.named_destinations if name.startswith("claim-")}
    assert len(entries) > 300
    lost = [
        name for name in sorted(entries)
        if squeezed(name + computed[name]["forms"]["full"]) not in text
    ]  # fmt: skip
    assert lost == []
