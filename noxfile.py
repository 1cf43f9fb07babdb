"""What can be done with this project; `nox -l` prints this table of contents.

Sessions share a few environments under `.nox/` (review, ask, tests, lint, bench, supply), made
from the hash-locked lists in `locks/` and remade only when a list changes. Once they exist, no
session needs the network, except `lock`, `audit` and `sources`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import nox
from nox.command import CommandFailed

ROOT = Path(__file__).parent
nox.options.default_venv_backend = "none"
nox.options.error_on_external_run = False
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # else each of two processes would take every core
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each of many processes would compile all anew


def environment(session: nox.Session, name: str) -> str:
    """Return the Python of the environment `name`, making it when its lock has changed."""
    if sys.version_info < (3, 11):  # noqa: UP036 - nox itself may run on an older Python
        session.error(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}")
    folder = ROOT / ".nox" / name
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    lock = ROOT / "locks" / f"{name}.txt"
    state = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    stamp = folder / "lock.sha256"
    if python.exists() and stamp.exists() and stamp.read_text() == state:
        return str(python)
    session.log(f"Making the environment '{name}' (once; seconds with uv, else some minutes)")
    if not made_by_uv(session, folder, python, lock):
        session.run(sys.executable, "-m", "venv", "--clear", str(folder), silent=True)
        pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
        session.run(str(python), *pip, *listed(lock))
    stamp.write_text(state)
    return str(python)


def listed(lock: Path) -> list[str]:
    """What an installer is told of a list: these files, by hash, and nothing that is built here."""
    return ["--require-hashes", "--only-binary", ":all:", "-r", str(lock)]


def made_by_uv(session: nox.Session, folder: Path, python: Path, lock: Path) -> bool:
    """Make the environment with the uv beside nox or on the path; False where it can not."""
    beside = str(Path(sys.executable).parent)
    uv = shutil.which("uv", path=beside) or shutil.which("uv")
    if not uv:
        return False
    try:
        session.run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder))
        session.run(uv, "pip", "install", "--quiet", "--python", str(python), *listed(lock))
    except CommandFailed:
        session.log("uv could not make it; falling back to pip")
        return False
    return True


def verb(session: nox.Session, *words: str, name: str = "review") -> None:
    """Run `python -m publishing` with these words in the environment `name`."""
    session.run(environment(session, name), "-m", "publishing", *words, *session.posargs)


@nox.session(default=True)
def review(session: nox.Session) -> None:
    """Validate the evidence, compute every figure, render _site/ with HTML and PDF."""
    verb(session, "build")


@nox.session(default=False)
def validate(session: nox.Session) -> None:
    """Check every table and list every problem at once."""
    verb(session, "validate")


@nox.session(default=False)
def preview(session: nox.Session) -> None:
    """Show a chapter while it is written: nox -s preview -- report/safety.qmd --edition board"""
    verb(session, "preview")


@nox.session(default=False)
def html(session: nox.Session) -> None:
    """Render the HTML site alone, into _build/html; _site/ stays as it is."""
    verb(session, "build", "--format", "html", "--output", "_build/html")


@nox.session(default=False)
def pdf(session: nox.Session) -> None:
    """Render the PDF alone, into _build/pdf; _site/ stays as it is."""
    verb(session, "build", "--format", "pdf", "--output", "_build/pdf")


@nox.session(default=False)
def example(session: nox.Session) -> None:
    """Test and build the second review, examples/bcg/, with this checkout, into its _site/."""
    python, env = environment(session, "review"), {"PYTHONPATH": str(ROOT)}
    with session.chdir(ROOT / "examples" / "bcg"):
        session.run(python, "-m", "unittest", "discover", "tests", env=env)
        session.run(python, "-m", "publishing", "build", *session.posargs, env=env)


@nox.session(name="new-review", default=False)
def new_review(session: nox.Session) -> None:
    """Begin a review of your own: nox -s new-review -- FOLDER (it asks three questions)"""
    verb(session, "new-review")


@nox.session(default=False)
def screen(session: nox.Session) -> None:
    """Take a search's export into screening.csv: nox -s screen -- export.nbib --search pubmed"""
    verb(session, "screen")


@nox.session(default=False)
def sources(session: nox.Session) -> None:
    """Ask Crossref and PubMed which sources are retracted or corrected (needs the network)."""
    verb(session, "sources")


@nox.session(default=False)
def explain(session: nox.Session) -> None:
    """Print how a claim was derived: nox -s explain -- orr.cilta"""
    verb(session, "explain")


