"""Every claim of the review can be computed, traced and explained."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.claims import Claim, load_claims, selector_problems
from analysis.explain import explain_record, explain_row
from analysis.ledger import compute_ledger
from analysis.review_data import ReviewData, load_review_data
from analysis.selection import SelectionError, select_rows
from analysis.syntheses import compute_syntheses
from schemas.evidence import Evidence
from schemas.problems import ReviewError

ROOT = Path.cwd()


@pytest.fixture(scope="module")
def data() -> ReviewData:
    return load_review_data(ROOT)


def claim(selector: str, statistic: str = "proportion", form: str = "percent1") -> Claim:
    return Claim("a.claim", statistic, selector, form, "", "", 7)


def message_of(data: ReviewData, wanted: Claim) -> str:
    with pytest.raises(ReviewError) as caught:
        compute_ledger(data.evidence, [wanted], data.syntheses)
    return str(caught.value)


def test_there_are_enough_claims_and_each_names_its_evidence(data: ReviewData) -> None:
    records = data.ledger.records.values()
    assert len(records) >= 100
    assert all(record.rows for record in records)


def test_a_claim_on_figures_has_a_source(data: ReviewData) -> None:
    counted = {"rows", "cell", "labels", "studies"}  # say what the evidence holds
    for record in data.ledger.records.values():
        assert record.citekeys or record.statistic in counted, record.id


def test_the_exact_interval_is_what_the_regulator_prints(data: ReviewData) -> None:
    record = data.ledger["orr.cilta"]
    assert record.forms.ci == "97.9% (95% CI 92.7 to 99.7)"
    assert (record.events, record.n) == (95, 97)


@pytest.mark.parametrize(
    "selector",
    [
        "studies[phase=4]",  # a word that the column may hold, and no row holds
        "adverse_events[grade=5, event=hypogammaglobulinaemia]",  # a term of the vocabulary
        "adverse_events[grade=5, arm_id=fumanba-2]",  # a cohort without such a row
    ],
)
def test_a_count_of_nothing_is_a_result(data: ReviewData, selector: str) -> None:
    wanted = claim(selector, "rows", "number0")
    assert selector_problems(data.evidence, [wanted]) == []
    record = compute_ledger(data.evidence, [wanted], data.syntheses)["a.claim"]
    assert (record.value, record.rows, record.forms.value) == (0, (), "0")


@pytest.mark.parametrize(
    ("statistic", "says"), [("rows", "grade=55 can be in no row"), ("labels", "stands on no")]
)
def test_what_nothing_can_hold_is_not_counted(data: ReviewData, statistic: str, says: str) -> None:
    wanted = claim("adverse_events[grade=55]#grade", statistic)
    found = selector_problems(data.evidence, [wanted])
    assert says in (found[0].what if statistic == "rows" else message_of(data, wanted))


@pytest.mark.parametrize(
    ("selector", "statistic", "says"),
    [
        ("outcomes:karmma.or", "proportion", "has no row 'karmma.or'; did you mean 'karmma.orr'?"),
        ("outcome:karmma.orr", "proportion", "there is no table 'outcome'"),
        ("outcomes[population=infused]", "proportion", "rows of outcomes"),
        ("outcomes[outcome=nothing]", "proportion", "selects no row of outcomes"),
        ("outcomes[outcom=x]", "proportion", "no column 'outcom'; did you mean 'outcome'"),
        ("outcomes:karmma.orr#evnts", "cell", "has no column 'evnts'"),
        ("synthesis:orr.nothing", "pooled", "defines no synthesis 'orr.nothing'"),
        ("synthesis:orr.leukapheresed", "pooled", "the protocol pools 3 or more"),
        ("outcomes:karmma.orr", "range", "needs at least two rows"),
        ("karmma.orr", "proportion", "is not table:row or table[column=value, ...]"),
    ],
)
def test_a_claim_that_selects_none_or_many_stops_the_build(
    data: ReviewData, selector: str, statistic: str, says: str
) -> None:
    message = message_of(data, claim(selector, statistic))
    assert says in message
    assert "row 7 (a.claim)" in message
    assert "report/claims.csv" in message


def test_every_bad_claim_is_reported_in_one_run(data: ReviewData) -> None:
    bad = [replace(claim("outcomes:nothing"), id=f"claim.{i}", line=i) for i in range(2, 14)]
    with pytest.raises(ReviewError) as caught:
        compute_ledger(data.evidence, bad, data.syntheses)
    assert len(caught.value.problems) == 12


def with_count(evidence: Evidence, row: str, events: int) -> Evidence:
    outcomes = evidence.outcomes.copy()
    outcomes.loc[outcomes["row_id"] == row, "events"] = events
    return replace(evidence, outcomes=outcomes)


def test_one_count_changes_its_claims_and_no_others(data: ReviewData) -> None:
    changed = with_count(data.evidence, "karmma.orr", 93)
    syntheses = compute_syntheses(changed)
    ledger = compute_ledger(changed, load_claims(ROOT / "report" / "claims.csv"), syntheses)
    moved = {i for i, record in ledger.records.items() if record != data.ledger[i]}
    dependants = {
        i for i, record in data.ledger.records.items() if "outcomes:karmma.orr" in record.rows
    }
    counted_only = {i for i in dependants if data.ledger[i].statistic in ("cohorts", "rows")}
    assert dependants
    assert dependants - counted_only <= moved | {
        i for i in dependants if data.ledger[i].statistic in ("patients", "pooled_patients")
    }
    assert moved <= dependants
    assert any(data.ledger[i].statistic == "pooled" for i in moved)


def test_the_hash_follows_the_content(data: ReviewData) -> None:
    changed = with_count(data.evidence, "karmma.orr", 93)
    wanted = claim("outcomes:karmma.orr")
    before = compute_ledger(data.evidence, [wanted], {})["a.claim"]
    after = compute_ledger(changed, [wanted], {})["a.claim"]
    assert before.hash != after.hash
    assert before.hash == compute_ledger(data.evidence, [wanted], {})["a.claim"].hash


def test_json_and_csv_hold_the_same_records(data: ReviewData) -> None:
    from_json = json.loads(data.ledger.to_json())["records"]
    from_csv = list(csv.DictReader(io.StringIO(data.ledger.to_csv())))
    assert [r["id"] for r in from_json] == [r["id"] for r in from_csv]
    assert [r["forms"]["full"] for r in from_json] == [r["full"] for r in from_csv]


def test_explain_reaches_the_place_in_the_paper(data: ReviewData) -> None:
    text = explain_record(data.evidence, data.ledger, data.ledger["orr.cilta"])
    assert "cartitude-1.orr.27m" in text
    assert "printed in martin2023" in text
    assert "checked by second reading, public pages" in text
    assert "rounded    half up, 1 decimal at most: 97.9%" in text
    assert "Other claims on these rows" in text


def test_explain_says_that_nobody_checked_a_row(data: ReviewData) -> None:
    outcomes = data.evidence.outcomes
    name = outcomes.loc[outcomes["checked_by"].isna(), "row_id"].iloc[0]
    lines = explain_row(data.evidence, data.ledger, f"outcomes:{name}")
    assert "      checked by nobody yet" in lines


def test_selectors_join_and_exclude(data: ReviewData) -> None:
    parts = select_rows(data.evidence, "outcomes:karmma.orr | outcomes:karmma.cr")
    assert [len(part.rows) for part in parts] == [1, 1]
    (trials,) = select_rows(data.evidence, "studies[setting!=trial]")
    assert "trial" not in set(trials.rows["setting"])
    (several,) = select_rows(data.evidence, "outcomes[row_id=karmma.orr/karmma.cr]")
    with pytest.raises(SelectionError, match="selects 2 rows"):
        several.only()


def test_a_claims_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("id,statistics\na,b\n", encoding="utf-8")
    with pytest.raises(ReviewError, match="columns are id, statistics") as caught:
        load_claims(path)
    assert "expected: id, statistic, selector, format, topic, note" in str(caught.value)


def test_every_bad_row_of_the_claims_table_is_named(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(
        "id,statistic,selector,format,topic,note\n"
        "a.b,proportion,outcomes:x,percent1,,\n"
        "a.b,proportoin,outcomes:x,percentage,,\n",
        encoding="utf-8",
    )
    with pytest.raises(ReviewError) as caught:
        load_claims(path)
    text = str(caught.value)
    assert "id 'a.b' stands in row 2 too" in text
    assert "'proportoin' is unknown" in text
    assert "format 'percentage' is unknown" in text


def test_the_state_of_sources_goes_with_the_records(data: ReviewData) -> None:
    written = json.loads(data.ledger.to_json())["sources"]
    assert [state["citekey"] for state in written] == list(data.evidence.sources["citekey"])
    record = data.ledger["orr.cilta"]
    assert data.ledger.state_of(record) in {"clean", "flagged", "unchecked"}


@pytest.fixture(scope="module")
def explained(data: ReviewData) -> dict[str, str]:
    """How each claim came about, in words."""
    records = data.ledger.records
    return {name: explain_record(data.evidence, data.ledger, one) for name, one in records.items()}


def test_every_claim_is_explained_from_its_rows_to_its_text(
    data: ReviewData, explained: dict[str, str]
) -> None:
    places = {
        row["row_id"]: row["locator"]
        for table in ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline")
        for row in getattr(data.evidence, table).to_dict("records")
        if not pd.isna(row["locator"])
    }
    for record in data.ledger.records.values():
        text = explained[record.id]
        lines = text.splitlines()
        assert lines[0] == f"{record.id}: {record.forms.full}"
        assert f": {record.forms.plain}" in text
        assert record.method in text
        rows = [line.split("  ")[-1] for line in lines if line.startswith("    evidence/")]
        assert rows == [reference.partition(":")[2] for reference in record.rows]
        assert all(places[row] in text for row in rows if row in places)
        sharing = data.ledger.sharing(record)
        assert lines[-1].removeprefix("  Other claims on these rows: ") == (
            ", ".join(sharing) or "none"
        )
        assert "(1 rows)" not in text
        assert not re.search(r"\bnan\b|<NA>", text), record.id


def test_the_arithmetic_of_an_explanation_can_be_repeated(explained: dict[str, str]) -> None:
    repeated = 0
    for text in explained.values():
        found = re.search(r"100 × (\d+) / (\d+) = ([\d.]+)", text)
        if found:
            events, n, value = found.groups()
            assert 100 * int(events) / int(n) == pytest.approx(float(value), abs=1e-6)
            repeated += 1
    assert repeated > 100
