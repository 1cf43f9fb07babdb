"""The published ledger has the shape its JSON Schema states, and the schema bites."""

from __future__ import annotations

import copy
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from analysis.ledger import Record
from analysis.review_data import load_review_data
from analysis.wording import Forms
from publishing.site.exports import LEDGER_SCHEMA


@pytest.fixture(scope="module")
def schema(root: Path) -> dict[str, Any]:
    text = LEDGER_SCHEMA.read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.fixture(scope="module")
def ledger(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(load_review_data(root).ledger.to_json())
    return found


def complaints(schema: dict[str, Any], ledger: dict[str, Any]) -> list[str]:
    return [error.json_path for error in Draft202012Validator(schema).iter_errors(ledger)]


def test_the_schema_is_one_of_the_draft_it_names(schema: dict[str, Any]) -> None:
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


def test_the_ledger_of_the_review_is_valid(schema: dict[str, Any], ledger: dict[str, Any]) -> None:
    assert complaints(schema, ledger) == []


def test_every_member_of_a_record_is_described(schema: dict[str, Any]) -> None:
    record, forms = schema["$defs"]["record"], schema["$defs"]["forms"]
    assert set(record["properties"]) == {field.name for field in fields(Record)}
    assert set(forms["properties"]) == {field.name for field in fields(Forms)}
    described = [*record["properties"].items(), *forms["properties"].items()]
    assert all("description" in item or "$ref" in item for _, item in described)


def test_each_statistic_has_one_row(ledger: dict[str, Any]) -> None:
    names = [record["id"] for record in ledger["records"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("member", "value"),
    [("rows", []), ("value", "97.9%"), ("hash", "abc"), ("certainty", "fair"), ("n", -1),
     ("interval", "guessed"), ("format", "percent"), ("extra", 1)],
)  # fmt: skip
def test_a_bad_member_is_named(
    schema: dict[str, Any], ledger: dict[str, Any], member: str, value: object
) -> None:
    bad = copy.deepcopy(ledger)
    bad["records"][0][member] = value
    found = complaints(schema, bad)
    assert any(path.startswith("$.records[0]") for path in found)


def test_limits_without_an_interval_are_refused(
    schema: dict[str, Any], ledger: dict[str, Any]
) -> None:
    bad = copy.deepcopy(ledger)
    record = next(item for item in bad["records"] if item["lower"] is not None)
    record["interval"] = ""
    assert complaints(schema, bad)
