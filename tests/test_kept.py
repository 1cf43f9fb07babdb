"""What is kept under _build/ is used only as it was written; bundled fonts are there or named."""

from __future__ import annotations

import hashlib
import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.kept import read_kept
from analysis.ledger import is_sealed
from analysis.recalled import Earlier
from analysis.review_data import (
    Computed,
    ReviewData,
    _place,
    _unpickled,
    keep_data,
    load_review_data,
)
from publishing.checks.verdict import keep_verdict, read_verdict, verdict_path
from publishing.cli.commands import main
from publishing.manuscript.extension import place_extension
from publishing.render.fonts import FACES, check_fonts
from schemas.problems import ReviewError


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


def kept(path: Path) -> ReviewData | None:
    found = read_kept(path, _unpickled)
    return found and found.data(path.parent)


def test_what_was_kept_is_found(data: ReviewData, tmp_path: Path) -> None:
    path = tmp_path / "review-data-1.pickle"
    assert kept(path) is None
    keep_data(path, data, Earlier())
    found = kept(path)
    assert found is not None
    assert found.ledger.to_json() == data.ledger.to_json()


def test_who_waits_for_analyses_may_ask_for_them(data: ReviewData) -> None:
    """What was kept of results is hashed, and for that the syntheses are read."""
    seen: list[object] = []
    computed = Computed(lambda: data.analyses)
    computed.when_analysed(lambda found: seen.append(found is computed.analyses()))
    assert seen == []
    assert computed.analyses() is data.analyses
    computed.when_analysed(seen.append)
    assert seen == [True, data.analyses]


def sealed(payload: bytes) -> bytes:
    return hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload


@pytest.mark.parametrize(
    "written",
    [b"", b"nothing of ours", pickle.dumps("no digest"), sealed(b"no pickle"),
     sealed(pickle.dumps("no review data"))],
)  # fmt: skip
def test_a_damaged_cache_is_a_miss_and_is_named(
    written: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "review-data-1.pickle"
    path.write_bytes(written)
    assert kept(path) is None
    assert "review-data-1.pickle was damaged or altered; computed anew" in capsys.readouterr().err


@pytest.mark.parametrize("place", [0, 70, -1])
def test_an_altered_byte_of_the_cache_is_a_miss(
    data: ReviewData, tmp_path: Path, place: int
) -> None:
    path = tmp_path / "review-data-1.pickle"
    keep_data(path, data, Earlier())
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(bytes(data))
    assert kept(path) is None
    path.write_bytes(bytes(data[:-100]))
    assert kept(path) is None


def test_a_record_that_is_not_what_its_hash_says_is_a_miss(
    data: ReviewData, tmp_path: Path
) -> None:
    assert all(map(is_sealed, data.ledger.records.values()))
    name, record = next(iter(data.ledger.records.items()))
    altered = replace(record, note=record.note + " altered")
    assert not is_sealed(altered)
    ledger = replace(data.ledger, records={**data.ledger.records, name: altered})
    path = tmp_path / "review-data-1.pickle"
    keep_data(path, replace(data, ledger=ledger), Earlier())
    assert kept(path) is None


def test_the_cache_is_named_by_inputs_locks_and_interpreter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("evidence/arms.csv", "report/claims.csv", "analysis/due.py", "locks/review.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("as it was", encoding="utf-8")
    names = {_place(tmp_path).name}
    for name in ("evidence/arms.csv", "report/claims.csv", "analysis/due.py", "locks/review.txt"):
        (tmp_path / name).write_text("changed", encoding="utf-8")
        names.add(_place(tmp_path).name)
    monkeypatch.setattr("sys.version", "another interpreter")
    names.add(_place(tmp_path).name)
    assert len(names) == 6


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("_quarto.yml", "evidence/arms.csv", "report/a.qmd", "_build/html/a.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was", encoding="utf-8")
    shutil.copytree(Path(__file__).parents[1] / "governance", tmp_path / "governance")
    return tmp_path


def test_a_verdict_is_said_again_until_a_file_changes(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place_extension(project)  # as every verb does, before it asks for a verdict
    keep_verdict(verdict_path(project), "The review is valid: as it was.")
    (project / "_build" / "html" / "a.html").write_text("built again", encoding="utf-8")
    monkeypatch.chdir(project)
    assert main(["validate"]) == 0
    assert "The review is valid: as it was." in capsys.readouterr().out
    for name in ("evidence/arms.csv", "evidence/new.csv", "report/a.qmd", "_quarto.yml"):
        path = project / name
        before = path.read_text(encoding="utf-8") if path.exists() else None
        path.write_text("changed", encoding="utf-8")
        assert read_verdict(verdict_path(project)) is None
        path.write_text(before, encoding="utf-8") if before else path.unlink()
    assert read_verdict(verdict_path(project))
    (project / "report" / "a.qmd").rename(project / "report" / "b.qmd")
    assert main(["validate"]) == 1


def test_an_altered_verdict_is_no_verdict(project: Path) -> None:
    path = verdict_path(project)
    keep_verdict(path, "The review is valid.")
    path.write_bytes(path.read_bytes().replace(b"valid", b"wrong"))
    assert read_verdict(path) is None


@pytest.mark.parametrize("place", ["fonts", "css/fonts"])
def test_a_font_that_is_missing_or_damaged_is_named(root: Path, tmp_path: Path, place: str) -> None:
    extension = tmp_path / "_extensions" / "review"
    for name in ("fonts", "css/fonts"):
        shutil.copytree(root / "_extensions" / "review" / name, extension / name)
    check_fonts(extension)
    missing, damaged = sorted((extension / place).glob("Review*"))[:2]
    missing.unlink()
    damaged.write_bytes(b"")
    with pytest.raises(ReviewError) as caught:
        check_fonts(extension)
    said = str(caught.value)
    assert f"_extensions/review/{place}/{missing.name}" in said
    assert "is missing" in said
    assert damaged.name in said
    assert "is damaged" in said


def test_every_bundled_font_is_checked(root: Path) -> None:
    for name in ("fonts", "css/fonts"):
        found = {path.stem for path in (root / "_extensions" / "review" / name).glob("Review*")}
        assert found == set(FACES)
