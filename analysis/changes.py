"""What changed between two states of the review, and how large a step that is.

The order is a board's: conclusions first, then numbers with their reasons, sources, methods and
words. It follows what the extension of PRISMA 2020 for living reviews asks each version to report
(BMJ 2024;387:e079183).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import Any

from analysis.conclusions import judge
from analysis.snapshots import PastRecord, Snapshot
from analysis.words import say
from schemas.conclusions import Conclusion
from schemas.review import SynthesisDefinition

STEPS = ("none", "patch", "minor", "major")
COMPUTING = ("protocol", "syntheses", "robustness", "certainty")
"""Parts of review.yml from which numbers are computed."""
SYNTHESIS_KEYS = {*SynthesisDefinition.model_fields, "minimum_studies"}
BESIDE = ("multiverse", "subgroups", "regression")
"""What selectors of analyses beside the protocol begin with."""
SIMILAR = 0.5  # sentences at least this alike are one sentence, reworded


@dataclass(frozen=True)
class ConclusionChange:
    """A conclusion before and now; `why` names the conditions of the old rule that fail."""

    id: str
    kind: str
    before: str
    now: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why a number moved: a row that was added, corrected, superseded or withdrawn, or a method."""

    kind: str
    row: str = ""
    detail: str = ""


@dataclass(frozen=True)
class NumberChange:
    """A claim in full before and now, with the reasons; `kind` is moved, new or gone."""

    id: str
    kind: str
    before: str
    now: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class SourceChange:
    """A source that came, went, was superseded or was retracted; the rows that say so."""

    citekey: str
    kind: str
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class WordChange:
    """A sentence before and now; one of them is empty where it was added or deleted."""

    place: str
    before: str
    now: str


@dataclass(frozen=True)
class Changes:
    """Everything that changed, in the order a board reads it."""

    before: str
    now: str
    conclusions: tuple[ConclusionChange, ...] = ()
    numbers: tuple[NumberChange, ...] = ()
    sources: tuple[SourceChange, ...] = ()
    rows: Mapping[str, tuple[str, ...]] | None = None
    methods: tuple[WordChange, ...] = ()
    prose: tuple[WordChange, ...] = ()

    @property
    def step(self) -> str:
        """`major` when a conclusion flipped or fell, `minor` when evidence, a number or a method
        changed, `patch` when only words did, `none`."""
        if any(change.kind in ("flipped", "withdrawn") for change in self.conclusions):
            return "major"
        rows = any((self.rows or {}).values())
        if self.numbers or self.sources or rows or self.methods:
            return "minor"
        reworded = any(change.kind == "reworded" for change in self.conclusions)
        if self.conclusions and not reworded:
            return "minor"
        return "patch" if self.prose or reworded else "none"

    def to_dict(self) -> dict[str, Any]:
        """What changes.json publishes."""
        return {"step": self.step, **asdict(self)}


def compute_changes(before: Snapshot | None, now: Snapshot) -> Changes:
    """Compare two states; without an earlier one nothing is reported as changed."""
    return replace(changes_beside_words(before, now), prose=words_changed(before, now))


def changes_beside_words(before: Snapshot | None, now: Snapshot) -> Changes:
    """The same but for the words, which alone ask for the prose."""
    if before is None:
        return Changes("", now.version)
    numbers = tuple(compare_numbers(before, now))
    return Changes(
        before.version,
        now.version,
        tuple(compare_conclusions(before, now)),
        numbers,
        tuple(compare_sources(before, now)),
        compare_rows(before, now),
        tuple(compare_methods(before, now, numbers, _pairs_of(before, now))),
    )


def words_changed(before: Snapshot | None, now: Snapshot) -> tuple[WordChange, ...]:
    """Sentences and conventions that differ; of a state nothing but prose and protocol is asked."""
    if before is None:
        return ()
    pairs = _pairs_of(before, now)
    said = (pair for pair in pairs if pair.place.partition(".")[0] not in COMPUTING)
    return (*said, *compare_prose(before.prose, now.prose))