@nox.session(default=False)
def ask(session: nox.Session) -> None:
    """Find what the finished review says: nox -s ask -- "How often is CRS severe?"."""
    verb(session, "ask", name="ask")


@nox.session(default=False)
def due(session: nox.Session) -> None:
    """List what must be read again, on the evidence date or -- --on 2027-03-01"""
    verb(session, "due")


@nox.session(default=False)
def board(session: nox.Session) -> None:
    """Make the papers for a meeting, with a ballot: _build/board-pack.pdf"""
    verb(session, "board")


@nox.session(default=False)
def signoff(session: nox.Session) -> None:
    """Record a board member's decision; -- --help lists what it needs."""
    verb(session, "signoff")


@nox.session(default=False)
def verify(session: nox.Session) -> None:
    """Check sign-offs, signatures, releases and every file of _site/ against the hashes."""
    verb(session, "verify")


@nox.session(default=False)
def publish(session: nox.Session) -> None:
    """Add _site/ to a folder of published versions: nox -s publish -- <folder>"""
    verb(session, "publish")


@nox.session(default=False)
def tests(session: nox.Session) -> None:
    """Run the tests that take under five minutes; words after -- go to pytest."""
    python = environment(session, "tests")
    quick = ("-m", "not slow and not browser", "-n", "2", "--no-loadscope-reorder")
    session.run(python, "-m", "pytest", *quick, *session.posargs, env=ONE_THREAD)


@nox.session(default=False)
def parity(session: nox.Session) -> None:
    """Compare real Quarto with the built-in engine, page by page; skipped where it is absent."""
    python = environment(session, "review")
    session.run(python, "-m", "publishing.lifecycle.parity", *session.posargs)


@nox.session(default=False)
def whole(session: nox.Session) -> None:
    """Build the whole review in copies: same bytes, one change, failures that lose nothing."""
    python = environment(session, "tests")
    beside = ("-n", "2", "--no-loadscope-reorder")  # half of a build keeps one core busy
    files = (path for path in sorted((ROOT / "tests").rglob("test_*.py"))  # reading all takes long
             if "mark.slow" in path.read_text(encoding="utf-8"))  # fmt: skip
    words = session.posargs or [str(path.relative_to(ROOT)) for path in files]
    session.run(python, "-m", "pytest", "-m", "slow", *beside, *words, env=ONE_THREAD)


