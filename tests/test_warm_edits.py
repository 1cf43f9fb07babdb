"""A changed sentence is checked, and its page built, without the libraries of evidence and figures.

What was kept of the evidence and of what documents showed needs none of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.small_review import small_review

ROOT = Path(__file__).parents[1]
HEAVY = {"pandas", "pandera", "scipy.stats", "scipy.special", "matplotlib", "great_tables",
         "IPython", "nbclient", "PIL", "bibtexparser"}  # fmt: skip
OF_PAGES = {"lxml", "jinja2"}
OF_BUILDS = {"numpy", "pypandoc", "publishing.checks.scan", "publishing.tables.cohorts",
             "publishing.figures.forest"}  # fmt: skip
VALIDATE = ("validate",)
BUILD = ("build", "--format", "html", "--engine", "built-in")


def loaded(review: Path, *words: str) -> set[str]:
    """What a command in a process of its own imports of the heavy modules."""
    code = f"""
import sys
from publishing.cli.commands import main
assert main({list(words)}) == 0
print(*({HEAVY | OF_PAGES | OF_BUILDS} & sys.modules.keys()), sep="\\n", file=sys.stderr)
"""
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CI": ""}  # kernels need it too
    done = subprocess.run(
        command, cwd=review, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done
    return {*done.stderr.split()} & (HEAVY | OF_PAGES | OF_BUILDS)


def one_more_sentence(review: Path) -> None:
    document = review / "index.qmd"
    document.write_text(document.read_text(encoding="utf-8") + "\n\nMore follows.\n", "utf-8")


@pytest.fixture(params=["small", "bcg"])
def review(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Two reviews; that of BCG has one edition and no releases."""
    if request.param == "small":
        return small_review(tmp_path / "review", engine=True)
    original = ROOT / "examples" / "bcg"
    kept = shutil.ignore_patterns("_site", "_build", ".*", "__pycache__")
    return Path(shutil.copytree(original, tmp_path / "review", ignore=kept))


def test_a_changed_sentence_is_validated_without_heavy_libraries(review: Path) -> None:
    assert "pandera" in loaded(review, *VALIDATE)  # the evidence is read
    one_more_sentence(review)
    pools = 'claim("pooled' in (review / "index.qmd").read_text(encoding="utf-8")
    assert loaded(review, *VALIDATE) == ({"numpy"} if pools else set())  # beside such a claim


def test_a_changed_sentence_is_built_without_heavy_libraries(tmp_path: Path) -> None:
    review = small_review(tmp_path / "review", engine=True)
    assert "pandera" in loaded(review, *BUILD)
    one_more_sentence(review)
    assert loaded(review, *BUILD) <= OF_PAGES | OF_BUILDS
