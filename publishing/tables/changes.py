"""What changed since a release, as tables: each cell about it is marked with the release."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar, Literal

from analysis.changes import Changes, NumberChange, Reason, WordChange
from analysis.review_data import ReviewData
from publishing.displays.lines import Line, LineTable, line
from publishing.history.releases import (
    changes_beside_words_of,
    load_release,
    words_changed_of,
)
from publishing.printing.cells import source_cell
from publishing.printing.claims_in_words import Describer
from publishing.printing.table import Cell, cell_of
from publishing.tables.claims import sentence_cell

PREFIX = "releases"
SHOWN = 3  # reasons or rows named in a cell; changes.json has them all


def before_and_now(changes: Changes, change: NumberChange) -> dict[str, Cell | str]:
    """The claim in the earlier release and today."""
    now = Cell(change.now, claim=change.id) if change.now else Cell()
    return {"before": past_cell(changes, "claim", change.id, change.before), "now": now}


def _row(changes: Changes, row: str, detail: str = "") -> Cell:
    table, _, name = row.partition(":")
    shown = f"{table.replace('_', ' ')}: {name}"
    return past_cell(changes, "row", row, f"{shown} ({detail})" if detail else shown)


def past_cell(changes: Changes, kind: str, name: str, text: str) -> Cell:
    """A text that stands in the earlier release, marked with it; an empty one stays empty."""
    place = f"{kind}/{name}" if name else kind
    return Cell(text, row=f"{PREFIX}:{changes.before}/{place}") if text else Cell()


def title_cell(
    describer: Describer, data: ReviewData, changes: Changes, change: NumberChange
) -> Cell:
    """What a claim is about; of one that is gone, from its rows, as far as they are kept."""
    if change.now:
        title = describer.describe(data.ledger[change.id]).title
        return Cell(title, row=f"ledger:{change.id}")
    past = load_release(data.root, changes.before).records[change.id]
    if title := describer.title_of(past.rows, past.statistic):
        return past_cell(changes, "row", past.rows[0], title)
    return past_cell(changes, "claim", change.id, change.id)


def rows_cell(changes: Changes, rows: Sequence[str], others: str) -> Cell:
    """The first of some evidence rows; `others` says that there are more."""
    return _listed([[_row(changes, row)] for row in rows], ", ", others)


def reasons_cell(changes: Changes, reasons: Sequence[Reason], method: str, others: str) -> Cell:
    """The first of some reasons; `method` says that a method moved the number."""
    told: list[list[Cell | str]] = [
        [f"{reason.kind} ", _row(changes, reason.row, reason.detail)]
        if reason.row
        else [reason.detail or method]
        for reason in reasons
    ]
    return _listed(told, "; ", others)


def _listed(told: Sequence[Sequence[Cell | str]], between: str, others: str) -> Cell:
    shown = [part for parts in told[:SHOWN] for part in (between, *parts)][1:]
    more = [f" {others}"] if len(told) > SHOWN else []
    return cell_of(*shown, *more) if shown else Cell()


ChangedPart = Literal["conclusions", "numbers", "correction", "sources", "methods", "prose"]
PARTS: Mapping[ChangedPart, Sequence[str]] = {
    "conclusions": ("what", "before", "now", "why"),
    "numbers": ("claim", "before", "now", "why"),
    "correction": ("result", "before", "now"),
    "sources": ("source", "what", "rows"),
    "methods": ("place", "before", "now"),
    "prose": ("place", "before", "now"),
}


class ChangesTable(LineTable):
    """One `part` of what changed; what its columns may show depends on the part.

    `conclusions` that flipped, fell, came or were reworded (`what`, `before`, `now`, `why`);
    `numbers` by claim, with what moved them (`claim`, `before`, `now`, `why`); the
    figures of a `correction` by reason (`result`, `before`, `now`); `sources` with the rows that
    cite them (`source`, `what`, `rows`); `methods` and `prose` (`place`, `before`, `now`).
    `words` name what happened, and say `nothing`, `first` (there is no earlier release),
    `method` (it moved a number) and `others` (more are not named).
    """

    SHOWS = ()
    WORDS = ("nothing", "first", "method", "others")
    follows_releases: ClassVar[bool] = True
    kind: Literal["changes"]
    part: ChangedPart

    @property
    def offered(self) -> Sequence[str]:
        """What its columns may show."""
        return PARTS[self.part]

    def nothing(self, data: ReviewData) -> str:
        """Whether nothing changed, or there is nothing to compare with."""
        return self.word("nothing" if self._changes(data).before else "first")

    def _changes(self, data: ReviewData) -> Changes:
        """What changed, as far as this part asks: words alone read the documents."""
        of_words = self.part == "prose"
        return words_changed_of(data) if of_words else changes_beside_words_of(data)

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """A line a change."""
        listed: Mapping[ChangedPart, Callable[[ReviewData, Changes], Iterator[Line]]] = {
            "conclusions": self._conclusions,
            "numbers": self._numbers,
            "correction": self._correction,
            "sources": self._sources,
            "methods": lambda _, changes: _words(changes, changes.methods),
            "prose": lambda _, changes: _words(changes, changes.prose),
        }
        return listed[self.part](data, self._changes(data))

    def _conclusions(self, data: ReviewData, changes: Changes) -> Iterator[Line]:
        said = {item.id: sentence_cell(data, item) for item in data.ledger.conclusions}
        for change in changes.conclusions:
            yield line(
                what=self.word(change.kind),
                before=past_cell(changes, "conclusion", change.id, change.before),
                now=said[change.id] if change.now else Cell(),
                why=past_cell(changes, "conclusion", change.id, "; ".join(change.why)),
            )

    def _numbers(self, data: ReviewData, changes: Changes) -> Iterator[Line]:
        """Numbers that moved, then those that are new or gone; results before counts of rows."""
        method, others = self.word("method"), self.word("others")
        kinds = list(dict.fromkeys(change.kind for change in changes.numbers))
        for change in sorted(
            changes.numbers, key=lambda one: (kinds.index(one.kind), one.id[:6] == "count.")
        ):
            past = past_cell(changes, "claim", change.id, change.id)
            yield line(
                self.word(change.kind),
                claim=past if change.before else Cell(change.id, row=f"ledger:{change.id}"),
                **before_and_now(changes, change),
                why=reasons_cell(changes, change.reasons, method, others),
            )

    def _correction(self, data: ReviewData, changes: Changes) -> Iterator[Line]:
        describer, correction = Describer(data), data.evidence.review.correction
        moved = {change.id: change for change in changes.numbers}
        for item in correction.figures if correction else ():
            for change in (moved[claim] for claim in item.claims if claim in moved):
                title = title_cell(describer, data, changes, change)
                yield item.reason, {"result": title, **before_and_now(changes, change)}

    def _sources(self, data: ReviewData, changes: Changes) -> Iterator[Line]:
        """Sources retracted, superseded, added and withdrawn, with the rows that cite them."""
        known = set(data.evidence.rows["sources"].cells("citekey"))
        for change in changes.sources:
            key = change.citekey
            past = past_cell(changes, "row", f"sources:{key}", key)
            yield line(
                source=source_cell(key) if key in known else past,
                what=self.word(change.kind),
                rows=rows_cell(changes, change.rows, self.word("others")),
            )


def _words(changes: Changes, words: Sequence[WordChange]) -> Iterator[Line]:
    for change in words:
        texts = {"place": change.place, "before": change.before, "now": change.now}
        yield "", {what: past_cell(changes, "words", "", text) for what, text in texts.items()}
