"""The wording guard knows how a comparison was made: from the evidence, never from its size."""

from __future__ import annotations

from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from analysis.ledger import Record
from publishing.checks.guard.claim_facts import Claims
from publishing.checks.guard.prose import Paragraph, Prose, Sentence
from publishing.checks.guard.rules import Guard
from publishing.checks.phrases import PhraseList, Wording, any_of
from schemas.choices import WORD_LISTS
from schemas.table_rows import TableRows

STUDIES = {"rand-1": "yes", "rand-2": "yes", "alternate": "no", "match": "no"}
ARMS = {f"{study}.{arm}": study for study in STUDIES for arm in ("t", "c")}
COUNTS = [{"row_id": arm, "study_id": study, "arm_id": arm} for arm, study in ARMS.items()]
RATIO_CELLS = ("row_id", "study_id", "arm_id", "comparator_arm_id", "measure", "adjusted")
RATIOS = [
    dict(zip(RATIO_CELLS, cells, strict=True))
    for cells in (
        ("hr.within", "rand-1", "rand-1.t", "rand-1.c", "hazard_ratio", None),
        ("hr.adjusted", "match", "rand-1.t", "match.c", "hazard_ratio", "age"),
        ("hr.loose", "match", "rand-1.t", "match.c", "hazard_ratio", None),
    )
]
CLAIMS = {
    "one": ("time_to_event", "ratio", ["time_to_event:hr.within"]),
    "pooled": ("pooled", "ratio",
               [f"outcomes:{s}.{a}" for s in ("rand-1", "rand-2") for a in "tc"]),
    "mixed": ("pooled", "ratio",
              [f"outcomes:{s}.{a}" for s in ("rand-1", "alternate") for a in "tc"]),
    "adjusted": ("time_to_event", "ratio", ["time_to_event:hr.adjusted"]),
    "loose": ("time_to_event", "ratio", ["time_to_event:hr.loose"]),
    "singles": ("pooled", "percent", ["outcomes:rand-1.t", "outcomes:rand-2.t"]),
}  # fmt: skip


def record(name: str, statistic: str, unit: str, rows: list[str]) -> Record:
    empty: dict[str, Any] = {field.name: None for field in fields(Record)}
    given = {"id": name, "statistic": statistic, "unit": unit, "rows": tuple(rows), "topic": "",
             "certainty": ""}  # fmt: skip
    return Record(**(empty | given))


@pytest.fixture(scope="module")
def claims() -> Claims:
    evidence = SimpleNamespace(
        rows={
            name: TableRows(pd.DataFrame(table))
            for name, table in {
                "studies": {"study_id": list(STUDIES), "randomised": list(STUDIES.values())},
                "arms": {"arm_id": list(ARMS), "study_id": list(ARMS.values())},
                "judgements": {"topic": [], "kind": []},
                "outcomes": COUNTS,
                "time_to_event": RATIOS,
            }.items()
        },
    )
    ledger = {name: record(name, *parts) for name, parts in CLAIMS.items()}
    return Claims(SimpleNamespace(evidence=evidence, ledger=ledger))  # type: ignore[arg-type]


def findings(claims: Claims, text: str) -> list[str]:
    lists = {kind: PhraseList({}, any_of([])) for kind in WORD_LISTS}
    lists |= {
        "unanchored": PhraseList({"listed": any_of(["not randomised", "indirect"])}, any_of([])),
        "cause": PhraseList({"listed": any_of(["reduces"])}, any_of([])),
        "absolute": PhraseList({"listed": any_of(["no absolute"])}, any_of([])),
    }
    guard = Guard(Wording(lists), claims, frozenset())
    paragraph = Paragraph("x.qmd", "", "", sentences=[Sentence(1, text)])
    said = guard.check(Prose("x.qmd", [paragraph]))
    return [f"{problem.rule}: {problem.what}" for problem in said]


@pytest.mark.parametrize(
    ("name", "design"),
    [("one", "randomised"), ("pooled", "pooled randomised"), ("mixed", "within trial"),
     ("adjusted", "adjusted"), ("loose", "unanchored"), ("singles", "unanchored")],
)  # fmt: skip
def test_a_design_is_read_from_the_rows(claims: Claims, name: str, design: str) -> None:
    assert claims.design(claims.data.ledger[name]) == design


@pytest.mark.parametrize("name", ["one", "pooled"])
def test_randomised_comparisons_may_be_stated(claims: Claims, name: str) -> None:
    assert findings(claims, f"It reduces the risk, with no absolute rate: ⟦{name}⟧.") == []


@pytest.mark.parametrize(
    ("name", "says"),
    [("mixed", "without a randomised control"), ("adjusted", "without a common control"),
     ("loose", "without a common control")],
)  # fmt: skip
def test_other_comparisons_say_what_they_are(claims: Claims, name: str, says: str) -> None:
    (found,) = findings(claims, f"The ratio, with no absolute rate, is ⟦{name}⟧.")
    assert found.startswith("unanchored:")
    assert says in found
    assert findings(claims, f"The ratio, not randomised, no absolute rate, is ⟦{name}⟧.") == []


@pytest.mark.parametrize("name", ["mixed", "adjusted", "loose", "singles"])
def test_only_randomised_evidence_names_a_cause(claims: Claims, name: str) -> None:
    said = findings(claims, f"It reduces the risk, not randomised, no absolute rate: ⟦{name}⟧.")
    assert [text.partition(":")[0] for text in said] == ["cause"]


def test_a_pooled_ratio_of_counts_stands_beside_its_absolute_effect(claims: Claims) -> None:
    (found,) = findings(claims, "The ratio is ⟦pooled⟧.")
    assert "without its absolute one (pooled)" in found
