"""One registry of statistics: nothing else lists their names, and nothing fills in a property."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis import registry, words
from analysis.claims import Claim, collect_claims, selector_problems
from analysis.ledger import Record, compute_ledger
from analysis.measures import Measure, provenance
from analysis.registry import Compute, statistic, statistic_of, statistics
from analysis.review_data import ReviewData, load_review_data
from analysis.selection import Selection
from analysis.words import StatisticWords, interface_words
from publishing.checks.guard.claim_facts import Claims
from publishing.checks.mutation.declared import Declared
from publishing.printing.claims_in_words import Describer
from publishing.tables.ledger import part_of
from schemas.evidence import Evidence
from schemas.problems import ReviewError

LAYERS = ("schemas", "analysis", "publishing")
LEFT = {"publishing/tables/changes.py"}  # compares a name until its tables are set anew
COMPUTED = {f"{module.replace('.', '/')}.py" for module in registry.MODULES}
PROPERTIES: dict[str, Any] = {
    "family": "rows", "unit": "number", "part": "by table", "says": "result",
    "compares": False, "minor": False, "reads": lambda row, column: ("events",),
}  # fmt: skip
MADE_UP = "made_up"


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry, to which a test may add."""
    monkeypatch.setattr(registry, "STATISTICS", dict(statistics()))


@pytest.fixture
def made_up(catalogue: None) -> Compute:
    return register()


def register(**changed: Any) -> Compute:
    @statistic(MADE_UP, **PROPERTIES | changed)
    def compute(_: Evidence, selections: list[Selection]) -> Measure:
        row, reference = selections[0].only(), selections[0].references[0]
        return Measure("number", row["events"], **provenance(row, reference))

    return compute


def claim_on(reference: str) -> Claim:
    return Claim("a.claim", MADE_UP, reference, "number0", "", "", 7)


def recorded(data: ReviewData, reference: str) -> tuple[ReviewData, Record]:
    """The review's data with one claim more, of the statistic that was made up."""
    made = compute_ledger(data.evidence, [claim_on(reference)], data.syntheses)["a.claim"]
    records = {**data.ledger.records, made.id: made}
    return replace(data, ledger=replace(data.ledger, records=records)), made


def counted(data: ReviewData, table: str) -> str:
    """A row of a table that holds a count."""
    frame = getattr(data.evidence, table)
    return f"{table}:{frame[frame['events'].notna()].iloc[0]['row_id']}"


# a statistic that is made up --------------------------------------------------------------------


@pytest.mark.usefixtures("made_up")
def test_one_registration_serves_claims_ledger_guard_and_proof(
    data: ReviewData, tmp_path: Path
) -> None:
    reference = counted(data, "outcomes")
    path = tmp_path / "claims.csv"
    line = f"a.claim,{MADE_UP},{reference},number0,,"
    path.write_text(f"id,statistic,selector,format,topic,note\n{line}\n", encoding="utf-8")
    claims, problems = collect_claims(path)
    assert problems + selector_problems(data.evidence, claims) == []
    known, record = recorded(data, reference)
    assert part_of(record) == "benefit"
    assert Claims(known).is_absolute(record)
    assert not Claims(known).is_comparative(record)
    assert Declared(known).of_claim(record) == {(reference, "events")}


@pytest.mark.parametrize(
    ("changed", "part", "absolute", "comparative"),
    [
        ({}, "harm", True, False),
        ({"compares": True}, "harm", True, True),
        ({"says": "fact", "compares": True}, "harm", False, False),
        ({"says": "analysis", "part": "spread"}, "harm", False, False),
        ({"says": "count", "part": "other"}, "other", False, False),
    ],
)
@pytest.mark.usefixtures("catalogue")
def test_its_properties_decide_everywhere(
    data: ReviewData, changed: dict[str, Any], part: str, absolute: bool, comparative: bool
) -> None:
    register(**changed)
    known, record = recorded(data, counted(data, "adverse_events"))
    assert part_of(record) == part
    assert Claims(known).is_absolute(record) is absolute
    assert Claims(known).is_comparative(record) is comparative


