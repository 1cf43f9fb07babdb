"""YAML read into a model: every problem at once, each at its line and its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import pytest
from pydantic import Field, field_validator

from schemas.typed_yaml import WrongError, YamlModel, read_typed


class Bars(YamlModel):
    kind: Literal["bars", "columns"]
    height: Annotated[int, Field(ge=1)]
    bars: Mapping[str, float] = {}


class Lines(YamlModel):
    kind: Literal["lines"]
    label: str | tuple[str, ...]
    width: float = 1.0

    @field_validator("width")
    @classmethod
    def _not_thin(cls, value: float) -> float:
        if value < 0.1:
            raise WrongError("is too thin", "0.1 or more", "widen it")
        return value


class Sheet(YamlModel):
    title: str
    parts: tuple[Annotated[Bars | Lines, Field(discriminator="kind")], ...]
    name: Annotated[str, Field(pattern="^(?:[a-z0-9][a-z0-9.+-]*)$")] = "sheet"
    on: bool = False
    note: str | None = None
    first: Bars | None = None


GOOD = """\
title: A sheet
parts:
  - kind: bars
    height: 3
    bars: {a: 1, no: 2.5}
  - kind: lines
    label: [one, two]
on: true
"""


def said(text: str) -> list[str]:
    sheet, problems = read_typed(text, Sheet, "sheet.yml")
    assert (sheet is None) == bool(problems)
    return [str(problem) for problem in problems]


def test_a_good_file_is_a_frozen_model() -> None:
    sheet, problems = read_typed(GOOD, Sheet, "sheet.yml")
    assert sheet is not None
    assert not problems
    assert sheet.on
    first, second = sheet.parts
    assert isinstance(first, Bars)
    assert first.bars == {"a": 1.0, "no": 2.5}
    assert isinstance(second, Lines)
    assert second.label == ("one", "two")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: A sheet\n", "", "sheet.yml title: is missing; expected text (in quotation marks "
         "where YAML would read a number); add it"),
        ("A sheet", "3", "line 1 title: is 3; expected text (in quotation marks"),
        ("A sheet", "", "line 1 title: has no value; expected text"),
        ("title:", "titel:", "line 1 titel: is unknown; expected one of title, parts, name, on, "
         "note, first; did you mean 'title'?"),
        ("height: 3", "height: '3'", "line 4 parts[1].height: is '3'; expected a whole number"),
        ("height: 3", "height: true", "parts[1].height: is True; expected a whole number"),
        ("height: 3", "height: 0", "parts[1].height: is 0; expected 1 or more"),
        ("    height: 3\n", "", "line 3 parts[1].height: is missing; expected a whole number"),
        ("height: 3", "hight: 3", "line 4 parts[1].hight: is unknown; expected one of kind, "
         "height, bars; did you mean 'height'?"),
        ("no: 2.5", "no: x", "line 5 parts[1].bars.no: is 'x'; expected a number"),
        ("no: 2.5", "no: .nan", "parts[1].bars.no: is nan; expected a finite number"),
        ("kind: bars", "kind: bar", "line 3 parts[1].kind: is 'bar'; expected one of bars, "
         "columns, lines; did you mean 'bars'?"),
        ("kind: bars\n    ", "", "line 3 parts[1].kind: is missing"),
        ("[one, two]", "3", "line 7 parts[2].label: is 3; expected text (in quotation marks where "
         "YAML would read a number) or a list, one item a line after `- `"),
        ("[one, two]", "[one, 2]", "line 7 parts[2].label[2]: is 2; expected text"),
        ("[one, two]", "x\n    width: 0", "line 8 parts[2].width: is too thin; expected 0.1 or "
         "more; widen it"),
        ("on: true", "name: A B", "line 8 name: is 'A B'; expected lower-case letters, digits"),
        ("on: true", "first: {kind: bars, height: 1, label: x}", "line 8 first.label: is unknown; "
         "expected one of kind, height, bars"),
        ("on: true", "first: x", "line 8 first: is 'x'; expected `key: value` pairs"),
        ("on: true", "name: ''", "line 8 name: is ''; expected lower-case letters, digits"),
        ("on: true", "on: true\non: false", "line 9: not readable as YAML (the key 'on' occurs"),
        ("title: A", "title: [A", "not readable as YAML"),
    ],
)  # fmt: skip
def test_each_problem_names_line_key_expected_and_action(old: str, new: str, expected: str) -> None:
    assert old in GOOD
    assert expected in "\n".join(said(GOOD.replace(old, new, 1)))


def test_the_tag_of_a_union_is_not_taken_for_a_key_of_that_name() -> None:
    (problem,) = said(GOOD.replace("height: 3", "height: x"))
    assert "line 4 parts[1].height" in problem
    (problem,) = said(GOOD.replace("    height: 3\n", ""))
    assert "parts[1].height: is missing" in problem


def test_every_problem_is_told_at_once() -> None:
    text = GOOD.replace("height: 3", "height: x").replace("[one, two]", "3") + "nothing: 1\n"
    assert len(said(text.replace("title: A sheet", "title: 1"))) == 4


def test_an_item_is_called_by_its_name() -> None:
    class Item(YamlModel):
        id: str
        size: int

    class Items(YamlModel):
        items: tuple[Item, ...]

    _, (problem,) = read_typed("items: [{id: small, size: x}]", Items, "items.yml")
    assert problem.row == "1"
    assert problem.column == "items[small].size"


@pytest.mark.parametrize(
    "text",
    ["", "- a", "text", "!!int x", "a: !!int x", "a: !!bool x", "a: !!binary é", "a: !!set [1]",
     "&a [*a]", "title: &a {b: *a}", "a: " + "[" * 3000, "? [a]\n: b", "? {a: b}\n: c", "a: *b",
     "<<: 3", "<<: {title: x}", "a: !!timestamp x", "a: !own x", "a\x00b: c", "--- a\n--- b",
     "1: 2", "~: 2", "title: 99999999999999999999999999", "[a: b"],
)  # fmt: skip
def test_no_text_ends_in_a_traceback(text: str) -> None:
    assert said(text)
