"""What a topic amounts to in numbers, and what may be said of it."""

from __future__ import annotations

from analysis.certainty import Rating, TopicEvidence
from analysis.certainty_wording import word_comparison, word_rate, word_time, word_unknown
from analysis.rounding import fit_digits, format_number
from analysis.words import say
from schemas.certainty import Certainty


def is_benefit(plan: Certainty, rating: Rating) -> bool:
    """Whether the written thresholds say that more, or less, of the outcome is a benefit."""
    outcome = rating.outcome if rating.body is None else rating.body.outcome
    found = [item.benefit for item in plan.thresholds if item.outcome == outcome]
    measured = None if rating.body is None else plan.thresholds_of(outcome, rating.body.unit)
    return bool(measured.benefit) if measured is not None else bool(found and found[0])


def amounts_of(body: TopicEvidence | None, digits: int = 0) -> tuple[str, str, str]:
    """Value, interval and prediction interval as text, without unit."""
    if body is None or body.value is None:
        return "", "", ""
    digits = fit_digits(digits, body.value, (body.lower, body.upper))
    value = format_number(body.value, digits)
    low = "" if body.lower is None else format_number(body.lower, digits)
    high = say("figures.not_reached") if body.upper_open else ""
    high = high if body.upper is None else format_number(body.upper, digits)
    interval = f"{low} to {high}" if low and high else ""
    if body.prediction is None:
        return value, interval, ""
    return value, interval, " to ".join(format_number(x, digits) for x in body.prediction)


def word_finding(rating: Rating) -> str:
    """What may be said, in the words of the drafted certainty."""
    topic, body, level = rating.topic, rating.body, rating.drafted
    if rating.kind == "comparative":
        return word_comparison(level, topic.subject, topic.effect, topic.about)
    unit = "" if body is None else body.unit
    value = amounts_of(body, 1 if unit == "months" else 0)[0]
    if not value and level != "very low":
        return word_unknown(topic.about)
    if unit == "months":
        return word_time(level, say("certainty.months", value=value), topic.subject, topic.about)
    return word_rate(
        level, say("certainty.of_100", value=value), topic.subject, topic.effect, topic.about
    )
