"""Columns that a review declares: read, checked and used as those of every review."""

from __future__ import annotations

import pytest

from schemas.characteristics import SIZES, TABLES, population_sizes
from schemas.evidence import Evidence
from schemas.reading_evidence import collect_problems
from schemas.registry import TABLES as EVERY_REVIEW
from tests.project_copy import ProjectCopy, say_bad_cell


@pytest.mark.parametrize(
    ("table", "column", "text", "says"),
    [
        ("studies", "minimum_prior_lines", "three", "is not a number"),
        ("studies", "minimum_prior_lines", "-1", "0 or more"),
        ("studies", "exposure_required", "partly", "one of yes, no, mostly, unclear"),
        ("products", "origin", "Autologous", "did you mean 'autologous'?"),
        ("arms", "n_infused", "97 patients", "mixes a figure and a remark"),
        ("arms", "n_infused", "1,234", "has a thousands separator"),
    ],
)
def test_a_bad_cell_of_a_declared_column_is_named(
    copy: ProjectCopy, table: str, column: str, text: str, says: str
) -> None:
    assert says in say_bad_cell(copy, table, column, text)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("size_of: {population: infused,", "size_of: {population: infussed,",
         "population 'infussed' is not in evidence/vocabulary.csv; did you mean 'infused'?"),
        ("populations: [infused,", "populations: [given,",
         "population 'given' is not in evidence/vocabulary.csv"),
        ("id: n_responders\n    of: arms", "id: n_responders\n    of: studies",
         "people are counted in arms.csv; expected of: arms and type: whole"),
        ("- {id: origin, of: products", "- {id: exposure_note, of: studies",
         "the id is used 2 times for studies.csv; expected each id once a table"),
        ("{id: exposure_note,", "{id: exposure_notes,",
         "studies.csv row 1 column exposure_note: the column name is misspelt"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_named(copy: ProjectCopy, old: str, new: str, says: str) -> None:
    copy.replace("review.yml", old, new)
    assert says in "\n".join(map(str, collect_problems(copy.root)[1]))


def test_no_table_of_every_review_has_a_column_that_this_one_declares(evidence: Evidence) -> None:
    declared = evidence.review.characteristics
    assert {item.of for item in declared} == set(TABLES)
    for item in declared:
        assert item.id not in EVERY_REVIEW[item.of].columns
        assert item.id in evidence.tables[item.of].columns


def test_a_review_adds_its_populations_to_those_of_every_review(evidence: Evidence) -> None:
    sizes = population_sizes(evidence.review.characteristics)
    assert set(sizes) > {size.population for size in SIZES} == set(population_sizes(()))
    assert sizes["infused"].column == "n_infused"
    assert "leukapheresed" in sizes["infused"].within
