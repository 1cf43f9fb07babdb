"""What the lines of a forest plot show, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from analysis.cohorts import Cohort
from analysis.measures import Measure
from analysis.review_data import ReviewData
from publishing.displays.specification import Part
from publishing.figures.forest_drawing import Estimate, ForestHeadings, with_prediction
from publishing.printing.cells import forms_of, row_of
from publishing.printing.cohort_names import fraction, printed_format
from publishing.printing.row_values import interval_text, percent_text
from schemas.typed_yaml import WrongError

FORMAT = "printed|(?:percent|months|days|ratio|points|number)[0-3]"


class Line(Part):
    """One line: an evidence `row`, or the `claim` of a pooled value.

    `prediction` is the claim of the prediction interval of a pooled value, `tau2` and `i2` are
    those of how far its cohorts differ.
    """

    label: str
    row: str = ""
    claim: str = ""
    prediction: str = ""
    tau2: str = ""
    i2: str = ""

    @model_validator(mode="after")
    def _names_one_thing(self) -> Line:
        if bool(self.row) == bool(self.claim):
            raise WrongError("a line shows one thing", "one of row, claim")
        if (self.prediction or self.tau2 or self.i2) and not self.claim:
            raise WrongError("an evidence row has no prediction interval", "a claim")
        if bool(self.tau2) != bool(self.i2):
            raise WrongError("how far cohorts differ is told by two numbers", "both of tau2, i2")
        return self

    @property
    def claims(self) -> Iterator[str]:
        """The claims it prints."""
        yield from filter(None, (self.claim, self.prediction, self.tau2, self.i2))


class Group(Part):
    """Lines under a title: cohorts of a `synthesis`, `arms`, `lines`, then `published` values.

    The cohorts stand by product, `beyond` leaves out those of another synthesis. Arms show their
    latest result: those named, then all that have one and that each selector of `where` finds, or
    whose study or product it finds. `published` names a synthesis whose published counterparts are
    shown, the earliest first; `drop` is the end of their names that the figure need not repeat.
    """

    title: str = ""
    synthesis: str = ""
    beyond: str = ""
    arms: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    published: str = ""
    drop: str = ""

    def names(self) -> Iterator[str]:
        """What the evidence, the protocol and the ledger must hold."""
        used = (self.synthesis, self.beyond, self.published)
        yield from (f"synthesis:{name}" for name in used if name)
        yield from (f"arms:{name}" for name in self.arms)
        yield from self.where
        for line in self.lines:
            yield from (f"claims:{name}" for name in line.claims)
            if line.row:
                yield line.row


class BesideLine(ForestHeadings):
    """The columns beside the labels, each by its head: `count`, `value` and `weight`.

    `format` is that of values; `printed` keeps the decimals of the source. `show: count` prints
    counts instead of values, and `uncounted` where none is known. Weights are those of the
    inverse-variance model of the synthesis of the block.
    """

    show: Literal["value", "count"] = "value"
    format: str = Field(default="percent1", pattern=f"^(?:{FORMAT})$")
    uncounted: str = ""

    def texts(self, data: ReviewData, reference: str, measure: Measure) -> tuple[str, str]:
        """The texts beside the line of one evidence row, the second a count."""
        if self.show == "count":
            counted = measure.events is not None
            return f"{measure.events} of {measure.n}" if counted else self.uncounted, ""
        count = fraction(measure) if self.count else ""
        if self.format != "printed":
            return forms_of(data, reference, self.format).unmarked, count
        table, row = reference.partition(":")[0], row_of(data, reference)
        if row.get("value") is not None:
            return forms_of(data, reference, printed_format(data, reference)).unmarked, count
        return percent_text(data, row, table) + interval_text(data, row, table), count


def cohorts_of(data: ReviewData, group: Group) -> list[Cohort]:
    """The cohorts of the synthesis that a group adds, by product."""
    if not group.synthesis:
        return []
    known = data.syntheses[group.beyond].overall.cohorts if group.beyond else ()
    left_out = {cohort.arm_id for cohort in known}
    members = data.syntheses[group.synthesis].overall.cohorts
    kept = [cohort for cohort in members if cohort.arm_id not in left_out]
    return sorted(kept, key=lambda cohort: (cohort.product_id, cohort.arm_id))


def published_of(data: ReviewData, synthesis: str) -> list[str]:
    """The published counterparts of a synthesis, the earliest first."""
    rows = data.syntheses[synthesis].definition.published if synthesis else ()
    return sorted(rows, key=lambda row: _date(data, row))


def _date(data: ReviewData, reference: str) -> str:
    citekey = row_of(data, reference)["citekey"]
    return str(row_of(data, f"sources:{citekey}")["published"])


def shares_of(data: ReviewData, synthesis: str) -> dict[str, float]:
    """Weight of each cohort of a synthesis in percent, by its row."""
    cohorts = data.analyses.effects(synthesis).cohorts
    weights = data.analyses.pooled(synthesis).weights
    return {cohort.row: float(weight) for cohort, weight in zip(cohorts, weights, strict=True)}


def pooled_of(data: ReviewData, line: Line, before: str) -> Iterator[Estimate]:
    """A pooled value, and the lines that tell more of it where they are asked for."""
    record = data.ledger[line.claim]
    told = {key: data.ledger[name] for key in ("prediction", "tau2", "i2")
            if (name := getattr(line, key))}  # fmt: skip
    texts = {key: found.forms.unmarked for key, found in told.items()}
    ends, reach = told.get("prediction"), None
    if ends is not None and ends.lower is not None and ends.upper is not None:
        reach = (ends.lower, ends.upper)
    pooled = Estimate(
        before + line.label, record.value, record.lower, record.upper, kind="pooled",
        text=record.forms.unmarked,
    )  # fmt: skip
    tau2, i2 = texts.get("tau2", ""), texts.get("i2", "")
    return with_prediction(pooled, reach, texts.get("prediction", ""), tau2, i2)
