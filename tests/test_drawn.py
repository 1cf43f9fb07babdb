"""What `validate` draws: a table or figure that fails in the build fails there, and only anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.changes import Changes
from analysis.reads import begin_noting, noted, noted_so_far
from analysis.review_data import ReviewData, compute_review_data, load_review_data
from publishing.checks import drawn
from publishing.checks.guard.claim_facts import Claims
from publishing.checks.guard.products import Products
from publishing.checks.scan.facts import facts_of
from publishing.displays.cohort_groups import load_cohort_groups
from publishing.displays.specification import FigureSpecification, Specification
from publishing.displays.tracing import sketch
from publishing.documents.catalogue import load_displays
from publishing.documents.proof import prove
from publishing.documents.reads import Fingerprints, watched_data
from publishing.history.releases import changes_beside_words_of, words_changed_of
from publishing.history.snapshot import take_snapshot
from publishing.lifecycle.checked import check_review
from publishing.site.cards.content import ClaimCards
from publishing.site.cards.page_cards import PageCards
from schemas.problems import ReviewError
from tests.quick_build import quick_build
from tests.small_review import rewrite

FOREST, HEADLINE = "report/figures/forest.yml", "report/tables/headline.yml"
PROJECT = Path(__file__).parents[1]


def put(review: Path, file: str, old: str, new: str) -> None:
    text = (review / file).read_text(encoding="utf-8")
    assert old in text
    (review / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def forget() -> None:
    """What a process keeps of a review; a writer's next command is another process."""
    for kept in (load_review_data, load_cohort_groups):
        kept.cache_clear()


def validated(review: Path) -> list[str]:
    """Files of the displays that one run of the checks draws; ReviewError as they raise it."""
    forget()
    seen: list[str] = []

    def proved(data: ReviewData, display: Specification) -> None:
        seen.append(display.file)
        prove(data, display)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawn, "prove", proved)
        check_review(review, draw=True)
    return seen


def exchange_labels(review: Path) -> None:
    """What was called overall response is called complete response, and the other way round."""
    labels = {
        "overall_response": "complete response or better",
        "complete_response_or_better": "overall response",
    }
    rewrite(review / "evidence/vocabulary.csv", lambda rows: [
        row | {"label": labels.get(row["term"], row["label"])} for row in rows
    ])  # fmt: skip


def ask_for_what_an_arm_lacks(review: Path) -> None:
    put(review, FOREST, "groups:", "outcome: very_good_partial_response_or_better\ngroups:")
    put(review, FOREST, "synthesis: orr.primary", "arms: [cartitude-1, anito-ph1]")
    rewrite(review / "evidence/outcomes.csv", lambda rows: [
        row for row in rows
        if (row["arm_id"], row["outcome"][:9]) != ("anito-ph1", "very_good")
    ])  # fmt: skip


def picture_months(review: Path) -> None:
    path = review / "report/figures/people.yml"
    text = path.read_text(encoding="utf-8").replace("orr.cilta", "pfs.median.cilta")
    path.write_text(text.replace("|natural", ""), encoding="utf-8")


FAULTS: dict[str, Callable[[Path], None]] = {
    "the head is “Overall survival”": lambda review: put(
        review, HEADLINE, "title: Overall response", "title: Overall survival"
    ),
    "the head is “Overall response”, and below stands complete response": exchange_labels,
    "the evidence has no latest very_good_partial_response_or_better": ask_for_what_an_arm_lacks,
    "pfs.median.cilta cannot be shown as people of a hundred": picture_months,
}  # fmt: skip


@pytest.mark.parametrize("told", FAULTS)
def test_what_fails_when_it_is_drawn_is_told_by_validate(review: Path, told: str) -> None:
    FAULTS[told](review)
    with pytest.raises(ReviewError, match=told):
        validated(review)


