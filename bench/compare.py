"""Speed of the formulae beside PyMARE, statsmodels and metafor, in one table from one run.

    python bench/compare.py [--rounds 3] [--quick]

Every workload is timed in interleaved rounds and the median is shown in
milliseconds. Where a loop over single fits would take minutes, a part of it is
timed and scaled up; the table marks that with `~`. A peer that is not installed
shows `-`. The last columns give the ratio to the peers and whether this run meets
the target: a single fit is never slower than the fastest peer, a batch is 5 times
as fast as PyMARE's own batch mode, and bootstraps of k = 20 and leave-one-out of
k = 1,000 are 500 times as fast as its loop. Times are processor time of one thread
(metafor: as R's system.time has it), because wall time on a busy machine measures
its neighbours.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # one thread for everybody

import numpy as np  # noqa: E402  after the number of threads is set

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.formulae.binomial_normal import compute_binomial_normal  # noqa: E402
from analysis.formulae.pooling import compute_random_effects, compute_random_effects_batch  # noqa: E402
from analysis.formulae.sensitivity import compute_leave_one_out  # noqa: E402

PEERS = ("PyMARE loop", "PyMARE batch", "statsmodels", "metafor")
Call = Callable[[], object]


@dataclass
class Workload:
    """One row of the table: our call, the peers' calls and how often each stands for one."""

    title: str
    ours: Call
    peers: dict[str, tuple[Call, float]] = field(default_factory=dict)
    batch_ratio: float = 0.0  # wanted over PyMARE's batch mode, 0 = not a batch
    loop_ratio: float = 0.0  # wanted over PyMARE's loop


