"""Rothman, Greenland and Lash 2008, Modern Epidemiology, chapter 15: stratified tables.

Data: Table 15-1 (deaths on tolbutamide and placebo by age) and Table 15-5 (spermicide use
and Down syndrome by maternal age). Results to four digits, with 90% intervals, from the
metafor project's replication of the chapter (metafor-project.org, analyses:rothman2008,
and its test of that name), which notes where the chapter rounds otherwise: it prints
0.088 for the upper bound of the risk difference and 0.001 for its heterogeneity.
"""

import pytest

from analysis.formulae.back_transformations import back_transform
from analysis.formulae.mantel_haenszel import compute_mantel_haenszel
from analysis.formulae.two_groups import compute_effect_two_by_two
from tests.published.approximate import agrees

TABLE_15_1 = ([8, 22], [106, 98], [5, 16], [120, 85])
CRUDE_15_1 = ([30], [204], [21], [205])
# Table 15-5 as cases and controls: exposed among cases, exposed among controls.
TABLE_15_5 = ([3, 1], [12, 4], [104, 5], [1163, 91])


def pool(table, measure):
    return compute_mantel_haenszel(*table, measure=measure, level=0.90, correct=False)


def test_risk_differences_of_the_strata_and_crude():
    strata = compute_effect_two_by_two(*TABLE_15_1, measure="RD")
    assert agrees(strata.yi, ["0.0338", "0.0363"])
    assert agrees(strata.vi**0.5, ["0.0315", "0.0598"])
    crude = compute_effect_two_by_two(*CRUDE_15_1, measure="RD")
    assert agrees(crude.yi, "0.0446")
    assert agrees(crude.vi**0.5, "0.0326")


def test_risk_ratios_of_the_strata_and_crude():
    strata = compute_effect_two_by_two(*TABLE_15_1, measure="RR")
    assert agrees(back_transform(strata.yi, "RR"), ["1.8113", "1.1926"])
    crude = compute_effect_two_by_two(*CRUDE_15_1, measure="RR")
    assert agrees(back_transform(crude.yi, "RR"), "1.4356")


@pytest.mark.parametrize(
    ("measure", "bounds", "heterogeneity"),
    [
        ("RD", ["0.0349", "-0.0176", "0.0874"], ["0.0017", "0.9669"]),
        ("RR", ["0.2818", "-0.1442", "0.7078"], ["0.4472", "0.5037"]),
        ("OR", ["0.3387", "-0.1731", "0.8505"], ["0.3474", "0.5556"]),
    ],
)
def test_mantel_haenszel_of_table_15_1(measure, bounds, heterogeneity):
    pooled = pool(TABLE_15_1, measure)
    assert agrees([pooled.estimate, pooled.lower, pooled.upper], bounds)
    assert agrees([pooled.q, pooled.q_p_value], heterogeneity)


def test_tests_of_association_and_homogeneity_of_table_15_1():
    pooled = pool(TABLE_15_1, "OR")
    assert agrees([pooled.association.statistic, pooled.association.p_value], ["1.1914", "0.2750"])
    assert agrees([pooled.homogeneity.statistic, pooled.homogeneity.p_value], ["0.3489", "0.5547"])
    ratio = back_transform([pooled.estimate, pooled.lower, pooled.upper], "OR")
    assert agrees(ratio, ["1.4031", "0.8411", "2.3409"])


def test_mantel_haenszel_of_table_15_5():
    pooled = pool(TABLE_15_5, "OR")
    assert agrees([pooled.estimate, pooled.lower, pooled.upper], ["1.3300", "0.3579", "2.3021"])
    assert agrees([pooled.q, pooled.q_p_value], ["0.1378", "0.7105"])
    assert agrees([pooled.association.statistic, pooled.association.p_value], ["5.8092", "0.0159"])
    assert agrees([pooled.homogeneity.statistic, pooled.homogeneity.p_value], ["0.1391", "0.7092"])
    ratio = back_transform([pooled.estimate, pooled.lower, pooled.upper], "OR")
    assert agrees(ratio, ["3.7812", "1.4304", "9.9954"])
