"""The published folder: versions stay as they are, `latest` moves, versions.js lists them."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from publishing.lifecycle.publication import check_folder, check_published, publish
from publishing.site.manifest import MARK, compare_with_manifest, manifest_of, write_manifest
from publishing.site.version import Version, write_version
from publishing.site.versions import load_versions
from schemas.problems import ReviewError

FIRST = Version(
    version="1.0.0", date="2026-01-01", evidence_to="2025-12-31", status="Submitted", reason="",
    remarks=(), moved=(), content_hash="a" * 64, snapshot_hash="b" * 64, build_hash="c" * 64,
    engine="built-in",
)  # fmt: skip


def make_site(folder: Path, version: Version = FIRST, text: str = "first") -> Path:
    """A finished site; it is released, unless this version was."""
    (folder / "report").mkdir(parents=True)
    for page in ("index.html", "report/safety.html"):
        (folder / page).write_text(f"<p>{text} {version.version}</p>", encoding="utf-8")
    (folder / "review.pdf").write_bytes(b"%PDF " + text.encode())
    write_version(folder, version)
    write_manifest(folder)
    release(folder.parent, folder, version.version)
    return folder


def release(root: Path, site: Path, version: str) -> None:
    """What `nox -s release` writes of a site, as far as publishing reads it."""
    folder = root / "releases" / version
    if folder.exists():
        return
    folder.mkdir(parents=True)
    files = {name: {"sha256": digest} for name, digest in manifest_of(site).items()}
    for name, body in (("release.json", {"version": version}), ("manifest.json", {"files": files})):
        (folder / name).write_text(json.dumps(body), encoding="utf-8")


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A folder with versions 1.0.0 and 1.1.0."""
    folder = tmp_path / "published"
    publish(make_site(tmp_path / "one"), folder, tmp_path)
    second = make_site(tmp_path / "two", replace(FIRST, version="1.1.0"), "second")
    publish(second, folder, tmp_path)
    return folder


def refusal(site: Path, folder: Path) -> str:
    before = manifest_of(folder)
    with pytest.raises(ReviewError) as caught:
        publish(site, folder, site.parent)
    assert manifest_of(folder) == before
    return str(caught.value)


def test_an_old_version_keeps_every_byte(published: Path, tmp_path: Path) -> None:
    assert manifest_of(published / "v" / "1.0.0") == manifest_of(tmp_path / "one")
    assert manifest_of(published / "v" / "1.1.0") == manifest_of(tmp_path / "two")


def test_versions_js_lists_the_newest_first(published: Path) -> None:
    text = (published / "v" / "versions.js").read_text(encoding="utf-8")
    assert text.startswith("window.reviewVersions = {")
    versions = load_versions(published / "v")
    assert list(versions) == ["1.1.0", "1.0.0"]
    assert versions["1.0.0"].pages == ("index.html", "report/safety.html")


def test_latest_leads_to_the_newest_and_holds_its_pdf(published: Path) -> None:
    latest = published / "latest"
    page = (latest / "report" / "safety.html").read_text(encoding="utf-8")
    target = "../../v/1.1.0/report/safety.html"
    assert f'href="{target}"' in page
    assert (latest / "report" / target).resolve().is_file()
    assert (latest / "review.pdf").read_bytes() == b"%PDF second"
    assert 'url=latest/index.html"' in (published / "index.html").read_text(encoding="utf-8")


def test_pages_that_lead_on_run_no_script_of_their_own(published: Path) -> None:
    pages = [published / "index.html", *(published / "latest").rglob("*.html")]
    assert len(pages) == 3
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "Content-Security-Policy\" content=\"default-src 'none'; script-src 'self'\"" in text
        (script,) = re.findall(r'<script src="([^"]+)"></script>', text)
        assert (page.parent / script).is_file()
        assert "<script>" not in text


def test_an_older_version_published_late_does_not_become_latest(
    published: Path, tmp_path: Path
) -> None:
    old = make_site(tmp_path / "old", replace(FIRST, version="0.9.0"))
    done = publish(old, published, tmp_path)
    assert done.newest == "1.1.0"
    assert done.versions == ("0.9.0", "1.0.0", "1.1.0")
    assert "v/1.1.0/" in (published / "latest" / "index.html").read_text(encoding="utf-8")


def test_publishing_the_same_again_changes_nothing(published: Path, tmp_path: Path) -> None:
    before = manifest_of(published)
    assert not publish(tmp_path / "two", published, tmp_path).added
    assert manifest_of(published) == before


def test_the_same_version_with_other_bytes_is_refused(published: Path, tmp_path: Path) -> None:
    said = refusal(make_site(tmp_path / "other", FIRST, "other"), published)
    assert "other/index.html" in said
    assert "differs from what was released" in said


def test_a_page_altered_with_its_manifest_is_refused(published: Path, tmp_path: Path) -> None:
    """Here and in the published folder: the release says what the page was."""
    site = tmp_path / "one"
    for folder in (site, published / "v" / "1.0.0"):
        (folder / "index.html").write_text("<p>98% were cured</p>", encoding="utf-8")
        write_manifest(folder)
    for checked in (lambda: publish(site, published, tmp_path),
                    lambda: check_published(published, tmp_path)):  # fmt: skip
        with pytest.raises(ReviewError, match="differs from what was released"):
            checked()


