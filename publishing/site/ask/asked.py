"""How readers ask for what the review says, as the review lists it in report/asked.yml."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import Field

from analysis.kept import Keeping, hash_files, hash_of_bytes
from analysis.review_data import ReviewData
from publishing.documents.calls_and_links import places_of
from publishing.history.releases import documents_of
from publishing.manuscript.qmd import read_document
from schemas.nearest import nearest
from schemas.problems import Problem, ReviewError
from schemas.typed_yaml import KeyProblem, YamlModel, read_typed

FILE = "report/asked.yml"
Questions = Mapping[str, tuple[str, ...]]


class Asked(YamlModel):
    """Questions by the section, table or figure, the conclusion or the term that answers them."""

    places: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    conclusions: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    terms: dict[str, tuple[str, ...]] = Field(default_factory=dict)


def load_asked(root: Path) -> Asked:
    """The questions of a review, none where it has no such file; ReviewError with what is wrong."""
    path = root / FILE
    if not path.is_file():
        return Asked()
    found, problems = read_typed(path.read_text(encoding="utf-8"), Asked, FILE)
    if found is None:
        raise ReviewError(problems)
    return found


def asked_problems(data: ReviewData, keeping: Keeping | None = None) -> list[Problem]:
    """What the file names that the review does not have, asked again when either changes."""
    documents = [read_document(data.root, path) for path in documents_of(data.root)]
    known = {
        "section, table or figure": places_of(documents),
        "conclusion": {item.id for item in data.ledger.conclusions},
        "term of the glossary": terms_of(data),
    }
    inputs = {kind: hash_of_bytes(*sorted(names)) for kind, names in known.items()}
    inputs |= {"questions": hash_files(data.root, [data.root / FILE])}
    keeping = keeping or Keeping()
    inputs |= {"the program": keeping.program}
    check = keeping.steps.unless_clean
    return check("check the questions", inputs, lambda: _wrong(data.root, known))


def _wrong(root: Path, known: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    try:
        asked = load_asked(root)
    except ReviewError as error:
        yield from error.problems
        return
    parts = {"places": asked.places, "conclusions": asked.conclusions, "terms": asked.terms}
    for (part, questions), (kind, names) in zip(parts.items(), known.items(), strict=True):
        yield from _unknown(part, questions, names, kind)


def terms_of(data: ReviewData) -> list[str]:
    """The terms that the glossary explains."""
    return data.evidence.rows["glossary"].cells("term")


def _unknown(part: str, asked: Questions, known: Iterable[str], kind: str) -> Iterator[Problem]:
    names = sorted(known)
    for name in asked:
        if name not in names:
            what, expected = f"is no {kind} of the review", f"the name of a {kind}"
            yield KeyProblem(FILE, "", f"{part}.{name}", what, expected, nearest(name, names))
