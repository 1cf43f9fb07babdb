"""Parts of tables and figures that show rows of the evidence, each with a label of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from publishing.displays.specification import Part, Specification


class Labelled(Part):
    """A part that shows rows of the evidence, with a `label` in place of the name of their arm."""

    label: str = ""

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

    def labels(self) -> Iterator[tuple[str, str, str]]:
        """Each label, with the rows that it stands beside."""
        for place, part in _parts(self):
            rows = " | ".join(filter(None, part.rows(self)))
            if part.label and rows:
                yield f"{place}.label", part.label, rows


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
