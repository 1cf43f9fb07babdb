"""A program in Quarto's place: says a version, logs what it is given, writes recorded pages.

The pages under `fixtures/quarto_pages` are those that Quarto 1.11.0 wrote of the sample review,
each cut down to its `<main>`: a profile has a folder, `alone` is the sample without profiles.
"""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

PAGES = Path(__file__).parent / "fixtures" / "quarto_pages"
PROGRAM = """#!{python}
import json, os, shutil, sys
from pathlib import Path
if sys.argv[1:] == ["--version"]:
    print("{version}")
    sys.exit()
files = {{str(p): p.read_text(encoding="utf-8") for p in Path(".").rglob("*.qmd")}}
metadata = json.loads(Path(sys.argv[sys.argv.index("--metadata-file") + 1]).read_text())
with Path({log!r}).open("a") as log:
    log.write(json.dumps(dict(arguments=sys.argv[1:], folder=os.getcwd(), metadata=metadata,
        python=os.environ["QUARTO_PYTHON"], documents=files,
        settings=Path("_quarto.yml").read_text(),
        files=sorted(str(p) for p in Path(".").rglob("*")))) + "\\n")
Path(".gitignore").write_text("/.quarto/")
if {fails}:
    print("\\x1b[91mERROR: report/safety.qmd went wrong\\x1b[39m")
    sys.exit(1)
print("\\x1b[1m[1/4] index.qmd\\x1b[22m")
profile = sys.argv[sys.argv.index("--profile") + 1] if "--profile" in sys.argv else "alone"
site = Path("_site/nurse" if profile == "nurse" else "_site")
site.mkdir(parents=True, exist_ok=True)
if "review-html" in sys.argv:
    shutil.copytree(Path({pages!r}) / profile, site, dirs_exist_ok=True)
else:
    (site / "A-sample-review.pdf").write_bytes(b"%PDF")
"""


def install(
    folder: Path, log: Path, monkeypatch: pytest.MonkeyPatch, version: str = "1.10.17",
    fails: bool = False, pages: Path = PAGES,
) -> Path:  # fmt: skip
    """Put the program into a folder that QUARTO_PATH names."""
    folder.mkdir(exist_ok=True)
    program = folder / "quarto"
    text = PROGRAM.format(
        python=sys.executable, version=version, log=str(log), fails=fails, pages=str(pages)
    )
    program.write_text(text, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("QUARTO_PATH", str(folder))
    return program


def calls(log: Path) -> list[dict[str, Any]]:
    """What the program was given, run by run."""
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
