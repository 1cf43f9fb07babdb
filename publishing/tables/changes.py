"""Tables of what changed since the last release; an old figure is marked with that release."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from analysis.changes import Changes, NumberChange, Reason, SourceChange, WordChange
from publishing.ask.describe import Describer
from publishing.cells import source_cell
from publishing.releases import changes_of
from publishing.table import Cell, Column, Table, cell_of, table_of
from publishing.tables.conclusions import sentence_cell
from publishing.workbench import Workbench

PREFIX = "releases"
KINDS = {
    "flipped": "Flipped", "withdrawn": "Withdrawn", "new": "New", "rule changed": "Rule changed",
    "reworded": "Reworded", "moved": "Moved", "gone": "No longer printed", "added": "Added",
    "retracted": "Retracted", "superseded": "Superseded by a newer report",
}  # fmt: skip
NOTHING = "Nothing"
LEDGER_CHANGES = "ledger-changes"  # lists claims that other chapters print
SHOWN = 3  # reasons or rows named in a cell; changes.json has them all


def render_conclusions(bench: Workbench) -> Table:
    """Conclusions that flipped, fell, came or were reworded."""
    changes = changes_of(bench)
    said = {item.id: sentence_cell(bench, item) for item in bench.ledger.conclusions}
    rows = [
        [
            Cell(KINDS[change.kind]),
            _past(changes, "conclusion", change.id, change.before),
            said[change.id] if change.now else Cell(),
            _past(changes, "conclusion", change.id, "; ".join(change.why)),
        ]
        for change in changes.conclusions
    ]
    columns = [
        Column("What happened", width=9),
        Column("Before", width=20),
        Column("Now", width=20),
        Column("Condition of the earlier rule that fails", width=16),
    ]
    return _table("changes-conclusions", columns, rows, changes)


def render_numbers(bench: Workbench) -> Table:
    """Numbers that moved, with what moved them; then those that are new or gone."""
    changes = changes_of(bench)
    kinds = list(dict.fromkeys(change.kind for change in changes.numbers))
    numbers = sorted(  # results before counts of rows
        changes.numbers, key=lambda change: (kinds.index(change.kind), change.id[:6] == "count.")
    )
    rows = [_number(changes, change) for change in numbers]
    columns = [
        Column("Claim", width=16),
        Column("Before", width=22),
        Column("Now", width=22),
        Column("Why", width=22),
    ]
    groups = [KINDS[change.kind] for change in numbers]
    return _table("changes-numbers", columns, rows, changes, groups)


def render_results(bench: Workbench) -> Table:
    """Results a clinician reads that moved or are new, in words; counts of rows are left out."""
    from publishing.printed import printed_claims  # which reads all tables

    changes, describer = changes_of(bench), Describer(bench)
    read = printed_claims(bench, "clinician")
    named = {
        (describer.describe(bench.ledger[change.id]).title, change.before, change.now): change
        for change in reversed(changes.numbers)
        if change.now and change.id in read and bench.ledger[change.id].statistic != "rows"
    }  # chapters may claim one figure under two names: a reader is told once
    titles = {change.id: title for (title, *_), change in reversed(named.items())}
    shown = [change for change in changes.numbers if change.id in titles]
    rows = [
        [
            Cell(titles[change.id], row=f"ledger:{change.id}"),
            _past(changes, "claim", change.id, change.before),
            Cell(change.now, claim=change.id),
            source_cell(*bench.ledger[change.id].citekeys[:SHOWN]),
        ]
        for change in shown
    ]
    columns = [
        Column("Result", width=24),
        Column("Before", width=20),
        Column("Now", width=20),
        Column("Source", width=14),
    ]
    groups = [KINDS[change.kind] for change in shown]
    return _table(LEDGER_CHANGES, columns, rows, changes, groups)


def _number(changes: Changes, change: NumberChange) -> list[Cell]:
    name = _past(changes, "claim", change.id, change.id)
    return [
        name if change.before else Cell(change.id, row=f"ledger:{change.id}"),
        _past(changes, "claim", change.id, change.before),
        Cell(change.now, claim=change.id) if change.now else Cell(),
        _why(changes, change.reasons),
    ]


def _why(changes: Changes, reasons: tuple[Reason, ...]) -> Cell:
    parts: list[Cell | str] = []
    for reason in reasons[:SHOWN]:
        parts += ["; "] if parts else []
        parts.append(f"{reason.kind} " if reason.row else reason.detail or "the method changed")
        if reason.row:
            parts.append(_row(changes, reason.row, reason.detail))
    if len(reasons) > SHOWN:
        parts.append(" and others")
    return cell_of(*parts) if parts else Cell()


def _row(changes: Changes, row: str, detail: str = "") -> Cell:
    table, _, name = row.partition(":")
    shown = f"{table.replace('_', ' ')}: {name}"
    return _past(changes, "row", row, f"{shown} ({detail})" if detail else shown)


def render_correction(bench: Workbench) -> Table:
    """Figures of the corrected release beside what they are now, and why; by reason."""
    changes, describer = changes_of(bench), Describer(bench)
    correction = bench.evidence.review.correction
    moved = {change.id: change for change in changes.numbers}
    listed = [
        (item.reason, moved[claim])
        for item in (correction.figures if correction else ())
        for claim in item.claims
        if claim in moved
    ]
    rows = [
        [
            Cell(describer.describe(bench.ledger[change.id]).title, row=f"ledger:{change.id}")
            if change.now
            else _past(changes, "claim", change.id, change.id),
            _past(changes, "claim", change.id, change.before),
            Cell(change.now, claim=change.id) if change.now else Cell(),
        ]
        for _, change in listed
    ]
    columns = [Column("Result", width=24), Column("Before", width=24), Column("Now", width=24)]
    reasons = [reason for reason, _ in listed]
    return _table("changes-correction", columns, rows, changes, reasons)


def render_sources(bench: Workbench) -> Table:
    """Sources retracted, superseded, added and withdrawn, with the rows that cite them."""
    changes = changes_of(bench)
    known = set(bench.evidence.sources["citekey"])
    rows = [_source(changes, change, change.citekey in known) for change in changes.sources]
    columns = [
        Column("Source", width=14),
        Column("What happened", width=12),
        Column("Rows of evidence", width=34),
    ]
    return _table("changes-sources", columns, rows, changes)


def _source(changes: Changes, change: SourceChange, known: bool) -> list[Cell]:
    name = _past(changes, "row", f"sources:{change.citekey}", change.citekey)
    named: list[Cell | str] = []
    for row in change.rows[:SHOWN]:
        named += [*([", "] if named else []), _row(changes, row)]
    if len(change.rows) > SHOWN:
        named.append(" and others")
    return [
        Cell(citekeys=(change.citekey,)) if known else name,
        Cell(KINDS[change.kind]),
        cell_of(*named) if named else Cell(),
    ]


def render_methods(bench: Workbench) -> Table:
    """Keys of the protocol that differ."""
    return _words(bench, "changes-methods", "Place in the protocol", changes_of(bench).methods)


def render_prose(bench: Workbench) -> Table:
    """Sentences that differ, document by document."""
    return _words(bench, "changes-prose", "Document", changes_of(bench).prose)


def _words(bench: Workbench, name: str, place: str, words: Iterable[WordChange]) -> Table:
    changes = changes_of(bench)
    rows = [
        [*(_past(changes, "words", "", text) for text in (change.place, change.before, change.now))]
        for change in words
    ]
    columns = [Column(place, width=12), Column("Before", width=24), Column("Now", width=24)]
    return _table(name, columns, rows, changes)


def _past(changes: Changes, kind: str, name: str, text: str) -> Cell:
    """A text that stands in the earlier release, marked with it; an empty one stays empty."""
    place = f"{kind}/{name}" if name else kind
    return Cell(text, row=f"{PREFIX}:{changes.before}/{place}") if text else Cell()


def _table(
    name: str,
    columns: list[Column],
    rows: list[list[Cell]],
    changes: Changes,
    groups: Iterable[str] = (),
) -> Table:
    empty = "No earlier release" if not changes.before else NOTHING
    shown = rows or [[Cell(empty), *[Cell()] * (len(columns) - 1)]]
    return table_of(name, columns, shown, groups=groups if rows else ())


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "changes-conclusions": render_conclusions,
    "changes-numbers": render_numbers,
    LEDGER_CHANGES: render_results,
    "changes-correction": render_correction,
    "changes-sources": render_sources,
    "changes-methods": render_methods,
    "changes-prose": render_prose,
}