def _pairs_of(before: Snapshot, now: Snapshot) -> list[WordChange]:
    return list(compare_pairs(_as_now(before.protocol, now.protocol), now.protocol))


def next_version(version: str, step: str) -> str:
    """The version after this one: 1.0.0 and minor give 1.1.0."""
    major, minor, patch = (int(part) for part in version.split("."))
    return {
        "major": f"{major + 1}.0.0",
        "minor": f"{major}.{minor + 1}.0",
        "patch": f"{major}.{minor}.{patch + 1}",
    }.get(step, version)


# conclusions -----------------------------------------------------------------------------------


def compare_conclusions(before: Snapshot, now: Snapshot) -> Iterator[ConclusionChange]:
    """Conclusions whose earlier rule fails on today's numbers, then those that went, came, moved.

    A rule that was rewritten is judged by its earlier form: that is what the reader was told.
    """
    old = {item.id: item for item in before.conclusions}
    new = {item.id: item for item in now.conclusions}
    found = [_conclusion(before, now, item, new.get(name)) for name, item in old.items()]
    found += [ConclusionChange(name, "new", "", now.texts[name]) for name in new if name not in old]
    order = ("flipped", "withdrawn", "new", "rule changed", "reworded")
    changes = [change for change in found if change is not None]
    yield from sorted(changes, key=lambda change: order.index(change.kind))


def _conclusion(
    before: Snapshot, now: Snapshot, old: Conclusion, new: Conclusion | None
) -> ConclusionChange | None:
    said = before.texts[old.id]
    if new is None:
        return ConclusionChange(old.id, "withdrawn", said, "", tuple(_failing(old, now.records)))
    if failing := tuple(_failing(old, now.records)):
        return ConclusionChange(old.id, "flipped", said, now.texts[old.id], failing)
    if [item.text for item in old.conditions] != [item.text for item in new.conditions]:
        return ConclusionChange(old.id, "rule changed", said, now.texts[old.id])
    if old.sentence != new.sentence:
        return ConclusionChange(old.id, "reworded", said, now.texts[old.id])
    return None


def _failing(conclusion: Conclusion, records: Mapping[str, PastRecord]) -> Iterator[str]:
    for condition in conclusion.conditions:
        if any(name not in records for name in condition.claims):
            yield say("changes.condition_gone", condition=condition.text)
            continue
        try:
            verdict = judge(condition, records)
        except ValueError as error:
            yield str(error)
            continue
        if not verdict.holds:
            yield say("changes.condition", condition=condition.text, found=verdict.found)


# numbers ---------------------------------------------------------------------------------------


def compare_numbers(before: Snapshot, now: Snapshot) -> Iterator[NumberChange]:
    """Claims printed otherwise, then those that are new and those that are gone."""
    for name, old in before.records.items():
        new = now.records.get(name)
        if new is not None and old.forms != new.forms:
            reasons = tuple(reasons_of(before, now, old, new))
            yield NumberChange(name, "moved", old.forms.full, new.forms.full, reasons)
    for name, new in now.records.items():
        if name not in before.records:
            reasons = tuple(Reason("added", row) for row in new.rows if row not in before.rows)
            yield NumberChange(name, "new", "", new.forms.full, reasons)
    for name, old in before.records.items():
        if name not in now.records:
            reasons = tuple(Reason("withdrawn", row) for row in old.rows if row not in now.rows)
            yield NumberChange(name, "gone", old.forms.full, "", reasons)


def reasons_of(
    before: Snapshot, now: Snapshot, old: PastRecord, new: PastRecord
) -> Iterator[Reason]:
    """Why a claim moved: row by row; a method where no row did."""
    found = False
    for row in dict.fromkeys((*new.rows, *old.rows)):
        reason = _reason(before, now, row, row in old.rows, row in new.rows)
        if reason is not None:
            found = True
            yield reason
    if not found:
        asked = (old.selector, old.statistic) != (new.selector, new.statistic)
        yield Reason("method", detail=say("changes.asked") if asked else "")


