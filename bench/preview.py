"""How soon a saved edit is seen: seconds from saving to the page that holds it.

    python bench/preview.py [--document report/safety.qmd] [--edition NAME] [--times 3]

The review is copied, the preview is started on the copy, and a sentence of the document, then a
note of an evidence row, is changed as often as asked. Where Quarto is found the same sentence is
changed in `quarto preview` too, which does not follow the evidence. The medians are printed.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from publishing.render.quarto_program import find_quarto  # noqa: E402  after the path is set

LEFT_OUT = (".git", ".nox", ".venv", "_build", "_site", ".quarto", "__pycache__", "tests")
TABLE = "evidence/outcomes.csv"
LONGEST = 600.0  # seconds to wait for a page


def copy(place: Path) -> Path:
    """The review in a folder of its own."""
    return shutil.copytree(ROOT, place / "review", ignore=shutil.ignore_patterns(*LEFT_OUT))


def free_port() -> int:
    """A port that nothing uses."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def read(address: str) -> str:
    """A page; empty while it cannot be had."""
    try:
        with urlopen(address, timeout=LONGEST) as answer:
            return str(answer.read().decode())
    except (URLError, OSError):
        return ""


def seconds_until(seen: Callable[[str], bool], address: str) -> float:
    """Seconds until a page is as it should be."""
    started = time.monotonic()
    while not seen(read(address)):
        if time.monotonic() - started > LONGEST:
            raise SystemExit(f"{address} was not as it should be within {LONGEST:.0f} s")
        time.sleep(0.02)
    return time.monotonic() - started


@contextmanager
def running(
    words: list[str], folder: Path, address: str, environment: Mapping[str, str]
) -> Iterator[float]:
    """A program that serves the page at `address`; gives the seconds until the first page."""
    process = subprocess.Popen(
        words, cwd=folder, env={**os.environ, **environment}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield seconds_until(lambda page: "</html>" in page, address)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()


def time_sentences(document: Path, address: str, times: int) -> list[float]:
    """Seconds until a changed last sentence is on the page."""
    text, found = document.read_text(encoding="utf-8"), []
    for count in range(1, times + 1):
        sentence = "The clock was read" + " again" * count + "."
        document.write_text(f"{text}\n{sentence}\n", encoding="utf-8")
        found.append(seconds_until(lambda page, said=sentence: said in page, address))
    document.write_text(text, encoding="utf-8")
    return found


def time_cells(table: Path, address: str, times: int) -> list[float]:
    """Seconds until a page is set from evidence with another note: its hash says so."""
    with table.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        head, rows = list(reader.fieldnames or ()), list(reader)
    found = []
    for _ in range(times):
        before = read(address)
        rows[0]["note"] = f"{rows[0]['note']} Read again.".strip()
        with table.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, head, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        found.append(
            seconds_until(
                lambda page, old=before: page != old and 'role="alert"' not in page, address
            )
        )
    return found


def is_new(page: str, old: str) -> bool:
    """Whether a page was set anew, and nothing is wrong on it."""
    return bool(page) and page != old and 'role="alert"' not in page


def say(what: str, found: list[float]) -> None:
    """Print a median and what it is of."""
    print(f"{what:44} {statistics.median(found):6.2f} s   of {len(found)}", flush=True)


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--document", default="report/safety.qmd")
    parser.add_argument("--edition", default="clinician")
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    page = asked.document.removesuffix(".qmd") + ".html"
    python = {"PYTHONPATH": str(ROOT), "QUARTO_PYTHON": sys.executable}
    with tempfile.TemporaryDirectory(prefix="review-bench-") as scratch:
        review = copy(Path(scratch))
        port = free_port()
        address = f"http://127.0.0.1:{port}/{page}"
        words = [sys.executable, "-m", "publishing", "preview", asked.document, "--pages-alone"]
        words += ["--edition", asked.edition, "--port", str(port)]
        with running(words, review, address, python) as first:
            say("preview: the first page", [first])
            say(
                "preview: a sentence", time_sentences(review / asked.document, address, asked.times)
            )
            say("preview: an evidence cell", time_cells(review / TABLE, address, asked.times))
        if not (quarto := find_quarto()):
            print("Quarto is not found here")
            return
        port = free_port()
        address = f"http://127.0.0.1:{port}/{page}"
        words = [str(quarto.program), "preview", asked.document, "--profile", asked.edition]
        words += ["--no-browser", "--port", str(port)]
        with running(words, review, address, python) as first:
            say("quarto preview: the first page", [first])
            times = time_sentences(review / asked.document, address, asked.times)
            say("quarto preview: a sentence", times)


if __name__ == "__main__":
    main()
