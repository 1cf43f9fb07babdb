"""Numbers become text in one place, halves away from zero."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.formulae.intervals import compute_interval_proportion
from analysis.measures import Measure
from analysis.rounding import (
    MINUS,
    format_bare,
    format_number,
    format_value,
    percentage,
    split_format,
)
from analysis.wording import compose_forms
from schemas.rounding import fixed, round_half_up, significant

SPECIFIED = re.compile(r"[eEfFgGn%]$")
FORMATTED = re.compile(r"\{\w*:[^{}]*[eEfFgGn%]\}")
ROUNDING = {"schemas/rounding.py", "analysis/rounding.py"}
LEFT = {
    "publishing/displays/tracing.py",  # compares drawings, prints nothing
    "publishing/printing/page_drawing.py",
}  # places of strokes, no number of the review
"""Modules that still format a number themselves; the list may only shrink."""


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),  # Python's own round() gives 2
        (2.675, 2, "2.68"),  # the float is a little below; a reader rounds what is printed
        (-2.5, 0, "-3"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Decimal("97.949"), 1, "97.9"),
    ],
)
def test_halves_go_away_from_zero(value: float | Fraction, digits: int, expected: str) -> None:
    assert str(round_half_up(value, digits)) == expected


@given(st.integers(0, 5000), st.integers(1, 5000), st.integers(0, 3))
def test_a_percentage_is_within_half_a_unit_of_its_last_digit(k: int, n: int, digits: int) -> None:
    exact = percentage(k, n)
    rounded = Fraction(round_half_up(exact, digits))
    assert abs(rounded - exact) <= Fraction(1, 2 * 10**digits)


@given(st.fractions(min_value=-1000, max_value=1000), st.integers(0, 4))
def test_rounding_is_odd(value: Fraction, digits: int) -> None:
    assert round_half_up(-value, digits) == -round_half_up(value, digits)


def test_formats_carry_their_unit() -> None:
    assert format_value(97.94, "percent1") == "97.9%"
    assert format_value(34.9, "months1") == "34.9 months"
    assert format_value(0.485, "ratio2") == "0.49"
    assert format_bare(97.94, "percent1") == "97.9"


def test_thousands_and_minus_are_typographic() -> None:
    assert format_number(1272, 0) == "1,272"
    assert format_number(-10.2, 1) == f"{MINUS}10.2"
    assert format_number(-0.04, 1) == "0.0"


@pytest.mark.parametrize("name", ["percent", "percents1", "", "1"])
def test_an_unknown_format_is_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match="is unknown; expected one of percentN"):
        split_format(name)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_not_a_number_is_not_printed(value: float) -> None:
    with pytest.raises(ValueError, match="cannot be printed"):
        round_half_up(value, 1)


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_no_interval_is_a_point_and_no_event_is_nobody(counts: tuple[int, int]) -> None:
    events, n = counts
    exact = compute_interval_proportion(events, n)
    lower, upper = 100 * float(exact.lower), 100 * float(exact.upper)
    measure = Measure("percent", percentage(events, n), lower, upper, interval="exact")
    value, _, rest = compose_forms(measure, "percent0").ci.partition("% (95% CI ")
    low, _, high = rest.removesuffix(")").partition(" to ")
    assert low != high
    assert (float(value) == 0) == (events == 0)
    assert (float(value) == 100) == (events == n)
    assert len({len(text.partition(".")[2]) for text in (value, low, high)}) == 1


def test_a_statement_has_as_many_decimals_as_it_needs() -> None:
    nobody = Measure("percent", 0.0, 0.0, 0.4483, interval="exact")
    assert compose_forms(nobody, "percent0").ci == "0.0% (95% CI 0.0 to 0.4)"
    assert format_value(percentage(1, 222), "percent0") == "0.5%"
    assert format_value(percentage(221, 222), "percent0") == "99.5%"


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [(0, 6, "0"), (33.6, 6, "33.6"), (12.0, 6, "12"), (0.05, 6, "0.05"), (2.71828182, 4, "2.718"),
     (0.000123456, 4, "0.0001235"), (1272.5, 4, "1273"), (-0.25, 1, "-0.3")],
)  # fmt: skip
def test_a_message_has_the_digits_that_count(value: float, digits: int, expected: str) -> None:
    assert significant(value, digits) == expected


def test_a_message_has_plain_digits() -> None:
    assert fixed(-1272.25, 1) == "-1272.3"


def test_no_other_module_rounds_or_formats_a_number(root: Path) -> None:
    paths = [path for layer in ("schemas", "analysis", "publishing")
             for path in sorted((root / layer).rglob("*.py"))]  # fmt: skip
    found = {
        name for path in paths
        if not (name := path.relative_to(root).as_posix()).startswith("analysis/formulae/")
        and any(map(rounds, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    }  # fmt: skip
    assert found - ROUNDING <= LEFT


def rounds(node: ast.AST) -> bool:
    """A call that rounds, or a text that says how many digits a number prints."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        return name in ("round", "around", "rint", "quantize")
    if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr):
        parts = node.format_spec.values
        return any(isinstance(p, ast.Constant) and SPECIFIED.search(str(p.value)) for p in parts)
    return isinstance(node, ast.Constant) and bool(FORMATTED.search(str(node.value)))


@pytest.mark.parametrize("text", ["round(x)", "np.round(x, 1)", 'f"{x:.1f}"', 'f"{x:g}"',
                                  'f"{x:.{n}%}"', '"{:.2f}".format(x)'])  # fmt: skip
def test_a_number_that_is_rounded_is_seen(text: str) -> None:
    assert any(map(rounds, ast.walk(ast.parse(text))))
