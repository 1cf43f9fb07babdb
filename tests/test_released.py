"""A release is written once: whatever edits it later, alone or with its own hashes, is named."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from analysis.board import Member
from publishing.history.released import (
    find_alterations,
    is_sealed_record,
    missing_releases,
    released_versions,
)
from publishing.history.releases import load_release
from publishing.history.signatures import describe_tags
from publishing.lifecycle.release import build_in_process
from publishing.lifecycle.verification import verify_releases, verify_site
from publishing.site.manifest import write_manifest
from publishing.site.version import version_of, write_version
from schemas.problems import ReviewError
from tests.board import BOARD, make_key, member, needs_ssh
from tests.board_project import BoardProject, git

ROOT = Path(__file__).parents[1]
KEYLESS = {person.member_id: (Path(), "") for person in BOARD}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The releases of the review, the newest with hashes of its own and of those before it."""
    shutil.copytree(ROOT / "releases", tmp_path / "releases")
    return tmp_path


def finished_site(project: BoardProject) -> Path:
    """A site of one page, released as it is."""
    site, version = project.root / "_site", version_of(project.data())
    site.mkdir()
    (site / "index.html").write_text("<p>80% responded</p>", encoding="utf-8")
    write_version(site, version)
    files = {name: {"sha256": digest} for name, digest in write_manifest(site).items()}
    folder = project.root / "releases" / version.version
    folder.mkdir(parents=True)
    for name, body in (("release.json", asdict(version)), ("manifest.json", {"files": files})):
        (folder / name).write_text(json.dumps(body), encoding="utf-8")
    return site


def test_a_page_altered_with_its_manifest_does_not_pass_verify(tmp_path: Path) -> None:
    project = BoardProject(tmp_path / "project", KEYLESS)
    site = finished_site(project)
    assert verify_site(project.data(), site)[-1] == "_site: each file is that of releases/1.0.0/"
    (site / "index.html").write_text("<p>98% responded</p>", encoding="utf-8")
    write_manifest(site)
    with pytest.raises(ReviewError, match=r"_site/index\.html.*\n.*differs from what was released"):
        verify_site(project.data(), site)


def test_a_site_that_is_no_release_is_said_to_be_none(tmp_path: Path) -> None:
    project = BoardProject(tmp_path / "project", KEYLESS)
    site = finished_site(project)
    project.write("index.qmd", "# Another summary\n")
    write_version(site, version_of(project.data()))
    write_manifest(site)
    assert "this build is no release" in verify_site(project.data(), site)[-1]


def rewrite(path: Path, change: Callable[[Any], None]) -> None:
    body = json.loads(path.read_text(encoding="utf-8"))
    change(body)
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


def named(root: Path, version: str) -> str:
    return "\n".join(str(problem) for problem in find_alterations(root, version))


def test_the_releases_of_the_review_are_as_they_were_written() -> None:
    for version in released_versions(ROOT):
        assert find_alterations(ROOT, version) == []
        ledger = json.loads((ROOT / "releases" / version / "ledger.json").read_text("utf-8"))
        assert all(map(is_sealed_record, ledger["records"]))


def test_an_edited_ledger_of_an_old_release_is_named_with_its_claims(project: Path) -> None:
    """It would have printed a change that never was."""

    def edit(body: Any) -> None:
        next(item for item in body["records"] if item["id"] == "orr.ide")["value"] = 12.5

    rewrite(project / "releases" / "1.1.0" / "ledger.json", edit)
    said = named(project, "1.1.0")
    assert said.startswith("releases/1.1.0/ledger.json: was altered (orr.ide)")
    with pytest.raises(ReviewError, match="was altered"):
        load_release(project, "1.1.0")
    with pytest.raises(ReviewError, match="was altered"):
        verify_releases(project)


