"""Tables of the methods chapter: protocol, syntheses, agreement, what is missing."""

from __future__ import annotations

import csv
from collections.abc import Callable

from analysis.rounding import fit_digits, format_number
from analysis.selection import present
from analysis.syntheses import Pooled, Synthesis
from publishing.cells import source_cell
from publishing.cohorts import cohort_name
from publishing.table import Cell, Column, Table, table_of
from publishing.workbench import Workbench

ROLES = {
    "primary": "Primary",
    "sensitivity": "Sensitivity (labelled)",
    "context": "Context",
}


def render_syntheses(bench: Workbench) -> Table:
    """Every synthesis of the protocol with its cohorts, patients and two models."""
    ordered = sorted(
        bench.syntheses.values(), key=lambda item: list(ROLES).index(item.definition.role)
    )
    return table_of(
        "syntheses",
        [
            Column("Synthesis", width=32),
            Column("Cohorts", "right", 7),
            Column("Patients", "right", 8),
            Column("First model", "right", 15),
            Column("Prediction", "right", 13),
            Column("Second model", "right", 15),
            Column("I²", "right", 6),
        ],
        [_synthesis_row(item) for item in ordered],
        groups=[ROLES[item.definition.role] for item in ordered],
        notes=[
            "First model: binomial-normal by maximum likelihood for proportions, inverse variance "
            "for rates, medians and ratios. Second: inverse-variance logit, REML, Hartung-Knapp. "
            "A dash: fewer cohorts than the protocol pools, or no second model for this measure.",
        ],
    )


def _synthesis_row(item: Synthesis) -> list[Cell]:
    group = item.overall
    name = f"syntheses:{item.definition.id}"
    patients = [cohort.n for cohort in group.cohorts]
    total = "" if None in patients else format_number(sum(filter(None, patients)), 0)
    unit = "%" if item.definition.measure in ("proportion", "landmark") else ""
    digits = 2 if item.definition.measure == "ratio" else 1
    first, second = group.first, group.second
    return [
        Cell(item.definition.title, row=name),
        Cell(str(len(group.cohorts)), row=name),
        Cell(total, row=name),
        Cell(_interval(first, digits, unit), row=name),
        Cell(_prediction(first, digits), row=name),
        Cell(_interval(second, digits, unit), row=name),
        Cell(
            "" if first is None or first.i2 is None else f"{format_number(first.i2, 0)}%", row=name
        ),
    ]


def _interval(pooled: Pooled | None, digits: int, unit: str) -> str:
    if pooled is None:
        return ""
    limits = (pooled.lower, pooled.upper)
    digits = fit_digits(digits, pooled.value, limits, percent=unit == "%")
    value, lower, upper = (
        format_number(x, digits) for x in (pooled.value, pooled.lower, pooled.upper)
    )
    return f"{value}{unit} ({lower} to {upper})"


def _percent(pooled: Pooled | None) -> str:
    return "" if pooled is None or pooled.i2 is None else f"{format_number(pooled.i2, 0)}%"


def _prediction(pooled: Pooled | None, digits: int) -> str:
    if pooled is None or pooled.prediction_lower is None or pooled.prediction_upper is None:
        return ""
    low, high = pooled.prediction_lower, pooled.prediction_upper
    return f"{format_number(low, digits)} to {format_number(high, digits)}"


def render_left_out(bench: Workbench) -> Table:
    """The cohorts that the first primary synthesis leaves out, and why."""
    item = next(s for s in bench.syntheses.values() if s.definition.role == "primary")
    name = f"syntheses:{item.definition.id}"
    return table_of(
        "left-out",
        [Column("Cohort", width=20), Column("Reason", width=50)],
        [[Cell(cohort_name(bench, arm)), Cell(reason, row=name)] for arm, reason in item.excluded],
        notes=["The same reasons, synthesis by synthesis, are in the attached syntheses.csv."],
    )


