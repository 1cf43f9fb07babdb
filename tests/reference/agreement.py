"""The table of agreement in README.md, made from the cases themselves.

`python -m tests.reference.agreement` rewrites it; a test fails when it is stale.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from tests.reference.compare import find_disagreements
from tests.reference.evaluate import evaluate_case
from tests.reference.known import KNOWN

HERE = Path(__file__).parent
README = HERE / "README.md"
TABLE = HERE.parents[1] / "analysis" / "formulae" / "agreement.csv"
BEGIN, END = "<!-- agreement: begin -->", "<!-- agreement: end -->"

GROUPS = {
    "A": "interval of one proportion",
    "B": "effect sizes of proportions and rates, back-transformation",
    "C": "pooled proportions",
    "D": "binomial-normal model",
    "E": "effect sizes and pools of two groups",
    "F": "Mantel-Haenszel and Peto",
    "G": "hazard ratios",
    "H": "meta-regression and subgroups",
    "I": "influence, leave-one-out, cumulative, residuals",
    "J": "small-study effects",
    "K": "intervals of heterogeneity",
    "L": "edge cases",
    "N": "conventions of meta",
}


@cache
def load_cases(folder: str) -> tuple[dict[str, Any], ...]:
    """The cases of `cases` (given values) or `more` (made by make_reference.R)."""
    paths = sorted((HERE / folder).glob("*.json"))
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in paths)


@cache
def find_case_disagreements(folder: str, case_id: str) -> dict[str, Any]:
    """Fields of one case that disagree: expected and computed value."""
    (case,) = (case for case in load_cases(folder) if case["id"] == case_id)
    return find_disagreements(case, evaluate_case(case))


def _count(folder: str) -> dict[str, tuple[int, int]]:
    total: Counter[str] = Counter()
    agreeing: Counter[str] = Counter()
    for case in load_cases(folder):
        total[case["group"][0]] += 1
        agreeing[case["group"][0]] += not find_case_disagreements(folder, case["id"])
    return {group: (agreeing[group], total[group]) for group in sorted(total)}


def render_agreement() -> str:
    """Markdown: how many cases agree, by kind, and the list of known disagreements."""
    given, more = _count("cases"), _count("more")
    sums = [sum(pair[i] for pair in counts.values()) for counts in (given, more) for i in (0, 1)]
    lines = [
        f"{sums[0]} of {sums[1]} given cases and {sums[2]} of {sums[3]} further cases agree at "
        f"their tolerance; {len(KNOWN)} disagree for a known reason.",
        "",
        "| kind | given cases | further cases |",
        "|---|---|---|",
    ]
    for group, name in GROUPS.items():
        columns = [counts.get(group, (0, 0)) for counts in (given, more)]
        cells = " | ".join(f"{a} of {n}" if n else "" for a, n in columns)
        lines.append(f"| {name} | {cells} |")
    lines += [
        "",
        "| case | fields | reason | the project's value is right because |",
        "|---|---|---|---|",
    ]
    for case_id, (fields, reason, proof) in KNOWN.items():
        named = ", ".join(fields) if len(fields) < 5 else "the pool with the filled studies"
        lines.append(f"| {case_id} | {named} | {reason} | {proof} |")
    return "\n".join(lines)


def read_agreement() -> str:
    """The table as README.md has it."""
    text = README.read_text(encoding="utf-8")
    return text.split(BEGIN)[1].split(END)[0].strip()


def render_table() -> str:
    """The same counts as a CSV table, which the methods chapter prints."""
    given, more = _count("cases"), _count("more")
    lines = ["kind,agree,cases"]
    for group, name in GROUPS.items():
        pairs = [counts.get(group, (0, 0)) for counts in (given, more)]
        lines.append(f'"{name}",{sum(a for a, _ in pairs)},{sum(n for _, n in pairs)}')
    return "\n".join(lines) + "\n"


def write_agreement() -> None:
    """Put the table into README.md, and where the methods chapter reads it."""
    TABLE.write_text(render_table(), encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    README.write_text(f"{before}{BEGIN}\n{render_agreement()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write_agreement()
