"""A changed sentence is checked without the libraries that the evidence and its figures need."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.small_review import small_review

ROOT = Path(__file__).parents[1]
HEAVY = ("pandas", "pandera", "scipy.stats", "scipy.special", "matplotlib", "great_tables",
         "IPython", "nbclient", "lxml", "jinja2", "PIL", "bibtexparser")  # fmt: skip
VALIDATE = f"""
import sys
from publishing.cli.commands import main
main(["validate"])
print(*sorted(set(sys.modules) & set({HEAVY})), sep=", ", file=sys.stderr)
"""


def loaded_by_validate(review: Path) -> str:
    """What `validate` imports of the heavy modules in a process of its own."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}){VALIDATE}"]
    done = subprocess.run(command, cwd=review, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("The review is valid"), done
    return done.stderr.strip()


@pytest.mark.parametrize("name", ["small", "bcg"])
def test_a_changed_sentence_needs_no_heavy_library(tmp_path: Path, name: str) -> None:
    review = tmp_path / "review"
    if name == "small":
        small_review(review, engine=True)
    else:
        kept = shutil.ignore_patterns("_*", ".*", "__pycache__")
        shutil.copytree(ROOT / "examples" / "bcg", review, ignore=kept)
        for settings in (ROOT / "examples" / "bcg").glob("_quarto*.yml"):
            shutil.copy(settings, review)
    assert "pandera" in loaded_by_validate(review)  # the evidence is read
    document = review / "index.qmd"
    document.write_text(document.read_text(encoding="utf-8") + "\n\nMore follows.\n", "utf-8")
    assert loaded_by_validate(review) == ""
