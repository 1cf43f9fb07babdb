"""Synthetic reviews of many studies: the second review with its trials repeated under other names.

    python bench/studies.py FOLDER 100      # time and memory of one, as JSON

Each size is computed in a process of its own, so that its memory is its own as well.
"""

from __future__ import annotations

import csv
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from analysis.conclusions import evaluate_conclusions  # noqa: E402  after the path is set
from analysis.ledger import compute_ledger  # noqa: E402
from analysis.review_data import load_inputs  # noqa: E402
from analysis.robustness import Analyses  # noqa: E402
from analysis.syntheses import compute_syntheses  # noqa: E402

EXAMPLE = ROOT / "examples" / "bcg"
REPEATED = ("studies", "arms", "outcomes", "syntheses", "appraisal")
STEPS = ("validation", "syntheses", "ledger")
Row = dict[str, str]


def review_of(folder: Path, studies: int) -> Path:
    """Write a review of so many studies into `folder`: ten of them fill two subgroups."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("_site", "_build"))
    listed = _read(folder, "studies")
    known = [row["study_id"] for row in listed if row["allocation"] != "alternate"][::-1]
    for table in REPEATED:
        rows = _read(folder, table)
        found = [
            renamed
            for at in range(studies)
            for renamed in _renamed(rows, known[at % len(known)], at // len(known))
        ]
        every = [row["study_id"] for row in listed]
        others = [row for row in rows if not any(_is_about(row, study) for study in every)]
        _write(folder, table, [*others, *found])
    return folder


def _read(folder: Path, table: str) -> list[Row]:
    with (folder / "evidence" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _write(folder: Path, table: str, rows: Sequence[Row]) -> None:
    path = folder / "evidence" / f"{table}.csv"
    head = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, head, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _is_about(row: Mapping[str, str], study: str) -> bool:
    """Whether a row is of a study: its own identifier, or that of an arm."""
    return row.get("study_id") == study or row.get("arm_id", "").partition(".")[0] == study


def _renamed(rows: Iterable[Row], study: str, times: int) -> list[Row]:
    """The rows of a study, under another name each time but the first."""
    own = [row for row in rows if _is_about(row, study)]
    if not times:
        return own
    new = f"{study}-again{times}"
    found = [{key: cell.replace(study, new) for key, cell in row.items()} for row in own]
    return [row | {"name": f"{row['name']} again {times}"} if "name" in row else row
            for row in found]  # fmt: skip


def time_steps(folder: Path) -> dict[str, float]:
    """Seconds of this process for each step, and the most memory it held, in megabytes."""
    found: dict[str, float] = {}

    def timed(step: str, compute: Callable[[], Any]) -> Any:
        started = time.process_time()
        made = compute()
        found[step] = time.process_time() - started
        return made

    evidence, claims = timed("validation", lambda: load_inputs(folder))
    syntheses = timed("syntheses", lambda: compute_syntheses(evidence))
    analyses = Analyses(evidence, syntheses)
    ledger = timed("ledger", lambda: compute_ledger(evidence, claims, syntheses, analyses))
    evaluate_conclusions(evidence.review.conclusions, ledger.records)
    return found | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def measure(studies: int) -> dict[str, float]:
    """The steps of a review of so many studies, computed by another process."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, __file__, str(Path(folder) / "review"), str(studies)]
        done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


def report(sizes: Sequence[int], picture: Path) -> None:
    """Print a line a size, the ratio to the size before, and draw them."""
    found: dict[int, dict[str, float]] = {}
    for studies in sizes:
        found[studies] = measure(studies)
        total = sum(found[studies][step] for step in STEPS)
        parts = "  ".join(f"{step} {found[studies][step]:.2f} s" for step in STEPS)
        print(f"{studies:6} studies {total:8.2f} s  {parts}  {found[studies]['memory']:.0f} MB",
              flush=True)  # fmt: skip
    _draw(found, picture)


def _draw(found: Mapping[int, Mapping[str, float]], picture: Path) -> None:
    """Seconds and memory by the number of studies, on logarithmic axes."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.hashsalt": "growth", "svg.fonttype": "none"}):
        figure = Figure(figsize=(7, 3), layout="constrained")
        left, right = figure.subplots(1, 2)
        sizes = list(found)
        for step in STEPS:
            left.loglog(sizes, [found[size][step] for size in sizes], marker="o", label=step)
        right.loglog(sizes, [found[size]["memory"] for size in sizes], marker="o", color="0.3")
        left.set(xlabel="studies", ylabel="seconds of one core")
        right.set(xlabel="studies", ylabel="megabytes at most")
        left.legend(frameon=False)
        figure.savefig(picture, metadata={"Date": None})
    print(f"drawn in {picture}")


if __name__ == "__main__":
    print(json.dumps(time_steps(review_of(Path(sys.argv[1]), int(sys.argv[2])))))
