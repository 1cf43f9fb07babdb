"""Labels of tables and figures beside the evidence they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from analysis.selection import SelectionError, select_rows
from publishing.displays.specification import Part, Specification
from schemas.evidence import Evidence
from schemas.problems import Problem
from schemas.typed_yaml import KeyProblem

QUALIFIER = re.compile(r",| \(| phase ")  # what begins the part of a name that labels leave out


def problems_of_labels(evidence: Evidence, displays: Iterable[Specification]) -> Iterator[Problem]:
    """Every label that names another study than its row, and not its own as well."""
    names = names_of_studies(evidence)
    for display in displays:
        for place, label, reference in display.labels():
            own, said = studies_of(evidence, reference), named_in(label, names)
            if own and said and not own & said.keys():
                yield _named(evidence, display, place, label, reference)


def names_of_studies(evidence: Evidence) -> dict[str, str]:
    """The study of each name, and of its first part where no other study shares that."""
    studies = list(zip(evidence.studies["name"], evidence.studies["study_id"], strict=True))
    first = [QUALIFIER.split(name, maxsplit=1)[0] for name, _ in studies]
    parts = {part: study for part, (_, study) in zip(first, studies, strict=True)
             if first.count(part) == 1}  # fmt: skip
    return parts | dict(studies)


def studies_of(evidence: Evidence, reference: str) -> set[str]:
    """The studies of the rows that a reference or selector finds; none where it finds none."""
    try:
        parts = select_rows(evidence, reference)
    except SelectionError:  # names what is not there, and is reported as that
        return set()
    return {study for part in parts for study in part.cells("study_id")}


def named_in(label: str, names: Mapping[str, str]) -> dict[str, str]:
    """Study and name of each study that a label names; TRIAL-12 does not name TRIAL-1."""
    return {names[name]: name for name in _pattern_of(tuple(names)).findall(label)}


def studies_named(evidence: Evidence, text: str) -> set[str]:
    """The studies whose whole names a text holds: a cell has none of a label's short cuts."""
    studies = evidence.rows["studies"]
    named = zip(studies.cells("name"), studies.cells("study_id"), strict=True)
    return set(named_in(text, dict(named)))


@lru_cache(maxsize=4)
def _pattern_of(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    either = "|".join(longest_first) or r"(?!)"  # no study yet: nothing can be named
    return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])")


def _named(
    evidence: Evidence, display: Specification, place: str, label: str, reference: str
) -> Problem:
    said = named_in(label, names_of_studies(evidence)).values()
    studies = evidence.studies.set_index("study_id")["name"]
    own = [str(studies[study]) for study in sorted(studies_of(evidence, reference))]
    return KeyProblem(
        display.file,
        row=str(display.line_of(place)),
        column=place,
        what=f"the label {label!r} names {' and '.join(said)} beside {reference}",
        expected=f"a label of {' or '.join(own)}",
        action="correct the label or the row, or leave the label out: the cohort has a name",
    )


if TYPE_CHECKING:
    from schemas.evidence import Evidence


class Labelled(Part):
    """A part that shows rows of the evidence, with a `label` in place of the name of their arm."""

    label: str = ""
    single: ClassVar[bool] = False  # whether each of its selectors must find one row, no more

    def rows(self, display: Any) -> Iterable[str]:
        """References and selectors of what it shows; those left empty do not count."""
        raise NotImplementedError


class LabelledSpecification(Specification):
    """A table or figure whose parts show rows of the evidence."""

    def names(self) -> Iterator[tuple[str, str]]:
        """What is cited or told, and the rows of each part."""
        yield from super().names()
        for place, part in _parts(self):
            yield from ((place, row) for row in part.rows(self) if row)

    def unclear(self, evidence: Evidence) -> Iterator[tuple[str, str]]:
        """Each selector that finds several rows where one is shown."""
        for place, part in _parts(self):
            for selector in filter(None, part.rows(self) if part.single else ()):
                found = references_of(evidence, selector)
                if len(found) > 1:
                    yield place, f"{selector} finds {', '.join(found)}"

    def labels(self) -> Iterator[tuple[str, str, str]]:
        """Each label, with the rows that it stands beside."""
        for place, part in _parts(self):
            rows = " | ".join(filter(None, part.rows(self)))
            if part.label and rows:
                yield f"{place}.label", part.label, rows


def references_of(evidence: Evidence, selector: str) -> list[str]:
    """Every row that a selector finds."""
    return [name for part in select_rows(evidence, selector) for name in part.references]


def _parts(value: object, place: str = "") -> Iterator[tuple[str, Labelled]]:
    """Every part with a label, at whatever depth."""
    if isinstance(value, Labelled):
        yield place, value
    if isinstance(value, Part):
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name), f"{place}.{name}".removeprefix("."))
    elif isinstance(value, tuple):
        for at, item in enumerate(value, start=1):
            yield from _parts(item, f"{place}.{at}")
