"""Tables of the chapter on comparison: pooled efficacy, published pools, indirect estimates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from analysis.measures import label_of
from analysis.rounding import format_number
from analysis.selection import present
from publishing.cells import citekeys_of, measure_of, row_of, source_cell
from publishing.cohorts import ratio_words, short_claim_cell, study_name, value_cell
from publishing.table import Cell, Column, Table, cell_of, table_of
from publishing.tables.efficacy import EMPTY_NOTE, INTERVAL_NOTE, MARK_NOTE, response_row
from publishing.workbench import Workbench

POOLED = (
    "orr.primary", "orr.two-lines", "orr.evaluable", "orr.later-phase", "orr.not-secondary",
    "orr.not-derived", "orr.exposure-not-required", "orr.all-bcma", "orr.registries",
    "orr.other-targets", "cr.primary", "cr.two-lines", "cr.evaluable", "cr.later-phase",
    "cr.not-secondary", "cr.exposure-not-required", "cr.all-bcma", "cr.registries",
    "vgpr.primary", "vgpr.two-lines", "vgpr.exposure-not-required", "vgpr.all-bcma",
    "mrd.with-complete-response", "mrd.complete-responders",
)  # fmt: skip
SURVIVAL = ("pfs-12m.all-bcma", "pfs-median.all-bcma")
META = (
    ("CAR-T in general", ("meta-xiang2020", "meta-yang2021", "meta-ijms2024",
                          "meta-hematology2026")),
    ("Directed at BCMA", ("meta-roex2020",)),
    ("Other targets", ("meta-gprc5d", "meta-bcma-cd19")),
)  # fmt: skip
TARGETS = (
    ("Directed at GPRC5D", ("polaris", "ct071-ph1")),
    ("Two targets", ("bm38", "bm38-mei", "bc19", "yan2019-cd19-bcma")),
    ("Made from donor cells", ("universal", "p-bcma-allo1")),
)
MAIC, GERMAN = "Cilta-cel against ide-cel", "Cilta-cel against ide-cel, German registry"
MAYO, CENTRE = "Against antibody-drug conjugates", "CAR-T beside bispecific antibodies"
INDIRECT = (
    (MAIC, "Cilta-cel", "maic-cilta-ide-2026.pfs.hr", ()),
    (MAIC, "Cilta-cel", "maic-cilta-ide-2026.os.hr", ()),
    (MAIC, "Cilta-cel", "maic-cilta-ide-2026.orr.rr", ()),
    (MAIC, "Cilta-cel", "maic-cilta-ide-2026.vgpr.rr", ()),
    (MAIC, "Cilta-cel", "maic-cilta-ide-2026.cr.rr", ()),
    (GERMAN, "Cilta-cel", "de-registry.pfs.hr",
     ("de-registry.cilta.pfs.10m", "de-registry.ide.pfs.10m")),
    (MAYO, "CAR-T", "mayo-bdt.pfs.hr.car-t", ()),
    (MAYO, "CAR-T", "mayo-bdt.os.hr.car-t", ()),
    (MAYO, "Bispecific antibody", "mayo-bdt.pfs.hr.tce", ()),
    (MAYO, "Bispecific antibody", "mayo-bdt.os.hr.tce", ()),
)  # fmt: skip


def render_pooled(bench: Workbench) -> Table:
    """Every synthesis of efficacy that reaches the protocol's minimum of cohorts."""
    columns = [
        Column("Synthesis", width=15),
        Column("Cohorts (patients)", "right", 7),
        Column("First model", width=11),
        Column("Second model", width=11),
        Column("Prediction interval", width=9),
        Column("tau²; I²", "right", 7),
    ]
    names = [*POOLED, *SURVIVAL]
    titles = [bench.syntheses[name].definition.title.partition(": ") for name in names]
    rows = [
        _pooled_row(bench, name, words or title)
        for name, (title, _, words) in zip(names, titles, strict=True)
    ]
    return table_of(
        "pooled",
        columns,
        rows,
        groups=[title for title, _, _ in titles],
        notes=[
            "First model: binomial-normal, maximum likelihood; for survival, inverse variance. "
            "Second model: logits, inverse variance, restricted maximum likelihood, "
            "Hartung-Knapp. Prediction interval, tau² and I² belong to the first.",
            "Syntheses named in the protocol and not listed here have too few cohorts to pool.",
            MARK_NOTE,
        ],
    )


def _pooled_row(bench: Workbench, name: str, words: str) -> Sequence[Cell]:
    claim = f"pooled.{name}"
    size = f"{claim}.patients"
    patients = (" (", _unmarked(bench, size), ")") if size in bench.ledger else ()
    return [
        Cell(words[:1].upper() + words[1:], row=f"syntheses:{name}"),
        cell_of(_unmarked(bench, f"{claim}.cohorts"), *patients),
        short_claim_cell(bench, claim),
        *(_unmarked(bench, f"{claim}.{part}") for part in ("second", "prediction")),
        _heterogeneity(bench, claim),
    ]


def _heterogeneity(bench: Workbench, claim: str) -> Cell:
    return cell_of(_unmarked(bench, f"{claim}.tau2"), "; ", _unmarked(bench, f"{claim}.i2"))


def _unmarked(bench: Workbench, claim: str) -> Cell:
    # The mark stands once a row, at the first model.
    if claim not in bench.ledger:
        return Cell()
    return Cell(bench.ledger[claim].forms.unmarked, claim=claim)