def render_judgements(bench: Workbench) -> Table:
    """Draft certainty judgements: the overall one of each topic with its reason."""
    frame = bench.evidence.judgements
    rows = frame[frame["domain"] == "overall"].to_dict("records")
    titles = {topic.topic: topic.title for topic in bench.evidence.review.certainty.topics}
    return table_of(
        "judgements",
        [
            Column("Question", width=24),
            Column("Starts at", width=9),
            Column("Draft certainty", width=10),
            Column("Why", width=36),
        ],
        [
            [
                Cell(titles.get(str(row["topic"]), _words(row["topic"]))),
                Cell(_words(row["start_level"])),
                Cell(_words(row["judgement"])),
                Cell(_words(row["reason"]), row=f"judgements:{row['row_id']}"),
            ]
            for row in rows
        ],
        groups=[
            "Certainty in a rate" if row["kind"] == "rate" else "Certainty in a comparison"
            for row in rows
        ],
        notes=["Every judgement is a draft awaiting human review; nobody has signed it."],
    )


def render_risk_of_bias(bench: Workbench) -> Table:
    """Draft risk-of-bias judgements by study, tool and domain."""
    frame = bench.evidence.appraisal
    names = bench.evidence.studies.set_index("study_id")["name"]
    rows = frame.to_dict("records")
    return table_of(
        "risk-of-bias",
        [
            Column("Domain", width=26),
            Column("Draft judgement", width=12),
            Column("Reason", width=40),
        ],
        [
            [
                Cell(_words(row["domain"]), row=f"appraisal:{row['row_id']}"),
                Cell(_words(row["judgement"]), row=f"appraisal:{row['row_id']}"),
                Cell(_words(row["reason"]), row=f"appraisal:{row['row_id']}"),
            ]
            for row in rows
        ],
        groups=[f"{names[row['study_id']]} ({row['tool']})" for row in rows],
        notes=["Drafts awaiting human review; `basis` in the attached table says what was read."],
    )


def render_missing_fields(bench: Workbench) -> Table:
    """Bibliographic fields nobody could read."""
    frame = bench.evidence.sources
    rows = frame[frame["missing_fields"].notna()].to_dict("records")
    return table_of(
        "missing-fields",
        [Column("Source", width=24), Column("Fields not read anywhere", width=40)],
        [[source_cell(str(row["citekey"])), Cell(_words(row["missing_fields"]))] for row in rows],
    )


def render_verification(bench: Workbench) -> Table:
    """How the figures of each table were checked, in rows."""
    tables = ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline", "regulatory")
    levels = ("full_text", "abstract_or_label", "company_or_conference", "secondary")
    rows = []
    for name in tables:
        found = getattr(bench.evidence, name)["verification"]
        counts = [int((found == level).sum()) for level in levels]
        rows.append([Cell(name.replace("_", " "))] + [
            Cell(str(count), row=f"tables:{name}") for count in (*counts, len(found))])  # fmt: skip
    labels = ("Full text", "Abstract or label", "Company or meeting", "Secondary", "All rows")
    return table_of(
        "verification",
        [Column("Table", width=18), *(Column(label, "right", 10) for label in labels)],
        rows,
    )


def render_agreement(bench: Workbench) -> Table:
    """How many pinned values of other packages the statistics reproduce; the tests keep it true."""
    with (bench.root / "analysis" / "formulae" / "agreement.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return table_of(
        "agreement",
        [
            Column("Kind of statistic", width=36),
            Column("Agree", "right", 8),
            Column("Cases", "right", 8),
        ],
        [
            [
                Cell(row["kind"]),
                Cell(row["agree"], row=f"agreement:{row['kind']}"),
                Cell(row["cases"], row=f"agreement:{row['kind']}"),
            ]
            for row in rows
        ],
        notes=["The cases that do not agree are listed with their reasons beside the tests."],
    )


def _words(value: object) -> str:
    text = present(value)
    return "" if text is None else str(text).replace("_", " ")


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "syntheses": render_syntheses,
    "left-out": render_left_out,
    "judgements": render_judgements,
    "risk-of-bias": render_risk_of_bias,
    "missing-fields": render_missing_fields,
    "verification": render_verification,
    "agreement": render_agreement,
}
