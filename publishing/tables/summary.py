"""Tables of the summary: findings with harms and draft certainty, and the state of the review."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from analysis.ledger import certainty_of
from analysis.statistics import format_date
from publishing.approval.status import status_of
from publishing.cells import claim_cell, source_cell
from publishing.cohorts import short_claim_cell
from publishing.table import Cell, Column, Table, cell_of, table_of
from publishing.workbench import Workbench

BENEFIT = "Benefit: two single-arm trials, side by side and not compared"
HARM = "Harm: the same two trials, as the papers count"
RESPONSE = ("overall-response-cilta-cel", "overall-response-ide-cel")
PROGRESSION = ("progression-free-survival-cilta-cel", "progression-free-survival-ide-cel")
RANDOMISED = "Randomised: KarMMa-3, ide-cel against standard regimens, two to four prior lines"


@dataclass(frozen=True)
class Finding:
    """One line: an outcome, a claim for each product, the topics its certainty is judged under."""

    group: str
    outcome: str
    cilta: str
    ide: str
    topics: tuple[str, ...]


FINDINGS = (
    Finding(BENEFIT, "Overall response, of infused", "orr.cilta", "orr.ide", RESPONSE),
    Finding(BENEFIT, "Overall response, of leukapheresed", "orr.cilta.leukapheresed",
            "orr.ide.leukapheresed", RESPONSE),
    Finding(BENEFIT, "Complete response or better, of infused", "cr.cilta", "cr.ide",
            ("complete-response-all-products",)),
    Finding(BENEFIT, "Overall response after exactly three lines", "orr.cilta.3-lines",
            "orr.ide.3-lines", ("overall-response-three-lines",)),
    Finding(BENEFIT, "Median progression-free survival", "pfs.median.cilta", "pfs.median.ide",
            PROGRESSION),
    Finding(BENEFIT, "Median overall survival", "os.median.cilta", "os.median.ide",
            ("overall-survival",)),
    Finding(HARM, "Severe cytokine release syndrome", "crs.g3.cilta", "crs.g3.ide",
            ("cytokine-release-syndrome-severe",)),
    Finding(HARM, "Neurotoxicity of any grade", "neurotoxicity.any.cilta", "neurotoxicity.any.ide",
            ("neurotoxicity-and-icans",)),
    Finding(HARM, "Parkinsonism", "parkinsonism.cilta", "",
            ("delayed-neurotoxicity-and-parkinsonism",)),
    Finding(HARM, "Severe infection", "infection.g3.cilta", "infection.g3.ide",
            ("infection-severe",)),
    Finding(HARM, "Death related to treatment (ide-cel: fatal reaction, label)", "trm.cilta",
            "fatal-reaction.ide.label", ("treatment-related-death",)),
    Finding(HARM, "Second primary malignancy", "spm.cilta", "", ("second-malignancy",)),
)  # fmt: skip
TRIAL = (
    ("Progression-free survival", "hr.pfs.karmma-3", "pfs.median.karmma-3.{}",
     "ide-cel-or-standard-regimens-progression"),
    ("Overall survival, with crossover", "hr.os.karmma-3", "os.median.karmma-3.{}",
     "ide-cel-or-standard-regimens-survival"),
)  # fmt: skip
DEATHS = "death.6m.karmma-3.{}"


def render_findings(bench: Workbench) -> Table:
    """The figures that matter, harms included, each with its draft certainty."""
    columns = [
        Column("Outcome", width=13),
        Column("Cilta-cel, CARTITUDE-1", width=11),
        Column("Ide-cel", width=14),
        Column("Certainty (draft)", width=8),
        Column("Source", width=12),
    ]
    rows = [_finding_row(bench, finding) for finding in FINDINGS]
    rows += [_trial_row(bench, *line) for line in TRIAL]
    rows.append(_deaths_row(bench))
    groups = [finding.group for finding in FINDINGS] + [RANDOMISED] * (len(TRIAL) + 1)
    return table_of(
        "findings",
        columns,
        rows,
        groups=groups,
        notes=[
            "Ide-cel stands for KarMMa in the first two blocks. In brackets: confidence intervals.",
            "Certainty is judged for a rate in the first two blocks and for a comparison in the "
            "last; all judgements are drafts until a person signs them.",
            "A dash: not found in the sources read. ‡ Read in a secondary source.",
        ],
    )


def render_findings_page(bench: Workbench) -> Table:
    """The same figures for a single page: without the sources, which the review gives."""
    whole = render_findings(bench)
    return replace(
        whole,
        name="findings-page",
        columns=whole.columns[:-1],
        rows=tuple(row[:-1] for row in whole.rows),
        notes=("Ide-cel stands for KarMMa in the first two blocks. ‡ Read in a secondary source.",),
    )


def _finding_row(bench: Workbench, finding: Finding) -> Sequence[Cell]:
    claims = [name for name in (finding.cilta, finding.ide) if name]
    return [
        Cell(finding.outcome),
        *(
            short_claim_cell(bench, name) if name else Cell()
            for name in (finding.cilta, finding.ide)
        ),
        Cell(_certainty(bench, finding.topics)),
        _sources(bench, claims),
    ]


def _certainty(bench: Workbench, topics: Sequence[str]) -> str:
    words = [certainty_of(bench.evidence, name) for name in topics]
    if len(set(words)) == 1:
        return words[0]
    return f"{words[0]} (cilta-cel), {words[1]} (ide-cel)"


def _trial_row(
    bench: Workbench, outcome: str, ratio: str, medians: str, topic: str
) -> Sequence[Cell]:
    arms = [medians.format(arm) for arm in ("ide", "standard")]
    treated, control = (claim_cell(bench, name) for name in arms)
    hazard = short_claim_cell(bench, ratio)
    return [
        Cell(outcome),
        Cell(),
        cell_of("hazard ratio ", hazard, "; medians ", treated, " and ", control),
        Cell(certainty_of(bench.evidence, topic)),
        _sources(bench, [ratio, *arms]),
    ]


def _deaths_row(bench: Workbench) -> Sequence[Cell]:
    arms = [DEATHS.format(arm) for arm in ("ide", "standard")]
    treated, control = (
        (claim_cell(bench, name), " (", claim_cell(bench, name, "n"), ")") for name in arms
    )
    return [
        Cell("Death within six months of randomisation"),
        Cell(),
        cell_of(*treated, " against ", *control),
        Cell("not judged"),
        _sources(bench, arms),
    ]


def _sources(bench: Workbench, claims: Sequence[str]) -> Cell:
    return source_cell(*(key for name in claims for key in bench.ledger[name].citekeys))


def render_review(bench: Workbench) -> Table:
    """Version, dates, status and size of this review, all computed."""
    review = bench.evidence.review
    status = status_of(bench)
    rows = [
        ("Status", f"{status.name}: {status.reason}"),
        ("Version", review.version),
        ("Last updated", format_date(review.date)),
        ("Evidence to", format_date(review.evidence_to)),
        ("Sources", Cell(str(len(bench.evidence.sources)), row="tables:sources")),
        ("Studies", Cell(str(len(bench.evidence.studies)), row="tables:studies")),
        ("Figures in the ledger", Cell(str(len(bench.ledger.records)), row="tables:ledger")),
    ]
    return table_of(
        "review", [Column("This version", width=8), Column("State", width=24)], rows,
        notes=["Computed when the review was built; nobody types the status."],
    )  # fmt: skip


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "findings": render_findings,
    "findings-page": render_findings_page,
    "review": render_review,
}
