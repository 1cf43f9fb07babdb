"""Single cohorts, small studies, subgroups and regression: thin over the formulae, never more."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from pypandoc import convert_text

from analysis.formulae.meta_regression import compute_meta_regression
from analysis.formulae.pooling import compute_random_effects
from analysis.formulae.small_study import compute_regression_test
from analysis.moderators import UNKNOWN, compute_comparison
from analysis.multiverse import FloatArray, fit_binomial_normal
from analysis.registry import statistic_of
from analysis.review_data import ReviewData, load_review_data
from analysis.robustness import Analyses
from analysis.robustness_measures import format_p
from analysis.selection import SelectionError
from publishing.documents.catalogue import load_displays
from publishing.printing.analysis_cells import facts_of_analysis
from schemas.robustness import SubgroupDefinition

TABLES = (
    "appraisal-case-series", "appraisal-comparisons", "certainty-comparisons", "certainty-domains",
    "certainty-findings", "certainty-overrides", "left-out-summary", "multiverse",
    "multiverse-orr", "regressions", "small-study", "subgroups", "thresholds",
)  # fmt: skip
WIDEST, PRIMARY = "orr.all-bcma", "orr.primary"
FIGURES = (
    "forest-orr-exposure", "left-out-orr-all-bcma", "cumulative-orr-all-bcma",
    "baujat-orr-all-bcma", "influence-orr-all-bcma", "funnel-orr-all-bcma", "bubble",
    "multiverse-orr", "multiverse-cr", "multiverse-crs-g3",
)  # fmt: skip


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


@pytest.fixture(scope="module")
def analyses(data: ReviewData) -> Analyses:
    return data.analyses


def test_leaving_one_out_is_pooling_the_others(analyses: Analyses) -> None:
    found = analyses.without_each(PRIMARY)
    effects, conventions = found.effects, analyses.syntheses[PRIMARY].conventions
    for at in range(effects.k):
        rest = [i for i in range(effects.k) if i != at]
        fit = compute_random_effects(effects.yi[rest], effects.vi[rest], test="knha-floor")
        expected = effects.back([fit.estimate, fit.lower, fit.upper])
        assert found.second[:, at] == pytest.approx(expected)
        counts = [(c.events, c.n) for i, c in enumerate(effects.cohorts) if i != at]
        events, n = zip(*counts, strict=True)
        assert found.first[:, at] == pytest.approx(
            100 * np.array(fit_binomial_normal(events, n, "t", conventions)[:3])
        )


def test_two_cohorts_cannot_be_left_out(analyses: Analyses) -> None:
    with pytest.raises(SelectionError, match="2 cohorts; leaving one out needs three or more"):
        analyses.without_each("orr.leukapheresed")


def test_the_last_step_of_the_cumulative_analysis_is_the_pooled_value(analyses: Analyses) -> None:
    found = analyses.cumulative(WIDEST)
    pooled = analyses.syntheses[WIDEST].overall.first
    assert pooled is not None
    assert found.first[:, -1] == pytest.approx([pooled.value, pooled.lower, pooled.upper])
    assert list(found.years) == sorted(found.years)
    assert sorted(found.order) == list(range(found.effects.k))


def test_asymmetry_is_tested_with_ten_cohorts_and_not_with_fewer(analyses: Analyses) -> None:
    few = analyses.small_study(PRIMARY)
    assert few.egger is None
    assert few.filled is None
    assert few.reason == "not assessable: 5 cohorts, 10 are needed"
    enough = analyses.small_study(WIDEST)
    effects = enough.effects
    on_size = compute_regression_test(
        effects.yi, effects.vi, model="lm", predictor="ninv", ni=[c.n for c in effects.cohorts]
    )
    assert enough.peters is not None
    assert enough.peters.p_value == pytest.approx(on_size.p_value)
    plan = analyses.evidence.review.robustness.model_copy(
        update={"minimum_for_tests": effects.k + 1}
    )
    review = analyses.evidence.review.model_copy(update={"robustness": plan})
    stricter = Analyses(replace(analyses.evidence, review=review), analyses.syntheses)
    assert stricter.small_study(WIDEST).egger is None


def _logits_of(
    analyses: Analyses, names: tuple[str, ...]
) -> tuple[FloatArray, FloatArray, list[str]]:
    """Logits, variances and levels of the tested cohorts of the analysis by exposure."""
    found = analyses.comparison("orr.exposure")
    tested = [level for level in found.levels if level.name in names]
    members = [c for level in tested for c in level.cohorts]
    effects = analyses.effects(WIDEST)
    at = {cohort.row: i for i, cohort in enumerate(effects.cohorts)}
    order = [at[c.row] for c in members]
    groups = [level.name for level in tested for _ in level.cohorts]
    return effects.yi[order], effects.vi[order], groups


def test_the_test_of_subgroups_is_that_of_the_meta_regression(analyses: Analyses) -> None:
    found = analyses.comparison("orr.exposure")
    known = tuple(level.name for level in found.levels if level.name != UNKNOWN)
    yi, vi, groups = _logits_of(analyses, known)
    fit = compute_meta_regression(yi, vi, {"group": groups}, test="knha")
    assert found.p_value == pytest.approx(fit.omnibus.p_value)
    assert found.degrees == (1.0, len(groups) - 2)


def test_cohorts_of_which_nobody_knows_the_group_are_shown_and_not_tested(
    analyses: Analyses,
) -> None:
    found = analyses.comparison("orr.exposure")
    unknown = next(level for level in found.levels if level.name == UNKNOWN)
    assert unknown.first is not None  # pooled and shown
    assert not unknown.tested
    assert not set(unknown.cohorts) & set(found.tested)
    yi, vi, groups = _logits_of(analyses, tuple(level.name for level in found.levels))
    with_unknown = compute_meta_regression(yi, vi, {"group": groups}, test="knha")
    assert found.p_value != pytest.approx(with_unknown.omnibus.p_value)  # what stood here before


@pytest.mark.parametrize("value", ["", "unclear"])
def test_a_group_of_unknown_values_is_refused(value: str) -> None:
    with pytest.raises(ValidationError, match=f"holds {value!r}"):
        SubgroupDefinition(
            id="x", title="x", syntheses=(PRIMARY,), by="phase", groups={"known": ("1", value)}
        )


def test_groups_below_the_least_number_do_not_enter_the_test(analyses: Analyses) -> None:
    least = analyses.evidence.review.robustness.minimum_of_a_group
    for definition in analyses.evidence.review.robustness.subgroups:
        found = analyses.comparison(definition.id)
        for level in found.levels:
            large = len(level.cohorts) >= least and level.name != UNKNOWN
            assert level.tested == large, (definition.id, level.name)
        enough = sum(level.tested for level in found.levels) > 1
        assert (found.p_value is None) == (not enough or len(found.tested) < 10), definition.id


def test_the_least_number_of_a_group_is_the_protocols(analyses: Analyses) -> None:
    definition = analyses.comparison("orr.target").definition
    evidence = analyses.evidence
    plan = evidence.review.robustness.model_copy(update={"minimum_of_a_group": 2})
    review = evidence.review.model_copy(update={"robustness": plan})
    looser = compute_comparison(replace(evidence, review=review), definition, analyses.syntheses)
    assert len(looser.tested) == len(analyses.comparison("orr.target").tested) + 2


def test_too_few_cohorts_are_not_tested_and_say_why(analyses: Analyses) -> None:
    found = analyses.comparison("crs-g3.exposure")
    assert found.p_value is None
    assert re.fullmatch(
        r"not tested: \d cohorts in known groups of 3 or more, 10 are needed", found.reason
    )
    alone = analyses.comparison("crs-g3.lines")  # one known group, and one of unknown criteria
    assert alone.reason == "not tested: fewer than two known groups have 3 cohorts or more"


def test_a_group_below_the_protocols_minimum_is_not_pooled(analyses: Analyses) -> None:
    for definition in analyses.evidence.review.robustness.subgroups:
        for level in analyses.comparison(definition.id).levels:
            assert (level.first is None) == (len(level.cohorts) < 3), (definition.id, level.name)


def test_a_regression_takes_the_cohorts_that_state_the_number(analyses: Analyses) -> None:
    found = analyses.regression("orr.prior-lines")
    total = len(analyses.effects(WIDEST).cohorts)
    assert len(found.cohorts) + found.missing == total
    assert found.missing > 0
    assert all(row.startswith("baseline:") for row in found.sources)
    assert found.fit is not None
    grid, fitted, lower, upper = found.line(5)
    assert ((lower <= fitted) & (fitted <= upper)).all()
    assert grid[0] == found.values.min()


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0004, "below 0.001"), (0.0186, "0.019"), (0.0999, "0.100"), (0.104, "0.10"), (1.0, "1.00")],
)
def test_a_p_value_is_never_zero(value: float, text: str) -> None:
    assert format_p(value) == text


@pytest.mark.parametrize(
    ("statistic", "selector", "says"),
    [
        ("egger_p", "synthesis:orr.primary", "not assessable: 5 cohorts, 10 are needed"),
        ("subgroup_p", "subgroups:crs-g3.product", "not tested: fewer than two"),
        ("subgroup", "subgroups:orr.target/GPRC5D", "has 2 cohorts; the protocol pools 3"),
        ("subgroup", "subgroups:orr.target/CD70", "has no level 'CD70'; it has BCMA"),
        ("leave_one_out_range", "synthesis:nothing", "defines no synthesis 'nothing'"),
        ("regression_p", "regression:nothing", "defines no regression 'nothing'; it has orr"),
        ("cumulative", "synthesis:orr.all-bcma/1999", "leaves no cohort"),
        ("multiverse_range", "multiverse:orr#middle", "'middle' is no bound"),
    ],
)
def test_a_claim_that_cannot_be_computed_says_why(
    analyses: Analyses, statistic: str, selector: str, says: str
) -> None:
    with pytest.raises(SelectionError) as caught:
        statistic_of(statistic).measure(analyses, selector)
    assert says in str(caught.value)


def test_the_first_cohorts_alone_are_a_cumulative_claim(analyses: Analyses) -> None:
    found = analyses.cumulative(WIDEST)
    year = found.years[4]
    measure = statistic_of("cumulative").measure(analyses, f"synthesis:{WIDEST}/{year}")
    until = sum(other <= year for other in found.years)
    assert measure.cohorts == until
    assert measure.value == pytest.approx(found.first[0, until - 1])


@pytest.fixture(scope="module")
def drawn(data: ReviewData, tmp_path_factory: pytest.TempPathFactory) -> ReviewData:
    return replace(data, root=tmp_path_factory.mktemp("figures"))


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_states_its_finding_and_is_drawn_alike_twice(
    root: Path, drawn: ReviewData, name: str
) -> None:
    make = load_displays(root).figures[name].make
    figure = make(drawn)
    path = drawn.root / "figures" / f"{name}.svg"
    first = path.read_bytes()
    assert make(drawn) == figure
    assert path.read_bytes() == first
    assert b"<image" not in first  # vector throughout
    assert len(figure.alt) > 60
    assert "@" in figure.caption
    assert "data-claim" in figure.caption or "baujat" in name or "cumulative" in name


@pytest.mark.parametrize("name", TABLES)
def test_both_forms_of_a_table_print_the_same(data: ReviewData, name: str) -> None:
    table = load_displays(data.root).tables[name].make(data)
    page = re.sub(r"<[^>]+>", " ", table._repr_html_())
    paper = convert_text(table._repr_markdown_(), "plain", format="markdown")
    numbers = re.findall(r"\d+(?:\.\d+)?%", " ".join(t for row in table.texts for t in row))
    for number in numbers:
        assert number in page
        assert number in paper
    assert len(table.columns) <= 11


def test_what_a_table_prints_of_an_analysis_is_known_of_it(data: ReviewData) -> None:
    cells = [
        cell
        for name in TABLES
        for row in load_displays(data.root).tables[name].make(data).rows
        for outer in row
        for cell in (outer.parts or (outer,))
        if cell.row.startswith("analyses:")
    ]
    assert len(cells) > 300
    for cell in cells:
        known = facts_of_analysis(data.analyses, cell.row.removeprefix("analyses:"))
        written = " ".join(known.texts)
        for number in re.findall(r"\d+(?:[.,]\d+)*", cell.text):
            digits = len(number.partition(".")[2])
            near = [
                v
                for v in known.values
                if abs(round(v, digits) - float(number.replace(",", ""))) < 1.1 * 10**-digits
            ]
            assert number in written or near, (cell.text, cell.row)


def test_an_unknown_analysis_is_refused(analyses: Analyses) -> None:
    with pytest.raises(SelectionError, match=r"there is no analysis 'weather\.today'"):
        facts_of_analysis(analyses, "weather.today")
