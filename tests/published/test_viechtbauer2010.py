"""Viechtbauer 2010, Journal of Statistical Software 36(3): the metafor package.

Data: thirteen trials of BCG, as the example review has them. The risk ratio by REML with normal
quantiles, its prediction interval and heterogeneity, to the last digit that the example of the
data set's documentation prints; the further digits are those of metafor itself (tests/reference).
What is held against them is what the review prints, from its tables through its protocol.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.review_data import ReviewData, load_review_data
from schemas.rounding import fixed
from tests.published.data import COLDITZ_1994, COLDITZ_1994_LATITUDE


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root / "examples" / "bcg")


def test_the_review_holds_the_published_table(data: ReviewData) -> None:
    cohorts = data.syntheses["primary"].overall.cohorts
    tables = [(*(count for arm in c.arms for count in (arm.events, arm.n - arm.events)),)
              for c in cohorts]  # fmt: skip
    assert sorted(tables) == sorted(map(tuple, COLDITZ_1994.tolist()))
    latitudes = sorted(data.evidence.studies["latitude"])
    assert latitudes == sorted(COLDITZ_1994_LATITUDE)


def test_the_primary_synthesis_is_the_published_example(data: ReviewData) -> None:
    pooled = data.syntheses["primary"].overall.first
    assert pooled is not None
    shown = [pooled.value, pooled.lower, pooled.upper, pooled.prediction_lower,
             pooled.prediction_upper]  # fmt: skip
    assert [fixed(float(value or 0), 4) for value in shown] == [
        "0.4894", "0.3441", "0.6962", "0.1546", "1.5490",
    ]  # fmt: skip
    assert fixed(pooled.tau2, 4) == "0.3132"
    assert fixed(float(pooled.i2 or 0), 2) == "92.22"


def test_its_claims_print_these_values(data: ReviewData) -> None:
    assert data.ledger["pooled.primary"].forms.unmarked == "0.49 (0.34 to 0.70)"
    assert data.ledger["pooled.primary.prediction"].forms.plain.startswith("0.15 to 1.55")
    assert data.ledger["pooled.primary.tau2"].forms.plain.startswith("0.3132")


def test_the_usual_conventions_are_wider(data: ReviewData) -> None:
    published, usual = (data.syntheses[name].overall.first for name in ("primary", "default"))
    assert published is not None
    assert usual is not None
    assert usual.value == pytest.approx(published.value)
    assert usual.upper > published.upper
    assert usual.prediction_upper > published.prediction_upper
