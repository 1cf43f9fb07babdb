"""A small review for the tests of the renderer: three chapters and a stand-in for the ledger."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

from publishing.manuscript.context import Attachment, RenderContext, RenderResult
from publishing.site.writer import render_review

PROJECT = Path(__file__).parents[1]
SAMPLE = Path(__file__).parent / "fixtures" / "sample_review"
CSV = "row_id,events\nfirst.orr,95\n"


def copy_sample(place: Path) -> Path:
    """A copy of the sample with the project's own format extension."""
    root = place / "sample"
    shutil.copytree(SAMPLE, root)
    shutil.copytree(PROJECT / "_extensions", root / "_extensions")
    (root / "evidence").mkdir()
    (root / "evidence" / "time_to_event.csv").write_text(CSV, encoding="utf-8")
    return root


def context_of(root: Path) -> RenderContext:
    """What the sample's furniture prints and its documents may name."""
    return RenderContext(
        title="A sample review",
        question="Does it work in <adults>?",
        version="1.2.3",
        status="Submitted",
        status_steps=(
            ("Submitted", "current"),
            ("Under Review", "to come"),
            ("Approved", "to come"),
        ),
        banner="Educational purpose only; pending human review",
        date=datetime.date(2026, 2, 6),
        evidence_to="2026-02-01",
        content_hash="0123456789abcdef" * 4,
        bibliography=root / "references.bib",
        citekeys=frozenset({"smith2021", "lee2023"}),
        claims=frozenset({"orr.first", "orr.second"}),
        tables=frozenset({"response"}),
        figures=frozenset({"bars"}),
        names=frozenset({"CD38", "IL-6"}),
    )


def attachments_of(root: Path) -> list[Attachment]:
    """One evidence table, in the PDF and beside the pages."""
    name = "evidence/time_to_event.csv"
    return [Attachment(root / name, name, "text/csv", 'Evidence: "time" to event')]


def render_sample(root: Path, **options: object) -> RenderResult:
    """Render the copy at `root` into its `_site`."""
    settings: dict[str, object] = {
        "output": root / "_site",
        "engine": "built-in",
        "progress": lambda _: None,
        "attachments": attachments_of(root),
        "context": context_of(root),
    }
    return render_review(root, **{**settings, **options})  # type: ignore[arg-type]