def _reason(before: Snapshot, now: Snapshot, row: str, was: bool, is_now: bool) -> Reason | None:
    old, new = before.rows.get(row), now.rows.get(row)
    if old is None or new is None:
        kind = "added" if old is None else "withdrawn"
        return None if old is new else Reason(kind, row)
    if old.get("latest") == "yes" and new.get("latest") == "no":
        return Reason("superseded", row)
    if old["hash"] != new["hash"]:
        return Reason("corrected", row, cells_changed(old, new))
    if was != is_now:
        return Reason("now used" if is_now else "no longer used", row)
    return None


def cells_changed(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    """`events 94, now 93`, for the cells a release keeps."""
    names = [name for name in dict.fromkeys((*old, *new)) if name not in ("hash", "citekey")]
    return "; ".join(
        f"{name} {old.get(name, 'empty')}, now {new.get(name, 'empty')}"
        for name in names
        if old.get(name) != new.get(name)
    )


# sources, rows, words --------------------------------------------------------------------------


def compare_sources(before: Snapshot, now: Snapshot) -> Iterator[SourceChange]:
    """Sources retracted, superseded by a newer report, added and withdrawn."""
    retracted = [
        row
        for row, cells in now.rows.items()
        if row.startswith("source_status:")
        and "retracted" in cells.get("finding", "")
        and "retracted" not in before.rows.get(row, {}).get("finding", "")
    ]
    yield from (SourceChange(row.partition(":")[2], "retracted", (row,)) for row in retracted)
    for citekey, rows in _superseded(before, now).items():
        yield SourceChange(citekey, "superseded", tuple(rows))
    for kind, here, there in (("added", now, before), ("withdrawn", before, now)):
        for row in _of_table(here, "sources"):
            if row not in there.rows:
                citekey = row.partition(":")[2]
                yield SourceChange(citekey, kind, tuple(_rows_citing(here, citekey)))


def _superseded(before: Snapshot, now: Snapshot) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row, old in before.rows.items():
        new = now.rows.get(row, {})
        if old.get("latest") == "yes" and new.get("latest") == "no":
            found.setdefault(old.get("citekey", ""), []).append(row)
    return found


def _of_table(state: Snapshot, table: str) -> Iterator[str]:
    return (row for row in state.rows if row.startswith(f"{table}:"))


def _rows_citing(state: Snapshot, citekey: str) -> Iterator[str]:
    """Rows of figures and statements that cite a source."""
    tables = ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline", "regulatory")
    return (
        row
        for row, cells in state.rows.items()
        if cells.get("citekey") == citekey and row.partition(":")[0] in tables
    )


def compare_rows(before: Snapshot, now: Snapshot) -> dict[str, tuple[str, ...]]:
    """Rows added, corrected and withdrawn, in any table of the evidence."""
    both = before.rows.keys() & now.rows.keys()
    return {
        "added": tuple(row for row in now.rows if row not in before.rows),
        "corrected": tuple(
            row for row in now.rows
            if row in both and before.rows[row]["hash"] != now.rows[row]["hash"]
        ),
        "withdrawn": tuple(row for row in before.rows if row not in now.rows),
    }  # fmt: skip


def compare_pairs(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[WordChange]:
    """Keys of the protocol that differ."""
    for key in dict.fromkeys((*before, *now)):
        if before.get(key) != now.get(key):
            yield WordChange(key, before.get(key, ""), now.get(key, ""))


def _as_now(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Earlier keys by the place where they stand today.

    Words of the protocol are conventions of their own, and what a synthesis repeated of the
    protocol it now takes from it.
    """
    found = {}
    for key, text in before.items():
        part, _, rest = key.partition(".")
        last = f"protocol.{key.rpartition('.')[2]}"
        if part == "protocol" and f"conventions.{rest}" in now:
            found[f"conventions.{rest}"] = text
        elif part != "syntheses" or key in now or now.get(last) != text:
            found[key] = text
    return found


def compare_methods(
    before: Snapshot, now: Snapshot, numbers: Iterable[NumberChange], pairs: Iterable[WordChange]
) -> Iterator[WordChange]:
    """Keys of review.yml that differ, where numbers were computed otherwise by them.

    Where such numbers moved and no key did, the package itself computes otherwise.
    """
    changed = [number.id for number in numbers if number.kind != "moved" or _by_method(number)]
    moved = [number.id for number in numbers if number.kind == "moved" and _by_method(number)]
    told = False
    for pair in pairs:
        part = pair.place.partition(".")[0]
        named = changed if part == "syntheses" else moved
        records = [state.records[name] for state in (before, now) for name in named
                   if name in state.records]  # fmt: skip
        if part in COMPUTING and _decides(pair.place, records, before, now):
            told = True
            yield pair
    if moved and not told:
        count = len(moved)
        yield WordChange(say("changes.package"), "", say("changes.otherwise", count=count))


def _by_method(number: NumberChange) -> bool:
    return any(reason.kind == "method" and not reason.detail for reason in number.reasons)


def _decides(key: str, records: Iterable[PastRecord], before: Snapshot, now: Snapshot) -> bool:
    """Whether one of these records can have moved by this key."""
    part, _, rest = key.partition(".")
    if part == "certainty":
        both = before.records.keys() & now.records.keys()
        return any(before.records[one].certainty != now.records[one].certainty for one in both)
    selectors = [record.selector for record in records]
    if part == "syntheses":
        named = {one.removeprefix("synthesis:").partition("/")[0] for one in selectors}
        return any(
            rest.startswith(f"{name}.")
            and rest.removeprefix(f"{name}.").partition(".")[0] in SYNTHESIS_KEYS
            for name in named
        )
    if part == "robustness":
        return any(one.partition(":")[0] in BESIDE for one in selectors)
    return bool(selectors)


def compare_prose(
    before: Mapping[str, tuple[str, ...]], now: Mapping[str, tuple[str, ...]]
) -> Iterator[WordChange]:
    """Sentences that differ, document by document; a reworded one stands beside its old form."""
    kept = {_sort(place) for place in before}
    for place in dict.fromkeys((*now, *before)):
        if _sort(place) not in kept:
            continue  # an older release did not keep words of this sort
        old, new = before.get(place, ()), now.get(place, ())
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        for tag, i, j, k, m in matcher.get_opcodes():
            if tag != "equal":
                yield from _pairs(place, list(old[i:j]), new[k:m])


def _sort(place: str) -> str:
    """Documents, captions, tables or figures: `report/tables/x.yml` is of `report/tables`."""
    path = PurePosixPath(place)
    return str(path.parent) if path.suffix == ".yml" else path.suffix


def _pairs(place: str, old: list[str], new: Iterable[str]) -> Iterator[WordChange]:
    for sentence in new:
        if near := _nearest(sentence, old):
            old.remove(near)
            yield WordChange(place, near, sentence)
        else:
            yield WordChange(place, "", sentence)
    yield from (WordChange(place, sentence, "") for sentence in old)


def _nearest(sentence: str, others: Iterable[str]) -> str:
    """The first of the sentences most alike, nothing where none is `SIMILAR`."""
    near, nearest = "", 0.0
    matcher = SequenceMatcher(None, b=sentence.split(), autojunk=False)
    for other in filter(None, others):
        matcher.set_seq1(other.split())
        bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)  # the last is it
        if all(bound() >= SIMILAR and bound() > nearest for bound in bounds):
            near, nearest = other, matcher.ratio()
    return near
