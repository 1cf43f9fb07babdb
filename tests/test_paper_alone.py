"""The PDF by itself: a claim leads to its entry, attachments recompute the ledger."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject

ROOT = Path(__file__).parents[1]
LINE = 14  # points: a line of a table with the room above it
COMPUTE = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from analysis.review_data import compute_review_data
records = compute_review_data(Path.cwd()).ledger.records
json.dump({name: asdict(record) for name, record in records.items()}, sys.stdout)
"""


@dataclass(frozen=True)
class Place:
    """A point of a page; `left` and `top` in points from the lower left corner."""

    page: int
    left: float
    top: float


def links_of(paper: PdfReader) -> list[tuple[Place, Place]]:
    """Where each link of the text stands, and the point to which it leads."""
    numbers = {page.indirect_reference.idnum: at for at, page in enumerate(paper.pages)
               if page.indirect_reference}  # fmt: skip
    found = []
    for at, page in enumerate(paper.pages):
        for note in (reference.get_object() for reference in page.get("/Annots", [])):
            target = note.get("/Dest") or note.get("/A", {}).get("/D")
            if isinstance(target, IndirectObject):
                target = target.get_object()
            if isinstance(target, list):
                left, _, _, top = (float(value) for value in note["/Rect"])
                goal = Place(numbers[target[0].idnum], float(target[2]), float(target[3]))
                found.append((Place(at, left, top), goal))
    return found


def places_of(pdf: pypdfium2.PdfDocument, words: str, pages: set[int]) -> list[Place]:
    """Where these words are printed on these pages: the upper left corner of the first letter."""
    found = []
    for page in sorted(pages):
        text = pdf[page].get_textpage()
        search = text.search(words, match_case=True)
        while hit := search.get_next():
            left, _, _, top = text.get_charbox(hit[0])
            found.append(Place(page, left, top))
    return found


def begins_at(words: Place, goal: Place) -> bool:
    """Whether the words are the first line at a point to which a link leads."""
    near = abs(words.left - goal.left) < 2 and 0 <= goal.top - words.top < LINE
    return words.page == goal.page and near


def test_a_claim_leads_to_its_entry_in_the_complete_edition(finished: Path) -> None:
    path = finished / "_site" / "board" / "review-board.pdf"
    with path.open("rb") as stream:
        links = links_of(PdfReader(stream))
    with pypdfium2.PdfDocument(path) as pdf:
        printed = places_of(pdf, "orr.cilta ", {goal.page for _, goal in links})
    goals = {goal for _, goal in links if any(begins_at(words, goal) for words in printed)}
    assert len(goals) == 1
    assert [start.page for start, goal in links if goal in goals and start.page < 20]


@pytest.fixture(scope="module")
def extracted(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the package, and of the review nothing but what the clinician's PDF holds."""
    folder = tmp_path_factory.mktemp("alone")
    code = shutil.ignore_patterns("*.qmd", "*.csv", "*.json", "__pycache__")
    for package in ("schemas", "analysis", "publishing"):
        shutil.copytree(ROOT / package, folder / package, ignore=code)
    for table in ("analysis/formulae/agreement.csv", "schemas/wording.csv"):  # the package's own
        shutil.copyfile(ROOT / table, folder / table)
    for name, contents in PdfReader(finished / "_site" / "review.pdf").attachments.items():
        place = folder / ("report/claims.csv" if name.endswith("claims.csv")
                          and "article" not in name else name.lstrip("/"))  # fmt: skip
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(contents[0])
    return folder


@pytest.mark.slow  # computes the whole ledger anew
def test_the_attachments_alone_recompute_the_ledger(extracted: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COMPUTE],
        cwd=extracted, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    computed = json.loads(done.stdout)
    attached = json.loads((extracted / "ledger.json").read_text(encoding="utf-8"))["records"]
    assert {record["id"]: record for record in attached} == computed
