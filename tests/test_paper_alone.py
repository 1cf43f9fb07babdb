"""The PDF by itself: links lead from claim to row to reference, attachments recompute it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from analysis.review_data import load_review_data
from publishing.documents.entries import listed

ROOT = Path(__file__).parents[1]
COMPUTE = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from analysis.review_data import compute_review_data
records = compute_review_data(Path.cwd()).ledger.records
json.dump({name: asdict(record) for name, record in records.items()}, sys.stdout)
"""


def squeezed(text: str) -> str:
    """Text without white space and hyphens at the end of lines, for a search across columns."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


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


class Entries:
    """The entries of a PDF's registers: what each says, and where its own links lead."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as stream:
            self.links = links_of(PdfReader(stream))
        self.pdf = pypdfium2.PdfDocument(path)

    def words(self, place: Place) -> str:
        """What is printed at a point: the first line there."""
        text = self.pdf[place.page].get_textpage()
        line: str = text.get_text_bounded(
            left=place.left - 2, right=place.left + 160, bottom=place.top - 11, top=place.top - 5
        )
        return " ".join(line.split())

    def led_from(self, place: Place) -> set[Place]:
        """Where the links of an entry lead: those from its first line to the next entry."""
        goals = [goal for _, goal in self.links if goal.page == place.page
                 and abs(goal.left - place.left) < 10 and goal.top < place.top - 3]  # fmt: skip
        end = max((goal.top for goal in goals), default=0.0)
        return {
            goal for start, goal in self.links
            if start.page == place.page and end - 3 < start.top <= place.top
            and -4 <= start.left - place.left < 170
        }  # fmt: skip


def test_a_claim_leads_to_its_entry_its_row_and_its_reference(finished: Path) -> None:
    entries = Entries(finished / "_site" / "review.pdf")
    goals = {goal for _, goal in entries.links}
    (claim,) = (goal for goal in goals if entries.words(goal).startswith("orr.cilta 9"))
    (row,) = (goal for goal in entries.led_from(claim)
              if entries.words(goal).startswith("cartitude-1.orr"))  # fmt: skip
    assert [start.page for start, goal in entries.links if goal == claim and start.page < 10]
    references = entries.led_from(row)
    assert references
    assert all(goal.page > row.page for goal in references)
    entries.pdf.close()


@pytest.fixture(scope="module")
def extracted(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of the package, and of the review nothing but what the clinician's PDF holds."""
    folder = tmp_path_factory.mktemp("alone")
    code = shutil.ignore_patterns("*.qmd", "*.csv", "*.json", "__pycache__")
    for package in ("schemas", "analysis", "publishing"):
        shutil.copytree(ROOT / package, folder / package, ignore=code)
    agreement = Path("analysis/formulae/agreement.csv")
    shutil.copyfile(ROOT / agreement, folder / agreement)
    for name, contents in PdfReader(finished / "_site" / "review.pdf").attachments.items():
        place = folder / ("report/claims.csv" if name.endswith("claims.csv")
                          and "article" not in name else name.lstrip("/"))  # fmt: skip
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(contents[0])
    return folder


@pytest.mark.slow  # computes the whole ledger anew
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
    data = load_review_data(finished)
    entries = {record.id for record in listed(data)}
    assert len(entries) > 300
    lost = [name for name in entries
            if squeezed(name + computed[name]["forms"]["full"]) not in text]  # fmt: skip
    assert sorted(lost) == []
