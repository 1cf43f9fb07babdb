"""What the tests share: the project's own evidence, and copies of it to break."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pandas as pd
import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

import schemas.reading_evidence
from publishing.site.ask.engine import Engine
from schemas.bibliography import FILE as BIBLIOGRAPHY
from schemas.bibliography import Bibliography
from schemas.evidence import Evidence
from schemas.problems import Problem
from schemas.reading_evidence import load_evidence
from schemas.tables import Table, TableAsRead
from tests.project_copy import ProjectCopy
from tests.small_review import small_review
from tests.whole_copy import finished_copy

ROOT = Path(__file__).parents[1]
os.environ["REVIEW_FONTS"] = ""  # no font of the machine, whatever it has
os.environ.pop("CI", None)  # there a build keeps nothing: what is kept is tried everywhere alike
settings.register_profile("own", deadline=None)  # a busy machine is no fault of an example
settings.load_profile("own")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--site", help="browser tests: a finished site to read instead of building")


LONGEST = (
    "test_whole_review.py", "test_steps.py", "test_writer_trials.py", "test_faults.py",
    "test_living_year.py", "test_preview.py", "test_promise.py", "test_promise_fuzz.py",
    "test_tutorial.py",
)  # fmt: skip
"""Files that take longest, in this order: they begin, so that no process ends with one alone."""


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Side by side, tests of a file stay together, or those of each half where it has two.

    So do all files that read the build, where it must be made first: once, by one process.
    """

    built = frozenset(path.name for path in (ROOT / "tests").glob("test_*.py")
                      if "finished: Path" in path.read_text(encoding="utf-8"))  # fmt: skip
    is_made = (ROOT / "_site").is_dir()

    def _split_scope(self, nodeid: str) -> str:
        name = Path(nodeid.split("::", maxsplit=1)[0]).name
        half = re.search(r"\bhalf\d", nodeid)
        name += half[0] if half else ""
        return "finished" if name in self.built and not self.is_made else name


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first, with those that read the build where it must be made."""

    def place(item: pytest.Item) -> tuple[bool, int]:
        name = item.path.name
        waits = not ByFile.is_made and name in ByFile.built
        return not waits, LONGEST.index(name) if name in LONGEST else len(LONGEST)

    items.sort(key=place)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    """How tests are shared out to processes."""
    return ByFile(config, log)


_readings: dict[tuple[str, tuple[str, ...], bytes, bytes], TableAsRead] = {}
_read_table = schemas.reading_evidence.read_table


def _remembered(root: Path, table: Table, corrections: pd.DataFrame) -> TableAsRead:
    """Read a table once for each content of its file: tests change one table of many."""
    path = root / table.file
    if not path.is_file():
        return _read_table(root, table, corrections)
    corrected = corrections[corrections["table"].eq(table.name).fillna(False)].to_json().encode()
    own = tuple(f"{name} {column.dtype} {column.checks}" for name, column in table.own.items())
    key = (table.name, own, path.read_bytes(), corrected)
    if key not in _readings:
        _readings[key] = _read_table(root, table, corrections)
    return _readings[key]


_bibliographies: dict[bytes, tuple[Bibliography | None, list[Problem]]] = {}
_read_bibliography = schemas.reading_evidence.read_bibliography


def _remembered_bibliography(root: Path) -> tuple[Bibliography | None, list[Problem]]:
    """The same of the bibliography."""
    path = root / BIBLIOGRAPHY
    if not path.is_file():
        return _read_bibliography(root)
    content = path.read_bytes()
    if content not in _bibliographies:
        _bibliographies[content] = _read_bibliography(root)
    entries, problems = _bibliographies[content]
    return entries and {key: dict(fields) for key, fields in entries.items()}, list(problems)


@pytest.fixture(scope="session", autouse=True)
def _remember_files() -> Iterator[None]:
    own = {"read_table": _remembered, "read_bibliography": _remembered_bibliography}
    with patch.multiple(schemas.reading_evidence, **own):
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The project itself; read it, never write to it."""
    return ROOT


@pytest.fixture(scope="session")
def evidence(root: Path) -> Evidence:
    """The project's evidence, validated."""
    return load_evidence(root)


@pytest.fixture
def copy(tmp_path: Path) -> ProjectCopy:
    """A copy of the project's evidence that a test may break."""
    return ProjectCopy(ROOT, tmp_path)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small review, which builds in seconds; never write to it."""
    return small_review(tmp_path_factory.mktemp("small") / "review", engine=True)


@pytest.fixture
def review(small: Path, tmp_path: Path) -> Path:
    """A copy of the small review that a test may break or build."""
    return shutil.copytree(small, tmp_path / "review")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project in a copy, with everything a reader gets; never write to it."""
    return finished_copy(tmp_path_factory.mktemp("finished") / "project")


@pytest.fixture(scope="module")
def engine(finished: Path) -> Iterator[Engine]:
    """What answers questions from the finished review."""
    with closing(Engine(finished, finished / "_site")) as made:
        yield made
