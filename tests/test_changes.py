"""What changed between two states: the order of a board, the reasons, the size of the step."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.changes import compute_changes, next_version
from analysis.review_data import ReviewData, load_review_data
from analysis.snapshots import PastRecord, Snapshot, flatten, read_snapshot
from analysis.wording import Forms
from publishing.history.releases import load_release, number_of, present_state
from publishing.lifecycle.changes_text import describe, propose
from publishing.lifecycle.release import check_version, step_of
from publishing.lifecycle.what_if import rehearse
from schemas.conclusions import Conclusion, parse_condition
from schemas.problems import ReviewError

ROOT = Path(__file__).parents[1]


def record(name: str, value: float, rows: tuple[str, ...]) -> PastRecord:
    text = f"{value:.0f}%"
    return PastRecord(
        name, "proportion", "x", value, value - 5, value + 5, "low", rows, ("smith2020",),
        Forms(plain=text, ci=text, n=text, full=text, bare=text),
    )  # fmt: skip


def conclusion(rule: str, sentence: str = "It is {a}") -> Conclusion:
    condition = parse_condition(rule)
    assert condition is not None
    return Conclusion(id="large", sentence=sentence, rule=(condition,))


def row(latest: str = "yes", digest: str = "1", **cells: str) -> dict[str, str]:
    return {"citekey": "smith2020", "latest": latest, "hash": digest, **cells}


BEFORE = Snapshot(
    "1.0.0", "2026-01-01", "2025-12-31",
    {"a": record("a", 80, ("outcomes:a",)), "b": record("b", 40, ("outcomes:b",))},
    (conclusion("a lower above 50"),), {"large": "It is 80%"},
    {"outcomes:a": row(events="8"), "outcomes:b": row(), "sources:smith2020": {"hash": "s"}},
    {"index.qmd": ("A first sentence stands here.", "The last one.")},
    {"protocol.rounding": "half_up"},
)  # fmt: skip


def now(**parts: Any) -> Snapshot:
    return replace(BEFORE, version="next", **parts)


def test_nothing_changed_is_no_step() -> None:
    changes = compute_changes(BEFORE, now())
    assert changes.step == "none"
    assert propose(changes) == "Nothing to release."


def test_without_an_earlier_release_nothing_is_reported() -> None:
    changes = compute_changes(None, BEFORE)
    assert (changes.before, changes.step) == ("", "none")
    assert describe(changes) == "1.0.0 has no release before it."


def test_words_alone_are_a_patch_and_stand_beside_their_old_form() -> None:
    prose = {"index.qmd": ("A first sentence stood here.", "The last one.", "A new one.")}
    changes = compute_changes(BEFORE, now(prose=prose))
    assert changes.step == "patch"
    assert [(c.before, c.now) for c in changes.prose] == [
        ("A first sentence stands here.", "A first sentence stood here."), ("", "A new one."),
    ]  # fmt: skip


MOVED = {**BEFORE.records, "a": record("a", 70, ("outcomes:a",))}
LEVEL = {"protocol.confidence_level": "95"}


@pytest.mark.parametrize(
    ("key", "selector", "told"),
    [
        ("protocol.confidence_level", "x", True),
        ("syntheses.orr.primary.measure", "synthesis:orr.primary/all", True),
        ("syntheses.orr.primary.measure", "synthesis:orr", False),
        ("robustness.models.tests", "multiverse:orr/high", True),
        ("robustness.models.tests", "synthesis:orr", False),
        ("title", "x", False),
    ],
)
def test_a_method_changed_where_numbers_were_computed_otherwise_by_it(
    key: str, selector: str, told: bool
) -> None:
    old = replace(BEFORE, protocol={key: "old"})
    records = {**MOVED, "a": replace(MOVED["a"], selector=selector)}
    old = replace(old, records={**old.records, "a": replace(old.records["a"], selector=selector)})
    changes = compute_changes(old, replace(old, protocol={key: "new"}, records=records))
    found = [(c.place, c.before, c.now) for c in changes.methods]
    assert ((key, "old", "new") in found) == told
    assert changes.step == "minor"
    still = compute_changes(old, replace(old, protocol={key: "new"}))
    assert still.methods == ()  # no number moved
    assert [c.place for c in still.prose] == (["title"] if key == "title" else [])


def test_numbers_that_move_by_no_key_move_by_the_package() -> None:
    changes = compute_changes(BEFORE, now(records=MOVED))
    assert [(c.place, c.now) for c in changes.methods] == [
        ("the package", "1 numbers are computed otherwise from the same evidence")
    ]
    assert changes.step == "minor"


def test_words_that_left_the_protocol_are_compared_where_they_stand_now() -> None:
    old = replace(BEFORE, protocol={"protocol.overlap": "One cohort.", **LEVEL,
                                    "syntheses.a.confidence_level": "95"})  # fmt: skip
    changes = compute_changes(
        old, replace(old, protocol={"conventions.overlap": "Once.", **LEVEL}, records=MOVED)
    )
    assert [c.place for c in changes.methods] == ["the package"]
    assert [(c.place, c.before, c.now) for c in changes.prose] == [
        ("conventions.overlap", "One cohort.", "Once.")
    ]


def test_what_a_release_says_of_its_certainty_rules_moves_with_certainty() -> None:
    old = replace(BEFORE, protocol={"certainty.minimum_patients": "100"})
    judged = {**BEFORE.records, "a": replace(BEFORE.records["a"], certainty="very low")}
    found = compute_changes(
        old, replace(old, protocol={"certainty.minimum_patients": "200"}, records=judged)
    )
    assert [c.place for c in found.methods] == ["certainty.minimum_patients"]


@pytest.mark.parametrize(
    ("rows", "record_rows", "kinds"),
    [
        ({"outcomes:a": row("no"), "outcomes:c": row()}, ("outcomes:c",), ["added", "superseded"]),
        ({"outcomes:a": row(digest="2", events="7")}, ("outcomes:a",), ["corrected"]),
        ({"outcomes:c": row()}, ("outcomes:c",), ["added", "withdrawn"]),
        ({"outcomes:a": row(events="8")}, ("outcomes:a",), ["method"]),
        ({"outcomes:a": row(events="8")}, ("outcomes:b",), ["now used", "no longer used"]),
    ],
)
def test_a_number_moves_for_a_reason(
    rows: dict[str, dict[str, str]], record_rows: tuple[str, ...], kinds: list[str]
) -> None:
    rows = {"outcomes:b": row(), "sources:smith2020": {"hash": "s"}, **rows}
    records = {**BEFORE.records, "a": record("a", 70, record_rows)}
    changes = compute_changes(BEFORE, now(records=records, rows=rows))
    (moved,) = changes.numbers
    assert (moved.id, moved.before, moved.now) == ("a", "80%", "70%")
    assert [reason.kind for reason in moved.reasons] == kinds
    assert changes.step == "minor"
    if kinds == ["corrected"]:
        assert moved.reasons[0].detail == "events 8, now 7"


def test_a_conclusion_whose_old_rule_fails_has_flipped_however_it_is_written_now() -> None:
    records = {**BEFORE.records, "a": record("a", 40, ("outcomes:a",))}
    rule = (conclusion("a lower below 50", "It is only {a}"),)
    changes = compute_changes(
        BEFORE, now(records=records, conclusions=rule, texts={"large": "It is only 40%"})
    )
    (change,) = changes.conclusions
    assert (change.kind, change.before, change.now) == ("flipped", "It is 80%", "It is only 40%")
    assert change.why == ("a lower above 50: it is 40%",)
    assert changes.step == "major"
    assert describe(changes).index("Conclusions") < describe(changes).index("Numbers")


@pytest.mark.parametrize(
    ("rules", "kind", "step"),
    [
        ((), "withdrawn", "major"),
        ((conclusion("a lower above 60"),), "rule changed", "minor"),
        ((conclusion("a lower above 50", "So it is {a}"),), "reworded", "patch"),
    ],
)
def test_a_conclusion_that_still_holds(rules: tuple[Conclusion, ...], kind: str, step: str) -> None:
    changes = compute_changes(BEFORE, now(conclusions=rules))
    assert [change.kind for change in changes.conclusions] == [kind]
    assert changes.step == step


def test_sources_retracted_come_before_those_added() -> None:
    rows = {
        **BEFORE.rows, "sources:new2026": {"hash": "n"},
        "outcomes:n": {"citekey": "new2026", "hash": "1"},
        "source_status:smith2020": {"finding": "retracted", "hash": "r"},
    }  # fmt: skip
    changes = compute_changes(BEFORE, now(rows=rows))
    assert [(change.citekey, change.kind, change.rows) for change in changes.sources] == [
        ("smith2020", "retracted", ("source_status:smith2020",)),
        ("new2026", "added", ("outcomes:n",)),
    ]


def test_versions_follow_the_step() -> None:
    assert [next_version("1.2.3", step) for step in ("major", "minor", "patch", "none")] == [
        "2.0.0", "1.3.0", "1.2.4", "1.2.3",
    ]  # fmt: skip
    assert [step_of("1.2.3", name) for name in ("2.0.0", "1.3.0", "1.2.4")] == [
        "major", "minor", "patch",
    ]  # fmt: skip
    assert number_of("1.10.0") > number_of("1.9.9")
    with pytest.raises(ReviewError, match="expected three numbers"):
        number_of("1.0")


def test_nothing_to_release_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match=r"nothing changed since 1\.0\.0"):
        check_version(tmp_path, "1.1.0", compute_changes(BEFORE, now()))


def test_a_release_that_is_not_there_or_was_edited_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match=r"has no version '1\.0\.0'; released: none"):
        load_release(tmp_path, "1.0.0")
    folder = tmp_path / "releases" / "1.0.0"
    folder.mkdir(parents=True)
    (folder / "release.json").write_text("{", encoding="utf-8")
    with pytest.raises(ReviewError, match="written once and never edited"):
        load_release(tmp_path, "1.0.0")


def test_nested_settings_are_flat_by_name() -> None:
    assert flatten({"s": [{"id": "x", "k": 1}, {"id": "y", "l": ["a", "b"]}]}) == {
        "s.x.id": "x", "s.x.k": "1", "s.y.id": "y", "s.y.l": "a, b",
    }  # fmt: skip


@pytest.fixture(scope="module")
def data() -> ReviewData:
    return load_review_data(ROOT)


def test_a_state_survives_being_written(data: ReviewData) -> None:
    state = present_state(data)
    release = {"version": state.version, "date": state.date, "evidence_to": state.evidence_to}
    content = json.loads(json.dumps(state.content()))
    read = read_snapshot(release, json.loads(data.ledger.to_json()), content)
    assert compute_changes(read, state).step == "none"


def table_with(folder: Path, name: str, **cells: str) -> Path:
    """A table of one row, like a row of the evidence with other cells."""
    with (ROOT / "evidence" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        found = next(line for line in reader if line["row_id"] == cells["row_id"])
        header = list(reader.fieldnames or [])
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, lineterminator="\n")
        writer.writeheader()
        writer.writerow(found | cells)
    return path


@pytest.mark.slow  # computes the whole ledger anew
def test_what_if_says_what_would_move_and_changes_nothing(data: ReviewData, tmp_path: Path) -> None:
    path = table_with(tmp_path, "outcomes", row_id="karmma.orr", events="93", percent="72.7")
    before = (ROOT / "evidence" / "outcomes.csv").read_bytes()
    changes = rehearse(data, [path])
    moved = {change.id: change for change in changes.numbers}
    assert "93 of 128" in moved["orr.ide"].now
    assert moved["orr.ide"].reasons[0].kind == "corrected"
    assert changes.rows is not None
    assert changes.rows["corrected"] == ("outcomes:karmma.orr",)
    assert not changes.prose
    assert (ROOT / "evidence" / "outcomes.csv").read_bytes() == before


def test_what_if_lists_the_problems_an_update_would_have(data: ReviewData, tmp_path: Path) -> None:
    path = table_with(tmp_path, "outcomes", row_id="karmma.orr", events="930")
    with pytest.raises(ReviewError, match="930 events > n 128"):
        rehearse(data, [path])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("results.csv", "row_id\n", "has the name of no evidence table"),
        ("outcomes.csv", "row_id,events\n", "the columns are row_id, events; expected those of"),
        ("outcomes.csv", None, "is not there"),
    ],
)
def test_what_if_names_a_table_it_cannot_use(
    data: ReviewData, tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ReviewError, match=said):
        rehearse(data, [tmp_path / name])