@pytest.mark.slow
@pytest.mark.parametrize("told", FAULTS)
def test_the_build_says_the_same(review: Path, told: str) -> None:
    FAULTS[told](review)
    forget()
    with pytest.raises(ReviewError, match=told):
        quick_build(review, formats=("html",))


def printed_median(row: dict[str, str]) -> bool:
    return row["measure"] == "median" and bool(row["value"])


def test_only_what_a_change_can_move_is_drawn_again(review: Path) -> None:
    every = set(validated(review))
    assert {FOREST, HEADLINE} < every
    assert validated(review) == []
    put(review, "report/response.qmd", "with its own patients", "with patients of its own")
    assert validated(review) == []
    put(review, FOREST, "Squares: cohorts.", "Squares: the cohorts.")
    assert validated(review) == [FOREST]
    rewrite(review / "evidence/time_to_event.csv", lambda rows: [
        row | {"reread_on": "2026-11"} for row in rows
    ])  # fmt: skip
    assert validated(review) == []
    rewrite(review / "evidence/time_to_event.csv", lambda rows: [
        row | ({"value": f"{float(row['value']) + 0.1:.1f}"} if printed_median(row) else {})
        for row in rows
    ])  # fmt: skip
    again = validated(review)
    assert HEADLINE in again
    assert "report/tables/audit.yml" not in again


def test_what_changed_is_computed_once_for_the_files_as_they_stand(review: Path) -> None:
    """Every display that asks for it notes what it rests on, computed or not."""
    forget()
    data = load_review_data(review)

    def asked() -> tuple[Changes, Changes, str]:
        begin_noting()
        watched = watched_data(data)
        beside = changes_beside_words_of(watched)
        assert set(noted_so_far()) == {"evidence", "settings"}
        found = beside, words_changed_of(watched), take_snapshot(watched).content_hash
        assert {"evidence", "settings", "documents"} <= set(noted_so_far())
        return found

    first = asked()
    assert all(now is before for now, before in zip(asked()[:2], first[:2], strict=True))
    put(review, "report/response.qmd", "with its own patients", "with patients of its own")
    again = asked()
    assert again[0] is first[0]
    assert again[1] is not first[1]
    assert again[2] != first[2]


def test_a_display_that_failed_is_drawn_until_it_passes(review: Path) -> None:
    put(review, HEADLINE, "title: Overall response", "title: Overall survival")
    for _ in range(2):
        with pytest.raises(ReviewError, match="the head is"):
            validated(review)
    put(review, HEADLINE, "title: Overall survival", "title: Overall response")
    assert validated(review) == [HEADLINE]


def as_shown(data: ReviewData, display: Specification) -> str:
    """What a display shows, in words."""
    try:
        if isinstance(display, FigureSpecification):
            return str(sketch(data, display))
        return str(display.make(data))
    except (ValueError, LookupError, ReviewError) as error:
        return str(error)


CHANGES = {  # of each table: a row, by the beginning of its first cell, a column, another cell
    "outcomes": ("cartitude-1.orr.27m", "verification", "secondary"),
    "time_to_event": ("cartitude-1.pfs", "verification", "secondary"),
    "vocabulary": ("endpoint", "label", "Something else"),
    "arms": ("karmma", "short_label", "Another name"),
    "studies": ("karmma", "name", "ANOTHER"),
    "syntheses": ("", "reason", "For another reason."),
    "article_claims": ("", "source_says", "It was said."),
    "claims": ("orr.cilta", "format", "percent0"),
}
MOVING = {"outcomes", "time_to_event", "studies", "article_claims", "claims"}


