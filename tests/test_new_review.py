"""A review that has just begun: valid at once, of either design, and about nothing yet."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from publishing.cli.commands import main
from publishing.documents.catalogue import load_displays
from publishing.lifecycle import new_review
from publishing.lifecycle.checked import check_review
from publishing.lifecycle.new_review import TEMPLATES, NewReview, write_review
from publishing.manuscript.extension import EXTENSION, MARK, PROGRAM, place_extension
from schemas.problems import ReviewError

TODAY = datetime.date(2026, 11, 29)
OURS = re.compile(r"myeloma|CAR-T|leukapheres|infus|cilta|BCG|tubercul", re.IGNORECASE)


def begin(folder: Path, design: str) -> list[str]:
    asked = NewReview('Does "it" work?', "Anybody", design)
    return write_review(folder, asked, TODAY)


@pytest.mark.parametrize("design", ["single-arm", "two-arms"])
def test_a_new_review_is_valid(tmp_path: Path, design: str) -> None:
    written = begin(tmp_path / "mine", design)
    data, version = check_review(tmp_path / "mine", "built-in")
    assert data.evidence.studies.empty
    assert data.evidence.review.question == "Does 'it' work?"
    assert version.date == "2026-11-29"
    assert list(data.syntheses) == ["primary"]
    assert ("report/tables/absolute.yml" in written) == (design == "two-arms")
    kinds = {figure.kind for figure in load_displays(tmp_path / "mine").figures.values()}
    assert {"study-effects", "funnel", "flow", "risk-of-bias", "left-out"} <= kinds


def test_it_says_what_it_is_made_with_and_brings_the_format_of_its_pages(tmp_path: Path) -> None:
    written = begin(tmp_path / "mine", "two-arms")
    mine = tmp_path / "mine"
    assert {"noxfile.py", "tests/test_review.py", ".github/workflows/review.yml"} <= set(written)
    assert (mine / (mine / "package.txt").read_text().strip() / "pyproject.toml").is_file()
    option, lock = (mine / "requirements.txt").read_text().split()
    assert option == "-r"
    assert "--hash=sha256:" in (mine / lock).read_text(encoding="utf-8")
    compile((mine / "noxfile.py").read_text(), "noxfile.py", "exec")
    assert "/_extensions/" in (mine / ".gitignore").read_text().split()


@pytest.mark.parametrize("kept", [True, False])
def test_from_a_wheel_it_keeps_the_wheel_or_names_the_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    wheel, program = tmp_path / "name-1.0-py3-none-any.whl", tmp_path / "site-packages"
    if kept:
        wheel.write_bytes(b"a wheel")
    shutil.copytree(PROGRAM / "locks", program / "locks")
    origin = SimpleNamespace(
        version="1.0",
        read_text=lambda name: json.dumps({"url": wheel.as_uri(), "archive_info": {}}),
    )
    monkeypatch.setattr(new_review, "PROGRAM", program)
    monkeypatch.setattr(new_review, "distribution", lambda name: origin)
    begin(tmp_path / "mine", "two-arms")
    mine = tmp_path / "mine"
    assert (mine / "requirements.txt").read_bytes() == (PROGRAM / "locks/review.txt").read_bytes()
    named = (mine / "package.txt").read_text().strip()
    assert (mine / "wheels" / wheel.name).is_file() == kept
    digest = hashlib.sha256(b"a wheel").hexdigest()
    assert named == (
        f"wheels/{wheel.name} --hash=sha256:{digest}" if kept else "clinical-evidence-review==1.0"
    )


def test_it_offers_the_commands_that_the_program_speaks_of(root: Path, tmp_path: Path) -> None:
    begin(tmp_path / "mine", "two-arms")
    file = tmp_path / "mine" / "noxfile.py"
    assert file.read_text("utf-8") == (root / "examples/bcg/noxfile.py").read_text("utf-8")
    command = [sys.executable, "-m", "nox", "--list", "-f", str(file)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    offered = dict(re.findall(r"^[*-] (\S+) -> (.+)$", said, re.MULTILINE))
    spoken = {"board", "signoff", "verify", "release", "changes", "explain", "preview", "validate"}
    assert offered.keys() >= spoken
    names = offered.keys() - {"environment", "review", "tests"}
    for name in ("build", *names):
        assert main([name, "--help"]) == 0


def test_the_format_is_replaced_by_a_newer_one_and_never_a_review_s_own(tmp_path: Path) -> None:
    place = tmp_path / EXTENSION
    place_extension(tmp_path)
    page, mark = place / "html" / "page.html", place / MARK
    ours = page.read_text(encoding="utf-8")
    page.write_text("old", encoding="utf-8")
    mark.write_text("of an older program", encoding="utf-8")
    place_extension(tmp_path)
    assert page.read_text(encoding="utf-8") == ours
    page.write_text("my own", encoding="utf-8")
    mark.unlink()
    place_extension(tmp_path)
    assert page.read_text(encoding="utf-8") == "my own"


def test_where_nobody_can_be_asked_the_options_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["new-review", str(tmp_path / "mine")]) == 1
    said = capsys.readouterr().err
    assert "no terminal is here to ask at; give the answers as options" in said
    assert "--question" in said
    assert not (tmp_path / "mine").exists()


def test_its_files_speak_of_no_review_of_ours() -> None:
    for path in TEMPLATES.rglob("*"):
        if path.is_file():
            assert not OURS.search(path.read_text(encoding="utf-8")), path


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ReviewError, match="is not empty"):
        begin(tmp_path, "two-arms")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_synthesis_without_cohorts_is_named_once_there_is_a_study(tmp_path: Path) -> None:
    begin(tmp_path / "mine", "two-arms")
    studies = tmp_path / "mine" / "evidence" / "studies.csv"
    head = studies.read_text(encoding="utf-8").strip()
    cells = {"study_id": "one", "name": "One", "setting": "trial", "randomised": "yes",
             "applicability": "direct", "primary_citekey": "one1999"}  # fmt: skip
    row = ",".join(cells.get(name, "") for name in head.split(","))
    studies.write_text(f"{head}\n{row}\n", encoding="utf-8")
    with pytest.raises(ReviewError, match="syntheses primary: no cohort"):
        check_review(tmp_path / "mine", "built-in")
