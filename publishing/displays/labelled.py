"""Parts of tables and figures that show rows of the evidence, each with a label of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from analysis.selection import select_rows
from publishing.displays.specification import Part, Specification

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