def render_published(bench: Workbench) -> Table:
    """Pooled figures of published meta-analyses, as printed."""
    columns = [
        Column("Meta-analysis", width=11),
        Column("Patients", "right", 6),
        Column("Overall response", width=10),
        Column("Complete response or better", width=10),
        Column("MRD negative", width=10),
        Column("Median progression-free survival", width=10),
        Column("Source", width=9),
    ]
    plan = [(group, arm) for group, arms in META for arm in arms]
    return table_of(
        "published",
        columns,
        [_meta_row(bench, arm) for _, arm in plan],
        groups=[group for group, _ in plan],
        notes=[
            "MRD negativity: thresholds are not stated; where the cell says so, of responders.",
            "These analyses contain cohorts of this review and of one another; none is pooled "
            "with ours.",
            EMPTY_NOTE,
        ],
    )


def _meta_row(bench: Workbench, arm: str) -> Sequence[Cell]:
    outcomes = [
        _pool_row(bench, "outcomes", arm, name)
        for name in (
            "overall_response", "complete_response_or_better", "mrd_negative_unspecified",
        )
    ]  # fmt: skip
    survival = _pool_row(bench, "time_to_event", arm, "progression_free_survival")
    used = [name for name in (*outcomes, survival) if name]
    return [
        Cell(study_name(bench, arm).removesuffix(" meta-analysis"), row=f"arms:{arm}"),
        _patients_cell(bench, arm),
        value_cell(bench, outcomes[0]),
        value_cell(bench, outcomes[1]),
        _subgroup_cell(bench, outcomes[2]),
        value_cell(bench, survival),
        source_cell(*citekeys_of(bench, *used)),
    ]


def _pool_row(bench: Workbench, table: str, arm: str, name: str) -> str:
    frame = getattr(bench.evidence, table)
    column = "outcome" if table == "outcomes" else "endpoint"
    found = frame[(frame["arm_id"] == arm) & (frame[column] == name)]
    return f"{table}:{found['row_id'].iloc[0]}" if len(found) else ""


def _patients_cell(bench: Workbench, arm: str) -> Cell:
    size = present(row_of(bench, f"arms:{arm}")["n_pooled"])
    return Cell() if size is None else Cell(format_number(int(size), 0), row=f"arms:{arm}")


def _subgroup_cell(bench: Workbench, reference: str) -> Cell:
    cell = value_cell(bench, reference)
    words = measure_of(bench, reference).subgroup if reference else ""
    return Cell(f"{cell.text}, of {words}", row=reference) if words else cell


def render_targets(bench: Workbench) -> Table:
    """Products with another target, with two, or from donor cells."""
    columns = [
        Column("Trial and product", width=15),
        Column("Overall response", width=11),
        Column("Complete response or better", width=11),
        Column("Median progression-free survival", width=11),
        Column("Source", width=10),
    ]
    plan = [(group, arm) for group, arms in TARGETS for arm in arms]
    return table_of(
        "targets",
        columns,
        [response_row(bench, arm) for _, arm in plan],
        groups=[group for group, _ in plan],
        notes=[EMPTY_NOTE, INTERVAL_NOTE, MARK_NOTE],
    )


def render_indirect(bench: Workbench) -> Table:
    """Indirect and non-randomised comparisons, each ratio with what it leaves out."""
    columns = [
        Column("Treatment named first", width=9),
        Column("Outcome and measure", width=13),
        Column("Estimate", width=11),
        Column("Adjustment", width=11),
        Column("Absolute outcomes", width=11),
        Column("Source", width=9),
    ]
    rows = [_indirect_row(bench, first, name, rates) for _, first, name, rates in INDIRECT]
    rows += [_medians_row(bench, name) for name in ("pfs", "os")]
    return table_of(
        "indirect",
        columns,
        rows,
        groups=[group for group, _, _, _ in INDIRECT] + [CENTRE] * 2,
        notes=[
            "No comparison of this table is randomised or anchored in a common control.",
            "A dash: not printed in what was read. In brackets: confidence intervals.",
        ],
    )


def _indirect_row(bench: Workbench, first: str, name: str, rates: Sequence[str]) -> Sequence[Cell]:
    reference = f"time_to_event:{name}"
    used = [f"time_to_event:{rate}" for rate in rates]
    return [
        Cell(first),
        Cell(ratio_words(bench, reference)),
        value_cell(bench, reference),
        Cell(str(row_of(bench, reference)["adjusted"] or "")),
        _rates_cell(bench, used),
        source_cell(*citekeys_of(bench, reference, *used)),
    ]


def _rates_cell(bench: Workbench, references: Sequence[str]) -> Cell:
    if not references:
        return Cell()
    months = format_number(row_of(bench, references[0])["time_months"], 0)
    last = value_cell(bench, references[-1])
    when = Cell(f"{last.text} at {months} months", row=last.row)
    return cell_of(*_listed(value_cell(bench, name) for name in references[:-1]), when)


def _listed(cells: Iterable[Cell]) -> list[Cell | str]:
    return [part for cell in cells for part in (cell, " and ")]


def _medians_row(bench: Workbench, name: str) -> Sequence[Cell]:
    used = [f"time_to_event:ba-tcr.{arm}.{name}.median" for arm in ("car-t", "bispecific")]
    endpoint = label_of(bench.evidence, "endpoint", str(row_of(bench, used[0])["endpoint"]))
    return [
        Cell("CAR-T"),
        Cell(f"{endpoint}, medians"),
        Cell(),
        Cell("none"),
        cell_of(value_cell(bench, used[0]), " and ", value_cell(bench, used[1])),
        source_cell(*citekeys_of(bench, *used)),
    ]


TABLES: dict[str, Callable[[Workbench], Table]] = {
    "pooled": render_pooled,
    "published": render_published,
    "targets": render_targets,
    "indirect": render_indirect,
}