@pytest.mark.usefixtures("made_up")
def test_answers_need_its_words(data: ReviewData, monkeypatch: pytest.MonkeyPatch) -> None:
    known, record = recorded(data, counted(data, "outcomes"))
    with pytest.raises(ReviewError, match=r"statistics\.made_up: the statistic 'made_up' has no"):
        Describer(known).describe(record)
    said = {
        **interface_words().statistics,
        MADE_UP: StatisticWords(title="new", head="", search="novel"),
    }
    with_said = interface_words().model_copy(update={"statistics": said})
    monkeypatch.setattr(words, "interface_words", lambda: with_said)
    described = Describer(known).describe(record)
    assert ", new, " in described.title
    assert "novel" in described.words.split()


@pytest.mark.parametrize("name", PROPERTIES)
@pytest.mark.usefixtures("catalogue")
def test_a_property_that_is_missing_is_an_error_that_names_it(name: str) -> None:
    given = {other: value for other, value in PROPERTIES.items() if other != name}
    with pytest.raises(ValueError, match=f"statistic 'made_up' lacks {name}"):
        statistic(MADE_UP, **given)


@pytest.mark.parametrize("name", ["family", "unit", "part", "says"])
@pytest.mark.usefixtures("catalogue")
def test_a_property_that_is_unknown_is_an_error_that_names_it(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} 'some' is unknown; expected one of"):
        register(**{name: "some"})
    with pytest.raises(ValueError, match="'made_up' has no colour"):
        register(colour="red")


@pytest.mark.usefixtures("made_up")
def test_a_key_is_registered_once() -> None:
    with pytest.raises(ValueError, match="'made_up' is registered twice"):
        register()


@pytest.mark.usefixtures("catalogue")
def test_a_statistic_yields_the_unit_it_is_registered_with(data: ReviewData) -> None:
    register(unit="percent")
    with pytest.raises(ReviewError, match="yields number; it is registered with the unit percent"):
        recorded(data, counted(data, "outcomes"))


def test_a_statistic_that_nobody_registered_is_an_error(data: ReviewData) -> None:
    record = replace(next(iter(data.ledger.records.values())), statistic=MADE_UP)
    guard, declared = Claims(data), Declared(data)
    for ask in (part_of, guard.is_comparative, declared.of_claim, Describer(data).describe):
        with pytest.raises(ReviewError, match="no statistic 'made_up' is registered; known: abso"):
            ask(record)


# names ------------------------------------------------------------------------------------------


def test_words_and_statistics_have_the_same_keys() -> None:
    assert interface_words().statistics.keys() == statistics().keys()


def test_words_that_are_wrong_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = tmp_path / "words.yml"
    place.write_text('statistics:\n  sum: {title: sum, serach: ""}\n', encoding="utf-8")
    monkeypatch.setattr(words, "PLACE", place)
    interface_words.cache_clear()
    with pytest.raises(ReviewError) as caught:
        interface_words()
    assert "analysis/words.yml" in str(caught.value)
    assert "statistics.sum.serach: is unknown" in str(caught.value)


def product(root: Path) -> Iterator[tuple[str, ast.Module]]:
    for layer in LAYERS:
        for path in sorted((root / layer).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def test_no_module_compares_the_statistic_of_a_claim(root: Path) -> None:
    found = {name for name, tree in product(root) if any(map(is_compared, ast.walk(tree)))}
    assert found <= {"analysis/claims.py", *LEFT}  # which asks whether it is registered


def is_compared(node: ast.AST) -> bool:
    """A comparison of a statistic with anything, or a question about the letters of its key."""
    if isinstance(node, ast.Compare):
        asked = [node.left, *node.comparators]
    else:
        asked = [node.value] if isinstance(node, ast.Attribute) else []
    return any(isinstance(one, ast.Attribute) and one.attr == "statistic" for one in asked)


def test_no_other_module_writes_the_name_of_a_statistic(root: Path) -> None:
    named = {key for key in statistics() if "_" in key} - {"time_to_event"}  # a table too
    found = {
        (name, node.value)
        for name, tree in product(root)
        if name not in COMPUTED
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in named
    }
    assert found == set()


@pytest.mark.parametrize("text", ['x.statistic == "a"', 'x.statistic in NAMES',
                                  'x.statistic.startswith("a")'])  # fmt: skip
def test_a_comparison_is_seen(text: str) -> None:
    assert any(map(is_compared, ast.walk(ast.parse(text))))


def test_every_statistic_of_the_claims_is_registered(data: ReviewData) -> None:
    for record in data.ledger.records.values():
        assert statistic_of(record.statistic).key == record.statistic
