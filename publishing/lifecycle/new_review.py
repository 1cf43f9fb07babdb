"""Begins a review: a folder that is valid and builds, with nothing in its tables yet."""

from __future__ import annotations

import csv
import datetime
import io
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from schemas.problems import ReviewError
from schemas.registry import TABLES

TEMPLATES = Path(__file__).with_name("scaffold")
PACKAGE = Path(__file__).parents[2]
EXTENSION = Path("_extensions") / "review"
NAME = "clinical-evidence-review"
PARTS = {
    "syntheses": "What several studies give together",
    "benefit": "What single studies show of outcomes",
    "harm": "What single studies show of harm",
    "spread": "How far results and analyses differ",
    "other": "Dates, characteristics and counts",
}
"""The parts of the ledger, in the order in which the chapter lists them."""
RENAMED = {"gitignore": ".gitignore", "github": ".github"}
AS_IT_IS = ("wording.csv",)  # no template: it holds signs of its own


@dataclass(frozen=True)
class NewReview:
    """What is asked of somebody who begins a review; `design` is single-arm or two-arms."""

    question: str
    population: str
    design: str
    title: str = ""


def write_review(folder: Path, asked: NewReview, today: datetime.date) -> list[str]:
    """Write the folder; names of its files. Raises ReviewError for a folder that holds something.

    `today` becomes the date of its first version: nothing else reads the clock.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ReviewError(f"{folder} is not empty; name a folder that is not there yet")
    words = _words(folder, asked, today)
    written = []
    for name, text in [*_files(words), *_empty_tables()]:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
        written.append(name)
    shutil.copytree(PACKAGE / EXTENSION, folder / EXTENSION)
    return sorted(written)


def _words(folder: Path, asked: NewReview, today: datetime.date) -> dict[str, Any]:
    two_arms = asked.design == "two-arms"
    title = asked.title or asked.question.rstrip("?").strip()
    texts = {"title": title, "question": asked.question, "population": asked.population}
    return {
        **{name: " ".join(text.split()).replace('"', "'") for name, text in texts.items()},
        "date": today.isoformat(),
        "two_arms": two_arms,
        "measure": "risk_ratio" if two_arms else "proportion",
        "comparator": "the control groups of the studies" if two_arms else "none",
        "outcome": "Main outcome",
        "outcome_label": "main outcome",
        "ledger_parts": tuple(PARTS.items()),
        "package": _package(folder),
    }


def _package(folder: Path) -> str:
    """What the review depends on: a version of the program, or the checkout that wrote it."""
    if (PACKAGE / "pyproject.toml").exists():
        return Path(os.path.relpath(PACKAGE, folder.resolve())).as_posix()
    try:
        return f"{NAME}=={version(NAME)}"
    except PackageNotFoundError:
        return NAME


def _files(words: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each file of the scaffold by its place in the review, its words filled in."""
    environment = Environment(
        variable_start_string="<<", variable_end_string=">>", block_start_string="<%",
        block_end_string="%>", comment_start_string="<#", comment_end_string="#>",
        undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False,
    )  # fmt: skip
    for path in sorted(TEMPLATES.rglob("*")):
        if not path.is_file() or "__pycache__" in path.parts:
            continue
        parts = path.relative_to(TEMPLATES).parts
        name = Path(*(RENAMED.get(part, part) for part in parts)).as_posix()
        if name == "report/tables/absolute.yml" and not words["two_arms"]:
            continue
        text = path.read_text(encoding="utf-8")
        if path.name not in AS_IT_IS:
            text = environment.from_string(text).render(words)
        yield name.removesuffix(".jinja"), text


def _empty_tables() -> Iterator[tuple[str, str]]:
    """Every table of the evidence that the scaffold does not fill, with its head alone.

    Of two arms a synthesis needs the row of the other arm, so that column has its head too.
    """
    own = {"studies": ("year",), "syntheses": ("comparator_row",)}
    for table in TABLES.values():
        if not (TEMPLATES / table.file).exists():
            stream = io.StringIO()
            columns = [name for name in table.columns if name not in table.optional]
            csv.writer(stream, lineterminator="\n").writerow([*columns, *own.get(table.name, ())])
            yield table.file, stream.getvalue()
    yield "evidence/references.bib", ""
