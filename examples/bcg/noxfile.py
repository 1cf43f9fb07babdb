"""The commands of this review: `nox -s review` builds it, `nox -s validate` checks it.

Both run in an environment of their own under `.nox/`, made from requirements.txt and made anew
when that file changes.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).parent
nox.options.default_venv_backend = "none"
nox.options.error_on_external_run = False


def environment(session: nox.Session) -> str:
    """The Python of the environment, made when requirements.txt has changed."""
    folder, needed = ROOT / ".nox" / "review", ROOT / "requirements.txt"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    state, stamp = hashlib.sha256(needed.read_bytes()).hexdigest(), folder / "made.sha256"
    if not (python.exists() and stamp.exists() and stamp.read_text() == state):
        session.run(sys.executable, "-m", "venv", "--clear", str(folder), silent=True)
        session.run(str(python), "-m", "pip", "install", "--quiet", "-r", str(needed))
        stamp.write_text(state)
    return str(python)


def verb(session: nox.Session, *words: str) -> None:
    """Run a verb of the program on this review."""
    session.run(environment(session), "-m", "publishing", *words, *session.posargs)


@nox.session(default=True)
def review(session: nox.Session) -> None:
    """Validate the evidence, compute every figure, render _site/ with HTML and PDF."""
    verb(session, "build")


@nox.session(default=False)
def validate(session: nox.Session) -> None:
    """Check every table and list every problem at once."""
    verb(session, "validate")
