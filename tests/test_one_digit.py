"""The script that mistypes single digits: what it changes, and that rules find most of it."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def script(root: Path) -> ModuleType:
    sys.path.insert(0, str(root / "bench"))
    import one_digit

    return one_digit


@given(st.decimals("0", "9999", places=2), st.integers())
def test_one_digit_changes_and_no_needless_zero_comes_first(
    script: ModuleType, figure: object, seed: int
) -> None:
    old = str(figure)
    new = script.change_digit(old, random.Random(seed))
    assert sum(one != other for one, other in zip(old, new, strict=True)) == 1
    assert len(new.partition(".")[0]) == 1 or not new.startswith("0")


def test_the_rate_is_told(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["one_digit.py", "--seed", "3", "--changes", "8", "--show"])
    script.main()
    told = capsys.readouterr().out
    passed = told.count("passes: ")
    assert f"{8 - passed:>5} of     8 caught" in told
    assert passed < 8