def test_a_version_is_published_whole(tmp_path: Path) -> None:
    site = make_site(tmp_path / "one")
    (site / "report" / "safety.html").unlink()
    write_manifest(site)
    with pytest.raises(ReviewError, match=r"lacks report/safety\.html.*\n.*all 4 files") as caught:
        publish(site, tmp_path / "published", tmp_path)
    assert "a version is published whole" in str(caught.value)
    (site / "report" / "safety.html").write_text("<p>first 1.0.0</p>", encoding="utf-8")
    (site / "added.html").write_text("<p>more</p>", encoding="utf-8")
    write_manifest(site)
    with pytest.raises(ReviewError, match="is no part of the release"):
        publish(site, tmp_path / "published", tmp_path)
    assert not (tmp_path / "published").exists()


def test_a_version_that_was_not_released_is_not_published(tmp_path: Path) -> None:
    site = make_site(tmp_path / "one")
    shutil.rmtree(tmp_path / "releases")
    with pytest.raises(ReviewError, match=r"is version 1\.0\.0, which releases/ does not have"):
        publish(site, tmp_path / "published", tmp_path)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("v/1.0.0/report/safety.html", "was altered"),
        ("v/1.0.0/status.json", "was altered"),
        ("v/1.0.0/manifest.json", "is not the manifest that was published"),
        ("v/1.0.0/added.html", "is no part of what was built"),
    ],
)
def test_an_altered_version_stops_the_next(
    published: Path, tmp_path: Path, file: str, said: str
) -> None:
    path = published / file
    path.write_bytes((path.read_bytes() if path.exists() else b"") + b" ")
    new = make_site(tmp_path / "three", replace(FIRST, version="1.2.0"))
    assert said in refusal(new, published)


def test_a_version_that_was_taken_away_stops_the_next(published: Path, tmp_path: Path) -> None:
    (published / "v" / "1.0.0").rename(tmp_path / "gone")
    new = make_site(tmp_path / "three", replace(FIRST, version="1.2.0"))
    assert "is listed in versions.js and missing" in refusal(new, published)


def test_an_altered_site_is_not_published(tmp_path: Path) -> None:
    site = make_site(tmp_path / "one")
    (site / "review.pdf").write_bytes(b"%PDF f1rst")
    with pytest.raises(ReviewError, match=r"one/review\.pdf.*\n.*was altered"):
        publish(site, tmp_path / "published", tmp_path)
    assert not (tmp_path / "published").exists()


@pytest.mark.parametrize("name", ["letter.txt", ".bashrc", ".ssh/id"])
def test_a_foreign_folder_is_refused(tmp_path: Path, name: str) -> None:
    held = tmp_path / "home" / name
    held.parent.mkdir(parents=True)
    held.write_text("dear", encoding="utf-8")
    said = refusal(make_site(tmp_path / "one"), tmp_path / "home")
    assert f"holds {name.partition('/')[0]} and no published version" in said


def test_a_repository_that_was_just_begun_is_published_into(tmp_path: Path) -> None:
    (tmp_path / "pages" / ".git").mkdir(parents=True)
    assert publish(make_site(tmp_path / "one"), tmp_path / "pages", tmp_path).added


def test_a_missing_file_shows(tmp_path: Path) -> None:
    site = make_site(tmp_path / "one")
    assert compare_with_manifest(site, "one") == []
    (site / "index.html").unlink()
    (problem,) = compare_with_manifest(site, "one")
    assert (problem.file, problem.what[:10]) == ("one/index.html", "is missing")


def test_the_mark_of_a_build_is_in_no_manifest_and_is_never_published(tmp_path: Path) -> None:
    site, folder = make_site(tmp_path / "one"), tmp_path / "published"
    (site / MARK).write_text("", encoding="utf-8")
    assert MARK not in manifest_of(site)
    publish(site, folder, tmp_path)
    assert not list(folder.rglob(MARK))
    assert not publish(site, folder, tmp_path).added


# What a visitor may be led astray by, beside the pages of a version.
AROUND: dict[str, Callable[[Path], object]] = {
    "a page of latest": lambda folder: _write(folder / "latest" / "index.html"),
    "the PDF of latest": lambda folder: _write(folder / "latest" / "review.pdf"),
    "a page more in latest": lambda folder: _write(folder / "latest" / "more.html"),
    "the first page": lambda folder: _write(folder / "index.html"),
    "the first page gone": lambda folder: (folder / "index.html").unlink(),
    "a page between the versions": lambda folder: _write(folder / "v" / "more.html"),
    "a hidden version": lambda folder: shutil.copytree(
        folder / "v" / "1.0.0", folder / "v" / ".1.0.0"),
    "the list gone": lambda folder: (folder / "v" / "versions.js").unlink(),
    "a status in the list": lambda folder: _alter(
        folder / "v" / "versions.js", "Submitted", "Approved"),
    "a hash in the list": lambda folder: _alter(folder / "v" / "versions.js", "a" * 64, "b" * 64),
}  # fmt: skip


def _write(path: Path) -> None:
    path.write_text("elsewhere", encoding="utf-8")


def _alter(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("change", AROUND)
def test_what_leads_to_the_versions_is_as_it_was_written(
    published: Path, tmp_path: Path, change: str
) -> None:
    assert list(check_folder(published, tmp_path)) == ["1.0.0", "1.1.0"]
    AROUND[change](published)
    with pytest.raises(ReviewError):
        check_folder(published, tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_in_a_published_version_is_refused(published: Path, tmp_path: Path) -> None:
    page = published / "v" / "1.0.0" / "index.html"
    page.rename(tmp_path / "elsewhere.html")
    page.symlink_to(tmp_path / "elsewhere.html")
    with pytest.raises(ReviewError, match=r"v/1\.0\.0/index\.html[\s\S]*is a link"):
        check_published(published, tmp_path)