@nox.session(default=False)
def browser(session: nox.Session) -> None:
    """Read every finished page in Chromium (with Chromium, Java, npm; -- --site=_site)."""
    python = environment(session, "tests")
    folder = ROOT / "tests" / "browser"
    lock, installed = folder / "package-lock.json", folder / "node_modules" / "installed.sha256"
    state = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not (installed.exists() and installed.read_text() == state):
        if not shutil.which("npm"):
            session.error("npm is not here: install it, it brings axe-core and the HTML checker")
        with session.chdir(folder):
            session.run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        installed.write_text(state)
    beside = ("-n", "3", "--no-loadscope-reorder", "-o", "testpaths=tests/browser")  # they wait
    session.run(python, "-m", "pytest", "-m", "browser", *beside, *session.posargs)


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Write releases/<version>/ for this commit: compared, refused if unfit, built twice."""
    verb(session, "release")


@nox.session(default=False)
def changes(session: nox.Session) -> None:
    """Print what changed: nox -s changes -- 1.0.0 1.1.0; without versions, since the last."""
    verb(session, "changes")


@nox.session(name="what-if", default=False)
def what_if(session: nox.Session) -> None:
    """Rehearse an update and change nothing: nox -s what-if -- new/outcomes.csv"""
    verb(session, "what-if")


@nox.session(default=False)
def scan(session: nox.Session) -> None:
    """Read the finished pages and the PDF again: every figure has a source."""
    verb(session, "scan")


@nox.session(default=False)
def guard(session: nox.Session) -> None:
    """Check the wording: comparisons, causes, certainty, relative effects, harms."""
    verb(session, "guard")


@nox.session(default=False)
def reading(session: nox.Session) -> None:
    """Print words and Flesch-Kincaid grade of every page in _site/, edition by edition."""
    verb(session, "reading", name="tests")


@nox.session(default=False)
def mutate(session: nox.Session) -> None:
    """Change every evidence cell: exactly what declares it moves (about ten minutes)."""
    python = environment(session, "review")
    session.run(python, "-m", "publishing", "mutate", *session.posargs, env=ONE_THREAD)


@nox.session(default=False)
def recompute(session: nox.Session) -> None:
    """Pool every synthesis again in R and compare with the review (Rscript, metafor, lme4)."""
    if not shutil.which("Rscript"):
        session.skip("Rscript is not here: nothing was recomputed")
    folder = ROOT / "_build" / "recompute"
    shutil.rmtree(folder, ignore_errors=True)
    session.run(environment(session, "review"), "-m", "publishing.site.exports", str(folder))
    with session.chdir(folder):
        session.run("Rscript", "recompute.R", external=True)


@nox.session(default=False)
def lint(session: nox.Session) -> None:
    """Check style, types and the direction of imports."""
    python = environment(session, "lint")
    session.run(python, "-m", "ruff", "check", ".")
    session.run(python, "-m", "ruff", "format", "--check", ".")
    session.run(python, "-m", "mypy")
    session.run(str(Path(python).with_name("lint-imports")), silent=True)


@nox.session(default=False)
def torture(session: nox.Session) -> None:
    """Kill, starve and change the small review at random, for an hour; TORTURE sets how often."""
    more = {"TORTURE": "50", "FUZZ": "3000", "FUZZ_BUILDS": "40"}
    times = {name: session.env.get(name) or number for name, number in more.items()}
    names = ("faults", "promise", "promise_fuzz", "hostile_text")
    tests = [f"tests/test_{name}.py" for name in names]
    session.run(environment(session, "tests"), "-m", "pytest", *tests, *session.posargs, env=times)


@nox.session(default=False)
def sbom(session: nox.Session) -> None:
    """Write _build/sbom.json: every package of the review's environment, with its licence."""
    tool = Path(environment(session, "supply")).with_name("cyclonedx-py")
    review, written = environment(session, "review"), ROOT / "_build" / "sbom.json"
    written.parent.mkdir(exist_ok=True)
    project = ("--pyproject", "pyproject.toml", "--mc-type", "application")
    session.run(str(tool), "environment", review, *project, "--output-reproducible",
                "--no-validate", "--output-file", str(written))  # fmt: skip
    found = json.loads(written.read_text(encoding="utf-8"))["components"]
    for one in sorted(found, key=lambda one: one["name"].lower()):
        said = [entry.get("expression") or entry["license"].get("id") or entry["license"]["name"]
                for entry in one.get("licenses", [])]  # fmt: skip
        print(f"{one['name']:28} {one['version']:14} {' | '.join(said) or 'not stated'}")


@nox.session(default=False)
def audit(session: nox.Session) -> None:
    """Ask for known vulnerabilities of what is locked (needs the network), and read workflows."""
    tools = Path(environment(session, "supply"))
    session.run(str(tools.with_name("zizmor")), "--offline", ".github/workflows")
    if "--offline" in session.posargs:
        session.skip("without a network nobody was asked about the packages")
    for name in ("review", "ask", "lint", "tests"):
        session.run(str(tools.with_name("pip-audit")), "--require-hashes", "--disable-pip",
                    "-r", str(ROOT / "locks" / f"{name}.txt"))  # fmt: skip


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Time the statistics beside their peers; -- one-digit, -- coverage, -- growth, -- edits."""
    named = bool(session.posargs) and not session.posargs[0].startswith("-")
    name, *options = session.posargs if named else ("compare", *session.posargs)
    script = ROOT / "bench" / f"{name.replace('-', '_')}.py"
    session.run(environment(session, "bench"), str(script), *options)


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Resolve the dependency list again and rewrite locks/ (needs uv and the network)."""
    compile_list = (
        "uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11",
        "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate", "--quiet",
        "--upgrade",
    )  # fmt: skip
    folder = ROOT / "locks"
    session.run(
        *compile_list, "--group", "lint", "--group", "tests", "-o", str(folder / "lint.txt")
    )
    versions = Path(session.create_tmp()) / "versions.txt"
    pins = [line for line in (folder / "lint.txt").read_text().splitlines() if "==" in line]
    versions.write_text("\n".join(pin.removesuffix(" \\") for pin in pins))
    lists = {"bench": ["--group", "bench"], "tests": ["--group", "tests"], "review": [],
             "ask": ["--extra", "ask"]}  # fmt: skip
    for name, groups in lists.items():
        session.run(*compile_list, *groups, "-c", str(versions), "-o", str(folder / f"{name}.txt"))
    alone = [word for word in compile_list if word != "pyproject.toml"]  # not the review's own
    session.run(*alone, "--group", "supply", "-c", str(versions), "-o", str(folder / "supply.txt"))
