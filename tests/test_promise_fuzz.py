"""The promise at random: whatever a writer does is told, or leaves a review that can be built.

`FUZZ` is how many changed reviews go through the checks, `FUZZ_BUILDS` how many that pass are
built whole; the session `torture` sets more than CI does.
"""

from __future__ import annotations

import csv
import io
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publishing.lifecycle.checked import check_review
from schemas.problems import ReviewError
from tests.quick_build import quick_build

CASES = int(os.environ.get("FUZZ", "12"))
BUILDS = int(os.environ.get("FUZZ_BUILDS", "2"))
WORDS = (
    "", " ", "x", "97", "−3", "1e9", "2026-02-30", "{orr.cilta}", "{foo|ci}", "{.x}", "**", "_a",
    "`", "[", "](", "]{.b}", "<b>", "&amp;", "$x$", "\\", "@berdeja2021", "@nobody", "#", "|", ";",
    "‡", "½", "⁹⁷", "ß", "漢", "\u202e", "\u00a0", "three in four", "better than", "=1+1", '"', "'",
    "`{python} claim(\"orr.cilta\").ci`", "`{python} claim(\"orr\")`", "`{python} 1/0`", "---",
    "::: {.callout-note}", ":::", "## Again {#sec-again}", "| a | b |", "- item", "[^1]",
    "```{python}\nmeanings()\n```", "#| eval: false", "#| include: false", "#| output: false", ";",
    "`{python} claim(\"orr.cilta\").full;`", "import os", "theme: cosmo", "true", "[]", "{}",
)  # fmt: skip
Dice = random.Random


def _cells(text: str, dice: Dice) -> str:
    """A cell replaced or added to, a row twice, gone or elsewhere: what spreadsheets do."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    at = dice.randrange(1, len(rows)) if len(rows) > 1 else 0
    column = dice.randrange(len(rows[at])) if rows[at] else 0
    what = dice.randrange(5)
    if what == 0 and at:
        del rows[at]
    elif what == 1 and at:
        rows.insert(dice.randrange(1, len(rows)), list(rows[at]))
    elif what == 2 and at:
        rows[at][column] = dice.choice(rows)[column % len(rows[0])]
    elif rows[at]:
        kept = rows[at][column] if dice.random() < 0.5 else ""
        rows[at][column] = kept + dice.choice(WORDS)
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


def _lines(text: str, dice: Dice) -> str:
    """A line gone, twice or elsewhere, a word put in or taken out."""
    lines = text.split("\n")
    at = dice.randrange(len(lines))
    what = dice.randrange(5)
    if what == 0:
        del lines[at]
    elif what == 1:
        lines.insert(dice.randrange(len(lines)), lines[at])
    elif what == 2:
        lines.insert(at, dice.choice(WORDS))
    else:
        place = dice.randrange(len(lines[at]) + 1)
        cut = dice.choice((0, 0, 1, 4))
        lines[at] = lines[at][:place] + dice.choice(WORDS) + lines[at][place + cut :]
    return "\n".join(lines)


def _files(review: Path) -> list[tuple[Path, Callable[[str, Dice], str]]]:
    tables = [path for path in sorted((review / "evidence").glob("*.csv"))
              if len(path.read_text(encoding="utf-8").splitlines()) > 1]  # fmt: skip
    texts = [*sorted(review.rglob("report/**/*.qmd")), *sorted(review.glob("*.qmd"))]
    texts += [*sorted(review.rglob("report/**/*.yml")), review / "evidence" / "review.yml"]
    texts += [*sorted(review.glob("_quarto*.yml")), review / "evidence" / "references.bib"]
    texts += sorted((review / "governance").glob("*.*"))
    return [*((path, _cells) for path in (*tables, review / "report" / "claims.csv")),
            *((path, _lines) for path in texts)]  # fmt: skip


def change(review: Path, seed: int) -> list[Path]:
    """Change one to three places of a review; the files that were changed."""
    dice, changed = Dice(seed), []
    for _ in range(dice.choice((1, 1, 2, 3))):
        path, mutate = dice.choice(_files(review))
        path.write_text(mutate(path.read_text(encoding="utf-8"), dice), encoding="utf-8")
        changed.append(path)
    return changed


def is_valid(review: Path) -> bool:
    """Whether the checks pass; what they say is a problem of a file, never an exception."""
    try:
        check_review(review, draw=True)
    except ReviewError as error:
        told = error.problems
    else:
        return True
    assert told
    assert all(problem.what for problem in told)
    return False


@pytest.mark.slow
def test_a_changed_review_is_told_or_valid(
    small: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    @settings(max_examples=CASES, suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 2**32))
    def changed(seed: int) -> None:
        review = shutil.copytree(small, tmp_path_factory.mktemp("fuzz") / "review")
        change(review, seed)
        is_valid(review)
        shutil.rmtree(review)

    changed()


@pytest.mark.slow
def test_a_changed_review_that_is_valid_is_built(small: Path, tmp_path: Path) -> None:
    first = int(os.environ.get("FUZZ_SEED", "0"))
    built, faults = 0, []
    for seed in range(first, first + 100 * BUILDS):
        review = shutil.copytree(small, tmp_path / str(seed))
        changed = [path.relative_to(review).as_posix() for path in change(review, seed)]
        if is_valid(review):
            built += 1
            try:
                quick_build(review)
            except ReviewError as error:
                faults.append(f"seed {seed}, {changed}: {error}")
        shutil.rmtree(review)
        if built == BUILDS:
            break
    assert built == BUILDS
    assert faults == []
