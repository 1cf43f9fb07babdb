"""What a machine does to a build: odd paths, kills, two at once. `torture` does more of it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from publishing.lifecycle.checked import check_review
from publishing.render.staging import folder_prefix, own_scratch, staged
from schemas.problems import ReviewError
from tests.quick_build import quick_build
from tests.small_review import PROJECT

TIMES = int(os.environ.get("TORTURE", "2"))  # of each kind; the session `torture` sets more
PATHS = ("o'brien -- _a_ $x$ *b* [c] #d %e", "ö ü 漢", f"{'x' * 180}/{'y' * 60}")
BIND = 'mount --bind "{0}" "{0}" && mount -o remount,ro,bind "{0}"'
TMPFS = 'mount -t tmpfs -o size={1} tmpfs "{0}"'
needs_mounts = pytest.mark.skipif(
    not shutil.which("unshare")
    or subprocess.run(["unshare", "-m", "true"], check=False).returncode > 0,
    reason="needs the right to mount",
)
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")


def begin(review: Path, scratch: Path, **environment: str) -> subprocess.Popen[str]:
    """The command itself, with its temporary files where the test can see them."""
    scratch.mkdir(exist_ok=True)
    own = {"TMPDIR": str(scratch), "REVIEW_FONTS": "", "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen(
        [sys.executable, "-m", "publishing", "build", "--engine", "built-in"],
        cwd=review, env={**os.environ, **own, **environment}, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def leftovers(review: Path) -> list[str]:
    return [path.name for path in review.iterdir() if path.name.startswith((".", "..")) and
            "_site" in path.name]  # fmt: skip


def dead_process() -> int:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_the_next_build_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    dead = dead_process()
    left = [tmp_path / f"._site-{dead}-abc", tmp_path / f".._site-{dead}-abc-{dead}-def"]
    alive = tmp_path / f"{folder_prefix('._site')}abc"
    for folder in (*left, alive):
        (folder / "page").mkdir(parents=True)
    with staged(tmp_path / "_site") as stage:
        (stage / "index.html").write_text("new", encoding="utf-8")
    assert [folder.exists() for folder in (*left, alive)] == [False, False, True]


def test_temporary_folders_of_a_killed_build_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / f"review-build-{dead_process()}-abc"
    (left / "rvxyz").mkdir(parents=True)
    with own_scratch():
        assert not left.exists()
    assert not any(tmp_path.iterdir())


def test_a_list_that_repeats_itself_is_refused_at_once(review: Path) -> None:
    for name in ("evidence/review.yml", "report/figures/forest.yml"):
        path = review / name
        lists = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        lists += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]" for k in range(1, 10)]
        kept = path.read_text(encoding="utf-8")
        path.write_text("\n".join([*lists, kept]), encoding="utf-8")
        started = time.monotonic()
        with pytest.raises(ReviewError, match=r"aliases"):
            check_review(review)
        assert time.monotonic() - started < 20
        path.write_text(kept, encoding="utf-8")


def test_a_cell_of_a_whole_page_is_named_as_too_long(review: Path) -> None:
    path = review / "evidence" / "outcomes.csv"
    head, first, rest = path.read_text(encoding="utf-8").split("\n", 2)
    path.write_text("\n".join([head, first + "x" * 140_000, rest]), encoding="utf-8")
    with pytest.raises(ReviewError, match=r"row 2 .* is 140,\d+ letters long"):
        check_review(review)


@pytest.mark.slow
@pytest.mark.parametrize("name", PATHS[:TIMES])
def test_any_path_will_do(small: Path, tmp_path: Path, name: str) -> None:
    review = shutil.copytree(small, tmp_path / name / "review")
    assert len(quick_build(review).pages) == 7


@pytest.mark.slow
@needs_posix
def test_a_path_of_another_alphabet_without_a_locale(small: Path, tmp_path: Path) -> None:
    review = shutil.copytree(small, tmp_path / "ö" / "review")
    _, told = (build := begin(review, tmp_path / "t", LC_ALL="C", LANG="C")).communicate()
    assert build.returncode == 0, told


@pytest.mark.slow
def test_windows_newlines_change_nothing(review: Path) -> None:
    for path in (*review.glob("*.*"), *review.glob("report/**/*.*"), *review.glob("evidence/*")):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(quick_build(review).pages) == 7


@pytest.mark.slow
@needs_posix
def test_a_killed_build_loses_nothing(review: Path, tmp_path: Path) -> None:
    quick_build(review)
    before, scratch, dice = contents(review / "_site"), tmp_path / "t", random.Random(14)
    for _ in range(TIMES):
        build = begin(review, scratch)
        try:
            build.wait(dice.uniform(0.5, 25))
        except subprocess.TimeoutExpired:
            os.killpg(build.pid, signal.SIGKILL)
        build.communicate()
        assert contents(review / "_site") == before
    last = begin(review, scratch)
    _, told = last.communicate()
    assert last.returncode == 0, told
    assert contents(review / "_site").keys() == before.keys()
    assert leftovers(review) == []
    assert [path.name for path in scratch.iterdir() if path.name.startswith("review-")] == []


@pytest.mark.slow
@needs_posix
def test_two_builds_at_once_leave_a_whole_site(review: Path, tmp_path: Path) -> None:
    builds = [begin(review, tmp_path / name) for name in ("t", "u")]
    told = [build.communicate()[1] for build in builds]
    assert any(build.returncode == 0 for build in builds), told
    assert all(text.count("Traceback") == 0 for text in told)
    assert (review / "_site" / "manifest.json").is_file()
    assert leftovers(review) == []


@pytest.mark.slow
@needs_posix
@pytest.mark.parametrize("size", [20_000, 60_000][:TIMES])
def test_a_full_disk_is_one_message(review: Path, tmp_path: Path, size: int) -> None:
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); "
        "from publishing.cli.commands import main; sys.exit(main(['build', '--format', 'html']))"
    )
    quick_build(review, formats=("html",))
    before = contents(review / "_site")
    done = subprocess.run(
        [sys.executable, "-c", limited], cwd=review, capture_output=True, text=True, check=False,
        env={**os.environ, "REVIEW_FONTS": "", "PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert contents(review / "_site") == before
    assert leftovers(review) == []


FULL = "out/site could not be written: No space left"
MOUNTS = {  # how a folder is mounted, which, and what the message says
    "no room for the site": (TMPFS.format("out", "200k"), FULL),
    "no room for what is kept": (TMPFS.format("_build", "20k"), "No space left"),
    "no room for temporary files": (TMPFS.format("../t", "16k"), FULL),
    "a folder nobody may write": (BIND.format("out"), "cannot write beside"),
    "a review nobody may write": (f"{BIND.format('$PWD')} && cd $PWD", "Read-only file system"),
}


@pytest.mark.slow
@needs_mounts
@pytest.mark.parametrize("fault", list(MOUNTS)[: 1 + 2 * TIMES])
def test_a_folder_that_takes_nothing_is_one_message(review: Path, fault: str) -> None:
    mount, told = MOUNTS[fault]
    for folder in ("out", "_build", "../t"):
        (review / folder).mkdir()
    before = contents(review)
    done = run_where(review, mount, "build", "--format", "html", "--output", "out/site")
    assert done.returncode == 1, done.stdout
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    kept = {name: held for name, held in contents(review).items() if not name.startswith("_build")}
    assert {name: kept.get(name) for name in before} == before
    assert not any((review / "out").iterdir())


@pytest.mark.slow
@needs_mounts
def test_a_review_nobody_may_write_is_validated(review: Path) -> None:
    (review.parent / "t").mkdir()
    done = run_where(review, f"{BIND.format('$PWD')} && cd $PWD", "validate")
    assert (done.returncode, done.stdout[:19]) == (0, "The review is valid"), done.stderr


def run_where(review: Path, mount: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A verb where something is mounted that nobody else sees."""
    script = f'{mount} && exec "$0" -m publishing "$@"'
    own = {"TMPDIR": str(review.parent / "t"), "REVIEW_FONTS": "", "PYTHONPATH": str(PROJECT)}
    return subprocess.run(
        ["unshare", "-m", "sh", "-c", script, sys.executable, *words],
        cwd=review, env={**os.environ, **own}, capture_output=True, text=True, check=False,
    )  # fmt: skip
