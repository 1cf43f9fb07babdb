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


@nox.session(default=True, requires=["environment"])
def review(session: nox.Session) -> None:
    """Validate the evidence, compute every figure, render _site/ with HTML and PDF."""
    session.run(str(PYTHON), "-m", "publishing", "build", *session.posargs)


@nox.session(default=False, requires=["environment"])
def validate(session: nox.Session) -> None:
    """Check every table and list every problem at once."""
    session.run(str(PYTHON), "-m", "publishing", "validate", *session.posargs)


@nox.session(default=False, requires=["environment"])
def tests(session: nox.Session) -> None:
    """Run what nobody but this review can know of its content: tests/test_review.py"""
    session.run(str(PYTHON), "-m", "unittest", "discover", "tests", *session.posargs)