def test_whatever_moves_a_display_is_among_what_it_read(review: Path) -> None:
    forget()
    data = load_review_data(review)
    shown = []
    for display in load_displays(review):
        begin_noting()
        shown.append((display, as_shown(watched_data(data), display), noted_so_far()))
    before, moved = Fingerprints(data, str), set()
    for table, (begins, column, value) in CHANGES.items():
        other = shutil.copytree(review, review.parent / table)
        place = other / ("report" if table == "claims" else "evidence") / f"{table}.csv"
        rewrite(place, lambda rows, begins=begins, column=column, value=value: [
            row | {column: value} if next(iter(row.values())).startswith(begins) else row
            for row in rows
        ])  # fmt: skip
        changed = compute_review_data(other)
        now = Fingerprints(changed, str)
        for display, was, names in shown:
            if as_shown(changed, display) != was:
                moved.add(table)
                assert now.of(names) != before.of(names), (table, display.file)
    assert moved >= MOVING


Readers = Callable[[str], object]


def readers_of(data: ReviewData) -> dict[str, Readers]:
    """What pages print of a claim or row, and what guard and scan ask of it, each read once."""
    deck = ClaimCards(data, "A title", "1.0.0", "c0")
    addresses = {f"claim-{name}": "ledger.html" for name in data.ledger.records}
    facts, claims = facts_of(data, ()), Claims(data)
    products = Products(claims)

    def guarded(name: str) -> object:
        record = data.ledger[name]
        asked = (claims.design, claims.is_comparative, claims.is_harm, products.behind)
        return [*claims.with_owners(name), *(ask(record) for ask in asked)]

    return {
        "card": lambda name: PageCards("index.html", deck, addresses, {}).card(name),
        "guard": guarded,
        "scan": lambda name: [facts.forms(name), *map(facts.figures, data.ledger[name].rows)],
    }


def test_whatever_moves_what_is_said_of_a_claim_is_among_what_was_read_for_it(
    review: Path,
) -> None:
    """Cards, guard and scan read much once for many claims: each notes it all the same."""
    forget()
    data = load_review_data(review)
    readers, said = readers_of(watched_data(data)), []
    for claim in [*data.ledger.records] * 2:  # the second time all of it is known
        for kind, read in readers.items():
            with noted() as names:
                found = str(read(claim))
            said.append((kind, claim, found, names))
    before, moved = Fingerprints(data, str), set()
    for table, (begins, column, value) in CHANGES.items():
        other = shutil.copytree(review, review.parent / f"{table} again")
        place = other / ("report" if table == "claims" else "evidence") / f"{table}.csv"
        rewrite(place, lambda rows, begins=begins, column=column, value=value: [
            row | {column: value} if next(iter(row.values())).startswith(begins) else row
            for row in rows
        ])  # fmt: skip
        changed = compute_review_data(other)
        now, again = Fingerprints(changed, str), readers_of(changed)
        for kind, claim, found, names in said:
            if str(again[kind](claim)) != found:
                moved.add((table, kind))
                assert now.of(names) != before.of(names), (table, kind, claim)
    assert moved >= {
        ("outcomes", "card"), ("outcomes", "guard"), ("time_to_event", "card"), ("studies", "card"),
        ("vocabulary", "card"), ("claims", "scan"),
    }  # fmt: skip


def test_a_cell_makes_old_only_what_was_said_of_claims_on_its_row(review: Path) -> None:
    forget()
    data = load_review_data(review)
    readers, names = readers_of(watched_data(data)), dict[tuple[str, str], set[str]]()
    for claim in data.ledger.records:
        for kind in ("guard", "scan"):
            with noted() as names[kind, claim]:
                readers[kind](claim)
    row = next(ref for ref in data.ledger["orr.cilta"].rows if ref.startswith("outcomes:"))
    rewrite(review / "evidence/outcomes.csv", lambda rows: [
        cells | {"locator": "Table 9"} if f"outcomes:{cells['row_id']}" == row else cells
        for cells in rows
    ])  # fmt: skip
    before, now = Fingerprints(data, str), Fingerprints(compute_review_data(review), str)
    old = {claim for (_, claim), read in names.items() if now.of(read) != before.of(read)}
    on_row = {name for name, record in data.ledger.records.items() if row in record.rows}
    assert old == on_row
    assert len(on_row) < len(data.ledger.records)
