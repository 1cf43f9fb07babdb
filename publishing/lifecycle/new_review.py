"""Begins a review: a folder that is valid and builds, with nothing in its tables yet."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from jinja2 import Environment, StrictUndefined

from publishing.manuscript.extension import PROGRAM, place_extension
from schemas.problems import ReviewError
from schemas.registry import TABLES

TEMPLATES = Path(__file__).with_name("scaffold")
LOCK = Path("locks") / "review.txt"
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
    for name, text in [*_files(words), *_empty_tables(), *_needed(folder)]:
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
        written.append(name)
    place_extension(folder)
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
    }


def _needed(folder: Path) -> Iterator[tuple[str, str]]:
    """What the review is made with: the checkout that wrote it, or the wheel or version installed.

    A wheel that is still there is put beside the review, so that it can be installed again.
    """
    if (PROGRAM / "pyproject.toml").exists():
        checkout = Path(os.path.relpath(PROGRAM, folder.resolve())).as_posix()
        yield "requirements.txt", f"-r {checkout}/{LOCK.as_posix()}\n"
        yield "package.txt", f"{checkout}\n"
        return
    yield "requirements.txt", (PROGRAM / LOCK).read_text(encoding="utf-8")
    program = distribution(NAME)
    origin = json.loads(program.read_text("direct_url.json") or "{}").get("url", "")
    wheel = Path(url2pathname(urlsplit(origin).path))
    if wheel.suffix == ".whl" and wheel.is_file():
        (folder / "wheels").mkdir(parents=True)
        shutil.copyfile(wheel, folder / "wheels" / wheel.name)
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
        yield "package.txt", f"wheels/{wheel.name} --hash=sha256:{found}\n"
    else:
        yield "package.txt", f"{NAME}=={program.version}\n"


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
        text = environment.from_string(path.read_text(encoding="utf-8")).render(words)
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
