"""What pictures of evidence rows and of claims must show, a function a kind of figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

from analysis.words import say
from publishing.displays.cohort_groups import fitting_arms
from publishing.documents.proof.shown import Note, Part, Shown, Span, Way, shown_by
from publishing.documents.proof.tables import studies_of
from publishing.figures.claims_beside import ClaimsBeside
from publishing.figures.drawn_rows import arm_title, only_row, shown_text
from publishing.figures.event_matrix import BAR, FORMS, EventMatrix
from publishing.figures.forest import Forest
from publishing.figures.forest_lines import Group, Line, cohorts_of, published_of
from publishing.figures.grouped_bars import GroupedBars
from publishing.figures.pairs import Pairs
from publishing.figures.proportions import Proportions
from publishing.figures.time_course import SHIFT, TimeCourse
from publishing.figures.timeline import Timeline, decimal_year
from publishing.figures.two_grades import TwoGrades
from publishing.printing.cells import evidence_rows, measure_of, row_of
from publishing.printing.cohort_names import short_name, study_name
from publishing.printing.table import Cell

if TYPE_CHECKING:
    from analysis.review_data import ReviewData


def _row(data: ReviewData, reference: str, *, interval: bool = True, **said: Any) -> Shown:
    """The mark of an evidence row at its value."""
    measure = measure_of(data, reference)
    value = float(measure.value or 0)
    studies = frozenset(studies_of(data, Cell(row=reference)))
    found = Shown(reference, value, studies=studies, **said)
    if not interval or measure.lower is None or measure.upper is None:
        return found
    return Shown(**{**vars(found), "lower": measure.lower, "upper": measure.upper})


@shown_by.register(Forest)
def _forest(display: Forest, data: ReviewData) -> Iterator[Part]:
    for group in display.groups:
        yield from _named(display, data, _rows_of(display, data, group))
        for line in group.lines:
            if line.claim:
                yield from _claimed(data, line)


def _rows_of(display: Forest, data: ReviewData, group: Group) -> Iterator[tuple[str, str]]:
    """The evidence rows of a group, each with its label."""
    for cohort in cohorts_of(data, group):
        yield cohort.row, short_name(data, cohort.arm_id)
    fitting = fitting_arms(data.evidence, group.where) if group.where else ()
    for arm in dict.fromkeys((*group.arms, *fitting)):
        if reference := display.latest(data, arm):
            yield reference, short_name(data, arm)
    yield from ((line.row, line.label) for line in group.lines if line.row)
    for reference in published_of(data, group.published):
        name = study_name(data, str(row_of(data, reference)["arm_id"]))
        yield reference, name.removesuffix(group.drop)


def _named(display: Forest, data: ReviewData, rows: Iterable[tuple[str, str]]) -> Iterator[Part]:
    for reference, label in rows:
        measure = measure_of(data, reference)
        if measure.value is not None:
            yield _row(
                data, reference, beside=(label, *display.beside.texts(data, reference, measure))
            )


def _claimed(data: ReviewData, line: Line) -> Iterator[Part]:
    """A pooled value, its prediction interval below it, and how far its cohorts differ."""
    record = data.ledger[line.claim]
    beside = (line.label, record.forms.unmarked)
    if record.value is not None:
        yield Shown(line.claim, record.value, None, record.lower, record.upper, beside=beside)
    if line.prediction:
        ends = data.ledger[line.prediction]
        if ends.lower is not None and ends.upper is not None:
            yield Span(
                line.prediction,
                ends.lower,
                ends.upper,
                (say("figures.prediction"), ends.forms.unmarked),
            )
    if line.tau2 and line.i2:
        tau2, i2 = (data.ledger[name].forms.unmarked for name in (line.tau2, line.i2))
        yield Note(say("figures.heterogeneity", tau2=tau2, i2=i2))


@shown_by.register(ClaimsBeside)
def _claims_beside(display: ClaimsBeside, data: ReviewData) -> Iterator[Part]:
    for line in (line for group in display.groups for line in group.lines):
        for name, series in zip(line.claims, display.series, strict=True):
            if name:
                record = data.ledger[name]
                yield Shown(
                    name, float(record.value or 0), None, record.lower, record.upper,
                    beside=(line.label,), level=(record.forms.plain,), meaning=series.label,
                )  # fmt: skip


@shown_by.register(Pairs)
def _pairs(display: Pairs, data: ReviewData) -> Iterator[Part]:
    for pair in display.pairs:
        both = [only_row(data, side) for side in pair.rows(display)]
        title = arm_title(data, both[0], pair.label)
        for reference, meaning in zip(both, display.markers, strict=True):
            text = shown_text(data, reference, display.shown)
            yield _row(data, reference, interval=False, beside=(title,), level=(text,),
                       meaning=meaning)  # fmt: skip


@shown_by.register(Proportions)
def _proportions(display: Proportions, data: ReviewData) -> Iterator[Part]:
    for bar in display.bars:
        reference = only_row(data, bar.row)
        title, (part, rest) = arm_title(data, reference, bar.label), display.parts
        text = shown_text(data, reference, display.shown)
        yield _row(data, reference, interval=False, beside=(title,), level=(text,), meaning=part)
        yield Shown(f"the rest of {reference}", 100.0, beside=(title,), meaning=rest)


@shown_by.register(GroupedBars)
def _grouped_bars(display: GroupedBars, data: ReviewData) -> Iterator[Part]:
    for series, band in product(display.series, display.bands):
        said: dict[str, Any] = {"beside": (band.title(data),), "meaning": series.title(data)}
        reference = display.find(data.evidence, series.condition, band.condition)
        if reference:
            text = shown_text(data, reference, display.shown)
            yield _row(data, reference, interval=False, level=(text,), **said)
        else:
            yield Shown(
                f"{said['meaning']}, {band.title(data)}", 0.0, level=(display.missing,), **said
            )


@shown_by.register(TwoGrades)
def _two_grades(display: TwoGrades, data: ReviewData) -> Iterator[Part]:
    for line in (line for group in display.groups for line in group.lines):
        title = arm_title(data, line.first or line.second, line.label)
        for reference, meaning in zip(line.rows(display), display.grades, strict=True):
            if reference:
                beside = (title, shown_text(data, reference, "share"))
                yield _row(data, reference, beside=beside, meaning=meaning)


@shown_by.register(EventMatrix)
def _event_matrix(display: EventMatrix, data: ReviewData) -> Iterator[Part]:
    for at, event in enumerate(display.events):
        y = len(display.events) - at + BAR
        for number, references in enumerate(event.counts):
            for reference in references:
                column = display.column_of(str(row_of(data, reference)["grade"])) or 0
                panel = number * len(display.grades) + column
                said = tuple(shown_text(data, reference, form) for form in FORMS)
                yield _row(data, reference, interval=False, y=y, panel=panel, beside=said)


@shown_by.register(TimeCourse)
def _time_course(display: TimeCourse, data: ReviewData) -> Iterator[Part]:
    for cohort in display.cohorts:
        title, point = cohort.title(data), None
        for at, reference in display.points(data.evidence, cohort):
            row = vars(_row(data, reference))
            moved = {"x": at, "y": row["x"], "room": SHIFT, "meaning": title}
            yield (point := Shown(**{**row, **moved}))
        if point is not None:
            yield Way(title, point.x or 0.0, point.y or 0.0, SHIFT, title)


@shown_by.register(Timeline)
def _timeline(display: Timeline, data: ReviewData) -> Iterator[Part]:
    marks = {mark.value: mark for mark in display.marks}
    for lane in display.lanes:
        for reference, row in evidence_rows(data, display.select(lane.condition)):
            mark = marks.get(row[display.by])
            if mark is None or not row[display.date]:
                continue
            number = str(row[display.number] or "") if mark.filled and display.number else ""
            yield Shown(reference, decimal_year(row[display.date]), beside=(lane.title(data),),
                        point=(number,), meaning=mark.label)  # fmt: skip
