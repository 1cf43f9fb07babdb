"""Agreement: an estimate with its interval, a median with the rates of its own curve."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations, product

from analysis.formulae.time_to_event import compute_landmark_agreement
from schemas.choices import RATIOS
from schemas.rounding import fixed, significant
from schemas.rules.cuts import FACT_KEYS, fact_of
from schemas.rules.order import cut_of, group
from schemas.rules.records import Finding, Records, Row, Rule, check_source, find

LEVEL = 95.0
UNKNOWN = 10**9  # people of a cohort whose size is not stated
ENDS = ("value", "ci_low", "ci_high")
FAR_POINTS, FAR_TIMES = 40.0, 2.0
"""Reports of one fact lie further apart than this only by mistake: points, times as much."""
TINY = 1e-9


def _in_order(row: Row) -> bool:
    """Whether estimate and interval are there, the one within the other."""
    if None in (figures := [row[column] for column in ENDS]):
        return False
    return bool(figures[1] <= figures[0] <= figures[2])  # else: interval_contains_estimate


def is_ratio_in_the_middle(
    ratio: tuple[float, float], low: tuple[float, float], high: tuple[float, float]
) -> bool:
    """Whether a ratio may lie in the middle of its interval on the log scale.

    Each argument is a printed figure, above 0, and half a unit of its last digit: it stands for
    every value as near as that. Intervals of log ratios are symmetric, so the ratio is the
    geometric mean of the ends.
    """
    (least_low, most_low), (least_high, most_high), (least, most) = (
        (max(value - half, TINY), value + half) for value, half in (low, high, ratio)
    )
    first, last = math.sqrt(least_low * least_high), math.sqrt(most_low * most_high)
    return first <= most + TINY and last >= least - TINY


def _interval(row: Row) -> str:
    return f"{row.printed('value')} ({row.printed('ci_low')} to {row.printed('ci_high')})"


def check_ratio_interval(records: Records) -> Iterator[Finding]:
    """The interval of a ratio is symmetric on the log scale within rounding."""
    for row in records["time_to_event"]:
        if row["measure"] not in RATIOS or not _in_order(row) or row["ci_low"] <= 0:
            continue
        if is_ratio_in_the_middle(*((row[name], row.rounding(name)) for name in ENDS)):
            continue
        middle = math.sqrt(row["ci_low"] * row["ci_high"])
        what = f"the ends do not fit the ratio on the log scale: {_interval(row)}"
        expected = f"a ratio near {fixed(middle, 2)}, the middle of its interval on the log scale"
        action = f"compare all three digit by digit; {check_source(row)}"
        yield find("ratio_interval", row, "ci_low", what, expected, action)


def _people(row: Row, records: Records) -> int | None:
    """How many people the row is about: its own n, else the size of the population."""
    arm = records.by_id("arms").get(row["arm_id"] or "")
    return records.people(arm, row["population"]) if row["n"] is None else row["n"]


def _decimals(row: Row, column: str) -> int:
    """Decimals of the proportion that a percentage with these decimals is."""
    return len(row.printed(column).partition(".")[2]) + 2


def _disagreements(rows: list[Row], sizes: list[int | None], level: float) -> Iterator[str]:
    """For each rate of one level what is wrong with its interval, or nothing."""
    rate, low, high = ([row[column] / 100 for row in rows] for column in ENDS)
    found = compute_landmark_agreement(
        rate,
        low,
        high,
        decimals=[_decimals(row, "value") for row in rows],
        bound_decimals=[min(_decimals(row, name) for name in ENDS[1:]) for row in rows],
        n=[UNKNOWN if size is None else max(size, 1) for size in sizes],
        level=level / 100,
    )
    for at, (row, size) in enumerate(zip(rows, sizes, strict=True)):
        if not found.scales[at]:
            yield f"the rate is in the middle of its interval on no scale: {_interval(row)}"
        elif not found.wide_enough[at]:
            needed = found.effective_n[at]
            yield f"{_interval(row)} would need {fixed(needed, 0)} people; the cohort has {size}"
        else:
            yield ""


def _has_interval(row: Row) -> bool:
    within = _in_order(row) and row["ci_low"] >= 0 and row["ci_high"] <= 100
    return row["measure"] == "landmark_rate" and within and 0 < row["value"] < 100


def check_landmark_interval(records: Records) -> Iterator[Finding]:
    """The interval of a survival rate fits it on a usual scale, and fits the people there are."""
    rates = [row for row in records["time_to_event"] if _has_interval(row)]
    for rows in group(rates, _level):
        sizes = [_people(row, records) for row in rows]
        for row, what in zip(rows, _disagreements(rows, sizes, _level(rows[0])), strict=True):
            if what:
                expected = "an interval around its rate on the log-log, logit or plain scale"
                action = f"compare all three digit by digit; {check_source(row)}"
                yield find("landmark_interval", row, "ci_low", what, expected, action)


def _level(row: Row) -> float:
    return float(row["ci_level"] or LEVEL)


def _curve(row: Row) -> tuple[object, ...]:
    people = (row["arm_id"], row["population"], row["subgroup"])
    return (*people, row["endpoint"], row["adjusted"], row["citekey"], cut_of(row))


def _contradiction(median: Row, rate: Row) -> str:
    """How a median contradicts a rate of the same curve, or nothing."""
    share, slack = rate["value"], rate.rounding("value") + TINY
    reached, time = median["value"], rate["time_months"]
    above, below = share > 50 + slack, share < 50 - slack
    if reached is None:
        return f"the median is not reached, but the rate is {significant(share)}%" if below else ""
    if (above and reached < time - median.rounding("value")) or (
        below and reached > time + median.rounding("value")
    ):
        side = "above" if above else "below"
        return f"the median is {significant(reached)} months, but the rate is {side} 50%"
    return ""


def check_median_and_rates(records: Records) -> Iterator[Finding]:
    """A median lies where the rates of its own curve pass 50%."""
    rows = [
        row for row in records["time_to_event"] if row["measure"] in ("median", "landmark_rate")
    ]
    for curve in group(rows, _curve):
        medians = [row for row in curve if row["measure"] == "median" and _is_stated(row)]
        rates = [row for row in curve if row["measure"] == "landmark_rate"]
        for median, rate in product(medians, rates):
            if None in (rate["value"], rate["time_months"]):
                continue
            if what := _contradiction(median, rate):
                what += f" at {significant(rate['time_months'])} months ({rate.id})"
                expected = "a median at the time when the rate passes 50%"
                action = check_source(median)
                yield find("median_and_rates", median, "value", what, expected, action, [rate])


def _is_stated(row: Row) -> bool:
    return row["value"] is not None or "value" in (row["not_reached"] or "")


def _far(one: Row, other: Row) -> str:
    """How far two reports of one fact lie apart, where that is too far."""
    column = "value" if one.table.name == "time_to_event" else "percent"
    mine, theirs = one[column], other[column]
    if mine is None or theirs is None or one.get("measure") == "mean_change":
        return ""
    if column == "percent" or one["measure"] == "landmark_rate":
        apart = abs(mine - theirs)
        return f"{significant(apart)} points" if apart > FAR_POINTS else ""
    least, most = sorted((mine, theirs))
    return f"{significant(most / least, 2)} times" if least > 0 and most > FAR_TIMES * least else ""


def check_reports_far_apart(records: Records) -> Iterator[Finding]:
    """Successive reports of one fact do not lie further apart than longer follow-up explains."""
    for table in FACT_KEYS:
        for rows in group(records[table], fact_of):
            for first, second in combinations(rows, 2):
                apart = _far(first, second)
                if not apart:
                    continue
                column = "value" if table == "time_to_event" else "percent"
                what = f"{second.printed(column)} lies {apart} from {first.printed(column)} in "
                what += f"{first.id}, which reports the same fact"
                action = f"compare both; {check_source(second)}"
                rule = "reports_far_apart"
                yield find(rule, second, column, what, "reports that agree", action, [first])


def check_hazards_judged(records: Records) -> Iterator[Finding]:
    """A hazard ratio says whether hazards were proportional, with reason and source."""
    parts = ("hazards", "hazards_reason", "hazards_citekey")
    for row in records["time_to_event"]:
        ratio = row["measure"] == "hazard_ratio"
        for column in parts:
            if ratio and not row[column]:
                what = "says nothing of proportional hazards"
                expected = "a judgement, its reason and its source"
                action = "write cannot_be_judged where neither a test nor the curve was read"
                yield find("hazards_judged", row, column, what, expected, action)
            elif row[column] and not ratio:
                what = f"{row['measure']} is no hazard ratio"
                yield find("hazards_judged", row, column, what, "an empty cell", "empty it")


RULES = (
    Rule(
        "hazards_judged",
        "A hazard ratio says whether hazards were proportional.",
        check_hazards_judged,
    ),
    Rule(
        "ratio_interval",
        "The interval of a ratio is symmetric on the log scale within rounding.",
        check_ratio_interval,
    ),
    Rule(
        "landmark_interval",
        "The interval of a survival rate fits it on a usual scale, and the people there are.",
        check_landmark_interval,
        needs=("review", "arms"),
    ),
    Rule(
        "median_and_rates",
        "A median lies where the rates of its own curve pass 50%.",
        check_median_and_rates,
    ),
    Rule(
        "reports_far_apart",
        "Reports of one fact do not lie 40 points, or twice, apart.",
        check_reports_far_apart,
    ),
)
