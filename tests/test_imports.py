"""No file imports itself, by whatever way: imports within functions and for types count as well."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("schemas", "analysis", "publishing")


def modules_of(root: Path) -> dict[str, Path]:
    """Every module of the packages and its file; a package goes by its own name."""
    paths = [path for package in PACKAGES for path in (root / package).rglob("*.py")]
    names = (path.relative_to(root).with_suffix("").parts for path in paths)
    return {
        ".".join(name[:-1] if name[-1] == "__init__" else name): path
        for name, path in zip(names, paths, strict=True)
    }


def statements(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import statement."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        else:
            yield from statements(child)


def named(statement: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """What an import may mean: `from a import b` is the module `a.b`, or a name in `a`."""
    if isinstance(statement, ast.Import):
        yield from (alias.name for alias in statement.names)
        return
    assert statement.module, "imports name their package"
    yield statement.module
    yield from (f"{statement.module}.{alias.name}" for alias in statement.names)


def imports_of(module: str, text: str, known: Mapping[str, object]) -> set[str]:
    """The modules a module imports, with the packages that run on the way to them."""
    found: set[str] = set()
    begun = {module, *packages_of(module)}  # a package begins to run before what is in it
    for statement in statements(ast.parse(text)):
        names = [name for name in named(statement) if name in known]
        if isinstance(statement, ast.ImportFrom) and len(names) == 1 + len(statement.names):
            names = names[1:]  # only modules are asked of the package
        found.update(names)
        found |= {package for name in names for package in packages_of(name)} - begun
    return found & known.keys()


def packages_of(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def find_circle(graph: Mapping[str, set[str]]) -> list[str]:
    """The modules of one circle, or none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def test_no_name_of_a_file_stands_in_more_than_two_places() -> None:
    stems = Counter(path.stem for path in modules_of(ROOT).values())
    del stems["__init__"]
    assert {stem: n for stem, n in stems.items() if n > 2} == {}


def graph_of(root: Path) -> dict[str, set[str]]:
    known = modules_of(root)
    return {
        name: imports_of(name, path.read_text(encoding="utf-8"), known)
        for name, path in known.items()
    }


def test_no_files_import_each_other_in_a_circle() -> None:
    assert find_circle(graph_of(ROOT)) == []


@pytest.mark.parametrize(
    ("late", "circle"),
    [
        ("def ask():\n    from publishing.first import name\n", True),
        ("import publishing.first\n", True),
        ("from publishing import first\n", True),
        ("class Late:\n    def ask(self):\n        import publishing.first\n", True),
        ("if TYPE_CHECKING:\n    from publishing.first import name\n", True),
        ("from publishing.third import name\n", False),
    ],
)
def test_a_circle_is_found(tmp_path: Path, late: str, circle: bool) -> None:
    folder = tmp_path / "publishing"
    folder.mkdir()
    texts = {"__init__": "", "first": "from publishing.second import name\n", "second": late,
             "third": ""}  # fmt: skip
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    assert bool(find_circle(graph_of(tmp_path))) is circle


def test_what_draws_can_be_imported_first() -> None:
    """One of the files: that no file imports itself by way of others is asked of all above."""
    code = "import publishing.figures.kinds, publishing.documents.catalogue"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, env={**os.environ})


def printed_by(code: str) -> list[str]:
    """The words that code prints in an interpreter of its own."""
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return run.stdout.split()


def test_what_displays_share_does_not_bring_their_kinds() -> None:
    code = (
        "import sys, publishing.displays.specification, publishing.displays.lines\n"
        "print(*(name for name in sys.modules if name.startswith(('publishing.tables',"
        " 'publishing.figures', 'publishing.documents.catalogue'))))"
    )
    assert printed_by(code) == []


def test_a_verdict_that_is_kept_is_said_without_what_computes() -> None:
    code = (
        "import sys, publishing.cli.commands, publishing.checks.verdict\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'pandera', 'matplotlib', 'nbformat', 'yaml'}\n"
        "print(*(heavy & sys.modules.keys()))"
    )
    assert printed_by(code) == []
