"""Every reference case agrees at its tolerance, or differs where `known.py` says so."""

import pytest

from tests.reference.agreement import (
    TABLE,
    find_case_disagreements,
    load_cases,
    read_agreement,
    render_agreement,
    render_table,
)
from tests.reference.known import KNOWN, is_known


def _parameters(folder):
    ids = [case["id"] for case in load_cases(folder)]
    reasons = {name: pytest.mark.xfail(reason=KNOWN[name][1], strict=True) for name in KNOWN}
    return [pytest.param(i, id=i, marks=[reasons[i]] if i in reasons else []) for i in ids]


@pytest.mark.parametrize("case_id", _parameters("cases"))
def test_given_case(case_id):
    assert find_case_disagreements("cases", case_id) == {}


@pytest.mark.parametrize("case_id", _parameters("more"))
def test_further_case(case_id):
    assert find_case_disagreements("more", case_id) == {}


@pytest.mark.parametrize("case_id", list(KNOWN))
def test_known_disagreement_is_confined_to_its_fields(case_id):
    off = find_case_disagreements("cases", case_id)
    assert off, "it agrees now: take it out of known.py"
    assert [field for field in off if not is_known(case_id, field)] == []


def test_all_given_cases_are_here():
    assert len(load_cases("cases")) == 198


def test_readme_states_the_agreement_that_was_found():
    assert read_agreement() == render_agreement(), "run python -m tests.reference.agreement"


def test_the_methods_chapter_prints_the_agreement_that_was_found():
    assert TABLE.read_text(encoding="utf-8") == render_table(), (
        "run python -m tests.reference.agreement"
    )
