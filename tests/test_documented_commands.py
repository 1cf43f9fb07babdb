"""Every command that README and CONTRIBUTING print is run: here, by `.ci/run` or a workflow.

So is every program that a document in docs/ names as what wrote a part of it.
"""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.whole_copy import copy_project

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", "CONTRIBUTING.md")
COMMAND = re.compile(r"\.venv/bin/python -m nox ([^`\n]*)")
WRITTEN = re.compile(r"<!-- [^>`]*written by `python ([^`]+)`")
SCRIPTS = (".ci/run", ".github/workflows/proposal.yml")
# Too long for here, or about the network: what runs them instead.
ELSEWHERE = {
    "-s review": ".ci/run",
    "-s validate": ".github/workflows/proposal.yml",
    "-s tests": ".ci/run",
    "-s lint": ".ci/run",
    "-s whole": ".ci/run",
    "-s example": ".ci/run",
    "-s verify": ".ci/run",
    "-s review tests lint": ".ci/run, one by one",
    "-s review -- --engine quarto": "tests/test_render_quarto.py, with a stand-in for Quarto",
    "-s browser": ".ci/run",
    '-s ask -- "How often is CRS severe?"': "tests/test_ask.py",
    "-s preview -- report/safety.qmd": "tests/test_preview.py, on the small review",
    "-s reading": "tests/test_patient.py",
    "-s html": "tests/test_whole_review.py",
    "-s pdf": "tests/test_whole_review.py",
    "-s board": "tests/test_board_pack.py",
    "-s publish -- published": "tests/test_publish.py",
    "-s release": "tests/test_living_year.py",
    "-s what-if -- new/outcomes.csv": "tests/test_changes.py",
    "-s bench": "bench needs a machine to itself",
    "-s bench -- coverage": "minutes; tests/test_formulae_few_cohorts.py instead",
    "-s bench -- preview": "minutes; tests/test_preview.py instead",
    "-s bench -- growth": "tests/test_growth.py",
    "-s bench -- edits": "minutes; tests/test_steps.py instead",
    "-s bench -- one-digit": "tests/test_one_digit.py",
    "-s mutate": ".ci/run",
    "-s screen -- export.nbib --search pubmed": "tests/test_searches.py",
    "-s sources": "tests/test_registers.py, with a server on this machine",
    "-s scan": "tests/test_scan.py",
}


def documented() -> list[str]:
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS)
    return sorted({match[1].strip() for match in COMMAND.finditer(text)})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy whose environments are already made: each is the one these tests run in."""
    if sys.platform == "win32":
        pytest.skip("the stand-in for an environment is a shell script")
    project = copy_project(tmp_path_factory.mktemp("documented") / "project")
    (project / "_build").mkdir()
    for kept in (ROOT / "_build").glob("review-data-*.pickle"):  # used if it is of these files
        shutil.copy2(kept, project / "_build")
    for lock in (project / "locks").glob("*.txt"):
        folder = project / ".nox" / lock.stem
        (folder / "bin").mkdir(parents=True)
        python = folder / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
        python.chmod(0o755)
        state = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
        (folder / "lock.sha256").write_text(state)
    return project


def test_documents_name_commands() -> None:
    assert {"-s review", "-s validate"} <= set(documented())


def test_what_runs_elsewhere_is_documented_and_there() -> None:
    for words, place in ELSEWHERE.items():
        if place in SCRIPTS:
            assert f"nox {words}" in (ROOT / place).read_text(encoding="utf-8"), words
        elif place.startswith("tests/"):
            assert (ROOT / place.split(",")[0]).exists()
    assert [words for words in ELSEWHERE if words not in documented()] == []


@pytest.mark.parametrize("words", [one for one in documented() if one not in ELSEWHERE])
def test_a_documented_command_does_its_work(words: str, project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nox", *shlex.split(words)],
        cwd=project, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def written() -> list[tuple[str, str]]:
    """Documents of which a program wrote a part, each with the words that start it."""
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
    return sorted(
        (path.name, words) for path, text in texts.items() for words in WRITTEN.findall(text)
    )


def test_parts_of_documents_are_written_by_programs() -> None:
    assert {name for name, _ in written()} == {"architecture.md", "columns.md"}


@pytest.mark.parametrize(("name", "words"), written())
def test_what_wrote_a_document_writes_it_again(name: str, words: str, project: Path) -> None:
    """From the folder of the review, where the package need not be installed."""
    page = project / "docs" / name
    whole = page.read_text(encoding="utf-8")
    part = whole.partition("written by")[2]
    shorter = re.sub(r"^\| `.*\n", "", part, count=1, flags=re.MULTILINE)
    page.write_text(whole.replace(part, shorter), encoding="utf-8")
    assert page.read_text(encoding="utf-8") != whole
    done = subprocess.run(
        [sys.executable, *shlex.split(words)],
        cwd=project, capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert page.read_text(encoding="utf-8") == whole