def test_a_release_that_disappears_is_missed(project: Path) -> None:
    git(project, "init", "-q")
    git(project, "add", "releases")
    git(project, "commit", "-q", "-m", "releases")
    (project / "governance").mkdir()
    (project / "governance" / "board.csv").write_bytes((ROOT / "governance/board.csv").read_bytes())
    assert "each as it was written" in verify_releases(project)[0]
    shutil.move(project / "releases", project.with_name(f"{project.name}-elsewhere"))
    said = r"releases/.*\n.*1\.1\.0, which commit \w+ recorded, is gone(.*\n)+"
    with pytest.raises(ReviewError, match=said + r".*git checkout \w+ -- releases/1\.1\.0"):
        verify_releases(project)
    git(project, "commit", "-q", "-a", "-m", "removed")  # a commit that removes it hides nothing
    with pytest.raises(ReviewError, match=said):
        verify_releases(project)


def test_a_release_that_a_later_one_remembers_is_missed_without_a_history(project: Path) -> None:
    (kept,) = (name for name in released_versions(project)[-1:])
    (first, *_) = json.loads((project / "releases" / kept / "release.json").read_text("utf-8"))[
        "earlier"
    ]
    shutil.rmtree(project / "releases" / first)
    said = "\n".join(map(str, missing_releases(project)))
    assert f"{first}, which releases/{kept}/release.json remembers, is gone" in said


@pytest.mark.parametrize("name", ["changes.json", "ledger.json"])
def test_a_file_taken_out_of_a_release_is_missed(project: Path, name: str) -> None:
    (project / "releases" / "1.0.0" / name).unlink()
    assert f"releases/1.0.0/{name}: is missing" in named(project, "1.0.0")


def test_a_later_release_remembers_the_earlier_ones(project: Path) -> None:
    from publishing.history.released import digests_of

    earlier = digests_of(project)
    del earlier["1.1.1"]
    rewrite(project / "releases" / "1.1.1" / "release.json",
            lambda body: body.update(earlier=earlier))  # fmt: skip
    assert named(project, "1.0.0") == named(project, "1.1.0") == ""
    rewrite(project / "releases" / "1.0.0" / "content.json", lambda body: body["prose"].clear())
    said = "is not the release that releases/1.1.1/release.json remembers"
    assert said in named(project, "1.0.0")
    assert named(project, "1.1.0") == ""


def test_a_release_edited_with_all_its_hashes_differs_from_the_commit(project: Path) -> None:
    git(project, "init", "-q")
    for version in ("1.0.0", "1.1.0", "1.1.1"):
        git(project, "add", f"releases/{version}")
        git(project, "commit", "-q", "-m", version)
    for version in ("1.0.0", "1.1.1"):
        assert named(project, version) == ""
        rewrite(project / "releases" / version / "content.json", lambda body: body["rows"].clear())
        assert f"releases/{version}/content.json: differs from" in named(project, version)
    git(project, "commit", "-q", "-a", "-m", "edited")
    assert "releases/1.0.0/content.json: differs from" in named(project, "1.0.0")


@needs_ssh
def test_a_tag_holds_its_release_and_what_it_says(project: Path, tmp_path: Path) -> None:
    key, public = make_key(tmp_path / "keys", "ada")
    board: dict[str, Member] = {"ada": member("ada", ssh_public_key=public)}
    git(project, "init", "-q")
    git(project, "add", "releases")
    git(project, "commit", "-q", "-m", "releases")
    text = str(project / "releases" / "1.1.1" / "tag.txt")
    git(project, "-c", "gpg.format=ssh", "-c", f"user.signingkey={key}",
        "tag", "-s", "-F", text, "v1.1.1")  # fmt: skip
    git(project, "tag", "-a", "-m", "something else", "v1.1.0")
    (older, wrong), (newer, right) = describe_tags(project, board)
    assert older.startswith("tag v1.1.0")
    assert "not signed" in older
    assert wrong is not None
    assert "is not what the tag v1.1.0 says" in str(wrong)
    assert newer.endswith("signed by a key of the board")
    assert right is None
    assert "neither the board nor this user" in list(describe_tags(project, {}))[1][0]
    rewrite(project / "releases" / "1.1.1" / "content.json", lambda body: body["rows"].clear())
    git(project, "commit", "-q", "-a", "-m", "edited")
    assert "releases/1.1.1/content.json: differs from v1.1.1" in named(project, "1.1.1")


def test_a_build_of_a_release_uses_nothing_that_another_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    build_in_process(tmp_path)(tmp_path / "site")
    assert [command[3:5] for command in commands] == [["build", "--clean"]]
