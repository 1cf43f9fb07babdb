"""The commands of this review; `nox -l` lists them.

They run in an environment under `.nox/`, made from the hash-locked requirements.txt and the program
that package.txt names, and made anew when one of these files changes.
"""

import hashlib
import sys
from pathlib import Path

import nox

LISTS = ("requirements.txt", "package.txt")
FOLDER = Path(".nox", "review")
PYTHON = FOLDER / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
VERBS = {
    "validate": "Check every table and list every problem at once.",
    "preview": "Show a chapter while it is written: nox -s preview -- report/results.qmd",
    "explain": "Print how a claim was derived: nox -s explain -- CLAIM",
    "screen": "Take a search's export into screening.csv: nox -s screen -- FILE --search NAME",
    "sources": "Ask Crossref and PubMed which sources are retracted (needs the network).",
    "due": "List what must be read again.",
    "what-if": "Rehearse an update and change nothing: nox -s what-if -- TABLE",
    "guard": "Check the wording: comparisons, causes, certainty, relative effects, harms.",
    "scan": "Read the finished pages and the PDF again: every figure has a source.",
    "board": "Make the papers for a meeting, with a ballot: _build/board-pack.pdf",
    "signoff": "Record a board member's decision; -- --help lists what it needs.",
    "verify": "Check sign-offs, signatures, releases and every file of _site/.",
    "changes": "Print what changed since the last release, and the version to set.",
    "release": "Write releases/<version>/ for this commit.",
    "publish": "Add _site/ to a folder of published versions: nox -s publish -- FOLDER",
}
nox.options.default_venv_backend = "none"
nox.options.error_on_external_run = False


@nox.session(default=False)
def environment(session: nox.Session) -> None:
    """Make the environment; every other command does so where it must."""
    state = hashlib.sha256(b"".join(Path(name).read_bytes() for name in LISTS)).hexdigest()
    stamp = FOLDER / "made.sha256"
    if stamp.exists() and stamp.read_text() == state:
        return
    session.run(sys.executable, "-m", "venv", "--clear", str(FOLDER), silent=True)
    pip = (str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    session.run(*pip, "--require-hashes", "-r", LISTS[0])
    session.run(*pip, "--no-deps", "-r", LISTS[1])
    stamp.write_text(state)


def offer(name: str, verb: str, says: str, *, default: bool = False) -> None:
    """Make a verb of the program a command of this review; words after -- go to it."""

    def run(session: nox.Session) -> None:
        session.run(str(PYTHON), "-m", "publishing", verb, *session.posargs)

    run.__doc__ = says
    nox.session(name=name, default=default, requires=["environment"])(run)


offer("review", "build", "Validate, compute every figure, render _site/.", default=True)
for verb, says in VERBS.items():
    offer(verb, verb, says)


@nox.session(default=False, requires=["environment"])
def tests(session: nox.Session) -> None:
    """Run what nobody but this review can know of its content: tests/test_review.py"""
    session.run(str(PYTHON), "-m", "unittest", "discover", "tests", *session.posargs)
