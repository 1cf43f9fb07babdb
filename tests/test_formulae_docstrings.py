"""Every public function of the formulae says shapes, scale, errors and source, in its own words
or by the function that it refers to, and what it says of errors holds for a wrong level."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import analysis.formulae as library

BIBLIOGRAPHY = (Path(library.__file__).parent / "references.bib").read_text(encoding="utf-8")
KNOWN = set(re.findall(r"^@\w+\{(\w+),", BIBLIOGRAPHY, flags=re.MULTILINE))
REFERS = re.compile(r"\bas (?:for|in) ((?:`?\w+`?(?:,| and)? ?)+)")
ASPECTS = {
    "shapes": r"\bshapes?\b|\[(?:k|B|m)\b|\(k",
    "scale": r"scale|\bunit|\blog|percent|proportion|[Ww]hole numbers|ratio",
    "errors": r"Raises (?:\w+Error|no error)|ValueError (?:as|for|where)",
    "source": r"Sources?: (?:[a-z]+\d{4}|none, )",
}


def public_functions() -> dict[str, Callable[..., Any]]:
    found = {}
    for part in pkgutil.iter_modules(library.__path__):
        module = importlib.import_module(f"{library.__name__}.{part.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = inspect.unwrap(function).__module__ == module.__name__
            if own and (name in library.__all__ or name.startswith("compute_")):
                found[name] = function
    return found


FUNCTIONS = public_functions()


def text_of(name: str) -> str:
    return " ".join((inspect.getdoc(FUNCTIONS[name]) or "").split())


def referred(text: str) -> list[str]:
    """The functions whose words a docstring makes its own: "errors as for compute_x"."""
    names = [name for found in REFERS.findall(text) for name in re.findall(r"\w+", found)]
    return [name for name in names if name in FUNCTIONS]


def lacking(name: str, seen: tuple[str, ...] = ()) -> set[str]:
    """The aspects that neither the docstring nor those it refers to tell."""
    text = text_of(name)
    own = {aspect for aspect, pattern in ASPECTS.items() if not re.search(pattern, text)}
    for other in referred(text):
        if own and other not in (*seen, name):  # it must name what it takes over
            told = set(ASPECTS) - lacking(other, (*seen, name))
            own -= {aspect for aspect in told if aspect[:5] in text.lower()}
    return own


def test_the_curated_list_is_looked_at() -> None:
    listed = {name for name in library.__all__ if inspect.isfunction(getattr(library, name))}
    assert listed <= set(FUNCTIONS)
    assert len(FUNCTIONS) > 50


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_docstring_tells_shapes_scale_errors_and_source(name: str) -> None:
    assert lacking(name) == set()


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_its_sources_and_the_functions_it_refers_to_are_there(name: str) -> None:
    text = text_of(name)
    for keys in re.findall(r"Sources?: ([^.]*)", text):
        cited = re.findall(r"\b[a-z]+\d{4}[a-z]?\b", keys)
        assert keys.startswith("none, ") or cited
        assert set(cited) <= KNOWN
    for other in re.findall(r"\bcompute_\w+\b", text):
        assert other in FUNCTIONS, other


def test_a_docstring_that_keeps_silent_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    told = inspect.getdoc(FUNCTIONS["compute_random_effects"]) or ""
    for aspect, gone in {"errors": "Raises ValueError", "source": "Sources: knapp2003"}.items():
        monkeypatch.setattr(FUNCTIONS["compute_random_effects"], "__doc__", told.replace(gone, ""))
        assert lacking("compute_random_effects") == {aspect}
        assert lacking("compute_leave_one_out") == {aspect}


POOLED = ["compute_random_effects", "compute_common_effect", "compute_leave_one_out",
          "compute_cumulative", "compute_meta_regression", "compute_heterogeneity",
          "compute_tau2_interval", "compute_regression_test", "compute_trim_and_fill"]  # fmt: skip


@pytest.mark.parametrize("name", POOLED)
@pytest.mark.parametrize(
    ("yi", "vi"),
    [
        ([0.1, np.nan, 0.3, 0.5], [0.1, 0.2, 0.1, 0.3]),
        ([0.1, 0.2, 0.3, 0.5], [0.1, 0.0, 0.1, 0.3]),
        ([0.1, 0.2, 0.3], [0.1, 0.2, 0.1, 0.3]),
    ],
)
def test_the_errors_that_are_promised_are_raised(name: str, yi: Any, vi: Any) -> None:
    with pytest.raises(ValueError, match=r"^[yv]i "):
        FUNCTIONS[name](np.array(yi), np.array(vi))
    with pytest.raises(ValueError, match="level"):
        FUNCTIONS[name](np.array([0.1, 0.2, 0.4, 0.3]), np.array([0.1, 0.2, 0.1, 0.3]), level=95)
