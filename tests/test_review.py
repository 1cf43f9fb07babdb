"""review.yml: typed values, and one clear message for whatever is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.problems import ReviewError
from schemas.review import load_review, read_review
from tests.project_copy import ProjectCopy


def said(copy: ProjectCopy) -> str:
    return "\n".join(str(problem) for problem in read_review(copy.root)[1])


def line(copy: ProjectCopy, key: str) -> str:
    """The line of a top-level key as it stands in the file."""
    lines = copy.path("review.yml").read_text(encoding="utf-8").split("\n")
    return next(text for text in lines if text.lstrip(" -").startswith(f"{key}:"))


def replace_line(copy: ProjectCopy, key: str, new: str) -> None:
    copy.replace("review.yml", line(copy, key), new)


def test_the_review_loads_with_its_types(root: Path) -> None:
    review = load_review(root)
    assert review.title
    assert review.question.endswith("?")
    assert len(review.date) == len(review.evidence_to) == len("2026-01-01")
    assert all(isinstance(number, int) for number in review.quorum.roles.values())
    assert review.protocol.minimum_studies >= 1
    first = review.syntheses[0]
    assert review.synthesis(first.id) is first
    assert review.synthesis("no-such-synthesis") is None


@pytest.mark.parametrize(
    ("key", "new", "says"),
    [
        ("title", "titel: A review", "titel: is unknown"),
        ("title", "titel: A review", "title: is missing"),
        ("version", "version: 0.1", "version: is 0.1; expected text (in quotation marks"),
        ("date", "date: soon", "date: is 'soon'; expected a date as YYYY-MM-DD"),
        ("date", "date: 2001-01-01", "evidence_to"),
        ("evidence_to", "evidence_to: 2026-02-30", "expected a date as YYYY-MM-DD"),
        ("language", "language: [en]", "language: is ['en']; expected text"),
        ("licence", "licence: MIT\nlicence: MIT", "the key 'licence' occurs twice"),
        ("licence", "licence: MIT: or not", "not readable as YAML"),
        ("licence", "\tlicence: MIT", "no tabs"),
    ],
)
def test_a_wrong_value_is_named(copy: ProjectCopy, key: str, new: str, says: str) -> None:
    replace_line(copy, key, new)
    assert says in said(copy)


def test_a_yaml_error_is_one_message_with_its_line(copy: ProjectCopy) -> None:
    path = copy.path("review.yml")
    path.write_text('title: "open\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    (problem,) = read_review(copy.root)[1]
    assert problem.file == "evidence/review.yml"
    assert int(problem.row) > 1


def test_the_rules_do_not_run_on_an_unreadable_review(copy: ProjectCopy) -> None:
    copy.path("review.yml").write_text("title: [", encoding="utf-8")
    assert [problem.file for problem in copy.problems()] == ["evidence/review.yml"]


@pytest.mark.parametrize(
    ("key", "new", "says"),
    [
        ("measure", "    measure: proportions", "did you mean 'proportion'?"),
        ("role", "    role: main", "expected one of primary, sensitivity, context"),
        ("group_by", "    group_by: products", "did you mean 'product'?"),
        ("minimum_studies", "  minimum_studies: 0", "minimum_studies: is 0; expected 1 or more"),
        ("outcome", "    outcome: Overall response", "expected lower-case letters, digits, '_'"),
    ],
)
def test_a_wrong_synthesis_is_named(copy: ProjectCopy, key: str, new: str, says: str) -> None:
    replace_line(copy, key, new)
    assert says in said(copy)


def test_a_synthesis_id_twice(copy: ProjectCopy) -> None:
    review = load_review(copy.root)
    first, second = review.syntheses[:2]
    copy.replace("review.yml", f"- id: {second.id}\n", f"- id: {first.id}\n")
    assert f"syntheses[{first.id}]: the id is used 2 times" in said(copy)


def test_a_population_that_does_not_exist(copy: ProjectCopy) -> None:
    item = next(item for item in load_review(copy.root).syntheses if not item.populations)
    start = f"- id: {item.id}\n"
    copy.replace("review.yml", start, f"{start}    populations: [infusd]\n")
    assert (
        f"evidence/review.yml: syntheses {item.id}: population 'infusd' is not in "
        "evidence/vocabulary.csv; did you mean 'infused'?"
    ) in "\n".join(map(str, copy.problems()))


def test_an_answer_is_a_conclusion(copy: ProjectCopy) -> None:
    replace_line(copy, "answer", "answer: frist-answer")
    assert "answer: is 'frist-answer'; expected the id of a conclusion: " in said(copy)
    assert "did you mean 'first-answer'?" in said(copy)


def test_an_outcome_the_vocabulary_lacks(copy: ProjectCopy) -> None:
    old = line(copy, "outcome")
    copy.replace("review.yml", old, old + "_x")
    problems = [problem for problem in copy.problems() if problem.file == "evidence/review.yml"]
    assert "is not in evidence/vocabulary.csv" in str(problems[0])


def test_a_published_row_that_is_not_there(copy: ProjectCopy) -> None:
    old = next(
        text
        for text in copy.path("review.yml").read_text(encoding="utf-8").split("\n")
        if text.strip().startswith("published: [")
    )
    copy.replace("review.yml", old, "    published: [outcomes:no.such.row]")
    assert "published row 'outcomes:no.such.row' does not exist" in str(copy.problems()[0])


def test_a_synthesis_without_cohorts(copy: ProjectCopy) -> None:
    name = load_review(copy.root).syntheses[0].id
    copy.remove("syntheses", lambda row: row["synthesis_id"] == name)
    (problem,) = copy.problems()
    assert f"syntheses {name}: no cohort in evidence/syntheses.csv" in str(problem)


def test_a_missing_review(copy: ProjectCopy) -> None:
    copy.path("review.yml").unlink()
    with pytest.raises(ReviewError, match=r"evidence/review\.yml"):
        load_review(copy.root)


def test_a_quorum_of_nobody_is_refused(copy: ProjectCopy) -> None:
    path = copy.path("review.yml")
    text = path.read_text(encoding="utf-8")
    emptied = text.replace("  roles:\n    chair: 1\n    member: 2\n", "  roles: {}\n")
    assert emptied != text
    path.write_text(emptied, encoding="utf-8")
    assert "quorum.roles: names nobody" in said(copy)