def simulate(k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Effects and sampling variances [k] with tau2 = 0.05."""
    rng = np.random.default_rng(seed)
    variances = np.exp(rng.uniform(-4.0, -1.0, k))
    return rng.normal(0.2, np.sqrt(variances + 0.05)), variances


def pymare_fit(y: np.ndarray, v: np.ndarray) -> Call:
    """A REML fit of each column of y and v, [k, B]."""
    from pymare.estimators import VarianceBasedLikelihoodEstimator

    design = np.ones((len(y), 1))
    return lambda: VarianceBasedLikelihoodEstimator(method="REML").fit(y, v, design)


def pymare_loop(columns: list[tuple[np.ndarray, np.ndarray]]) -> Call:
    """One PyMARE fit after another."""
    fits = [pymare_fit(y[:, np.newaxis], v[:, np.newaxis]) for y, v in columns]
    return lambda: [fit() for fit in fits]


def statsmodels_loop(columns: list[tuple[np.ndarray, np.ndarray]]) -> Call:
    """Paule-Mandel fits with their intervals: statsmodels has no REML."""
    from statsmodels.stats.meta_analysis import combine_effects

    return lambda: [combine_effects(y, v, method_re="iterated").conf_int() for y, v in columns]


def metafor_milliseconds(code: str, data: dict[str, np.ndarray]) -> float | None:
    """Milliseconds that R takes for `code`, timed inside R; None without R or metafor."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        for name, values in data.items():
            np.savetxt(Path(folder) / name, values)
        reads = "".join(f'{name} <- scan("{folder}/{name}", quiet = TRUE)\n' for name in data)
        script = (
            f"suppressMessages(library(metafor))\n{reads}"
            f"t <- sum(system.time(for (i in 1:5) {code})[1:2])\ncat(t / 5 * 1000)"
        )
        done = subprocess.run([rscript, "-e", script], capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 and done.stdout else None


def installed(module: str) -> bool:
    """Whether a peer can be imported."""
    return importlib.util.find_spec(module) is not None


def single_fit(k: int) -> Workload:
    """One REML fit."""
    y, v = simulate(k, k)
    row = Workload(f"one REML fit, k = {k:,}", lambda: compute_random_effects(y, v))
    if installed("pymare"):
        row.peers["PyMARE loop"] = (pymare_loop([(y, v)]), 1.0)
    if installed("statsmodels"):
        row.peers["statsmodels"] = (statsmodels_loop([(y, v)]), 1.0)
    return row


def batch(
    title: str, y: np.ndarray, v: np.ndarray, ours: Call, sample: int, *, named: bool
) -> Workload:
    """Many REML fits, the rows of y and v; loops are timed on `sample` of them."""
    row = Workload(title, ours, batch_ratio=5.0, loop_ratio=500.0 if named else 0.0)
    some = list(zip(y[:sample], v[:sample], strict=True))
    share = len(y) / len(some)
    if installed("pymare"):
        row.peers["PyMARE loop"] = (pymare_loop(some), share)
        row.peers["PyMARE batch"] = (pymare_fit(y.T.copy(), v.T.copy()), 1.0)
    if installed("statsmodels"):
        row.peers["statsmodels"] = (statsmodels_loop(some), share)
    return row


def bootstrap(replicates: int, k: int, sample: int) -> Workload:
    """Meta-analyses of studies drawn with replacement."""
    y, v = simulate(k, 7)
    drawn = np.random.default_rng(8).integers(0, k, (replicates, k))
    rows, spread = y[drawn], v[drawn]
    title = f"{replicates:,} bootstraps, k = {k}"
    ours = lambda: compute_random_effects_batch(rows, spread)  # noqa: E731
    return batch(title, rows, spread, ours, sample, named=(replicates, k) == (10_000, 20))


def leave_one_out(k: int, sample: int) -> Workload:
    """All fits without one study."""
    y, v = simulate(k, 9)
    others = ~np.eye(k, dtype=bool)
    rows = np.stack([y[row] for row in others])
    spread = np.stack([v[row] for row in others])
    title = f"leave-one-out, k = {k:,}"
    ours = lambda: compute_leave_one_out(y, v)  # noqa: E731
    return batch(title, rows, spread, ours, sample, named=k == 1000)


def binomial_normal(k: int) -> Workload:
    """One binomial-normal model."""
    rng = np.random.default_rng(10)
    n = rng.integers(15, 200, k)
    events = rng.binomial(n, 1.0 / (1.0 + np.exp(-rng.normal(0.8, 0.6, k))))
    row = Workload(f"one GLMM, k = {k}", lambda: compute_binomial_normal(events, n))
    milliseconds = metafor_milliseconds(
        '{rma.glmm(measure = "PLO", xi = x, ni = n)}', {"x": events, "n": n}
    )
    if milliseconds is not None:
        row.peers["metafor"] = (lambda: milliseconds, 1.0)
    return row


def add_metafor(row: Workload, k: int) -> Workload:
    """metafor's REML beside a single fit; left out where it would take minutes."""
    if k <= 1000:
        y, v = simulate(k, k)
        milliseconds = metafor_milliseconds("{rma(y, v)}", {"y": y, "v": v})
        if milliseconds is not None:
            row.peers["metafor"] = (lambda: milliseconds, 1.0)
    return row


def once(call: Call) -> float:
    """Milliseconds of one call, the best of enough calls to fill a twentieth of a second."""
    best, spent = float("inf"), 0.0
    while spent < 50.0:
        start = time.process_time()
        result = call()
        elapsed = 1000.0 * (time.process_time() - start)
        if isinstance(result, float):  # metafor, timed inside R
            return result
        best, spent = min(best, elapsed), spent + elapsed
    return best


def measure(row: Workload, rounds: int) -> dict[str, float]:
    """Median milliseconds of ours and every peer, rounds interleaved."""
    calls = {"ours": (row.ours, 1.0), **row.peers}
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, (call, share) in calls.items():
            taken[name].append(once(call) * share)
    return {name: statistics.median(values) for name, values in taken.items()}


def verdict(row: Workload, times: dict[str, float]) -> tuple[str, str]:
    """The target of a workload and whether it is met."""
    ours = times["ours"]
    if row.batch_ratio:
        wanted = {"PyMARE batch": row.batch_ratio, "PyMARE loop": row.loop_ratio}
        ratios = [
            (name, times[name] / ours, need) for name, need in wanted.items() if name in times
        ]
        said = ", ".join(f"{ratio:.0f}x {name}" for name, ratio, _ in ratios)
        met = all(ratio >= need for _, ratio, need in ratios)
        return said or "no peer", ("yes" if met else "NO") if ratios else "-"
    rivals = {name: times[name] for name in PEERS if name in times}
    if not rivals:
        return "no peer", "-"
    fastest = min(rivals, key=lambda name: rivals[name])
    ratio = rivals[fastest] / ours
    return f"{ratio:.1f}x {fastest}", "yes" if ratio >= 1.0 else "NO"


def cell(row: Workload, times: dict[str, float], name: str) -> str:
    """Milliseconds, marked where they were scaled up."""
    if name not in times:
        return "-"
    scaled = name in row.peers and row.peers[name][1] != 1.0
    return f"{'~' if scaled else ''}{times[name]:,.2f}"


def print_row(values: list[str]) -> None:
    """One line of the table."""
    widths = (28, 10, 14, 14, 14, 10, 38, 6)
    print("  ".join(value.ljust(width) for value, width in zip(values, widths, strict=True)))


def peak_in_copies(call: Call, input_bytes: int) -> float:
    """Peak memory of a call over the size of its input."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / input_bytes


def print_growth(rounds: int) -> None:
    """Time and memory by k, from which growth with k can be read."""
    print("\nGrowth with k: one REML fit")
    for k in (1_000, 10_000, 100_000, 1_000_000):
        y, v = simulate(k, k)
        fit = lambda y=y, v=v: compute_random_effects(y, v)  # noqa: E731
        taken = statistics.median(once(fit) for _ in range(rounds))
        copies = peak_in_copies(fit, y.nbytes + v.nbytes)
        print(
            f"  k = {k:>9,}: {taken:9.2f} ms, {1e6 * taken / k:8.1f} ns a study, "
            f"peak memory {copies:.1f} copies of the input"
        )


def workloads(quick: bool) -> list[Workload]:
    """The rows of the table."""
    sizes = (10, 100, 1000, 10_000)
    return [
        *(add_metafor(single_fit(k), k) for k in sizes),
        bootstrap(1000, 10, 20 if quick else 100),
        bootstrap(1000, 100, 20 if quick else 100),
        bootstrap(10_000, 20, 20 if quick else 200),
        leave_one_out(100, 20 if quick else 100),
        leave_one_out(1000, 5 if quick else 50),
        binomial_normal(14),
        binomial_normal(35),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="time smaller parts of the loops")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    print("Milliseconds, medians of interleaved rounds; ~ scaled up from a part; - not here\n")
    print_row(["workload", "ours", *PEERS, "against", "target"])
    for row in workloads(arguments.quick):
        times = measure(row, arguments.rounds)
        cells = [cell(row, times, name) for name in ("ours", *PEERS)]
        print_row([row.title, *cells, *verdict(row, times)])
    print_growth(arguments.rounds)


if __name__ == "__main__":
    main()
