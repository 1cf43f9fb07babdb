"""What is made of each page of an edition: of those whose text changed, or what others say to them.

What other pages need of a chapter (its headings, numbers, citations and anchors) is kept apart
from it, as the chapter that stands in for it while they are set.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from analysis.kept import Steps, hash_of_bytes
from publishing.render.executed import Executed

Made = tuple[Mapping[str, bytes], Path]


@dataclass
class KeptPages:
    """The pages of one edition, called `name`; a page is set among stand-ins of those kept.

    `sources` are its documents in order, `shared` the inputs of every page. `make` gives what is
    made of each document, by path, and the path of Pandoc's JSON of what stands in for each.
    """

    steps: Steps
    name: str
    sources: Sequence[Executed]
    shared: Mapping[str, str]
    make: Callable[[Sequence[Executed]], Made]
    standing: dict[str, str] = field(default_factory=dict)

    def made(self) -> list[bytes]:
        """What is made of every page, in order."""
        paths = [source.path for source in self.sources]
        for path in paths:
            kept = self.steps.kept(self._apart(path), self._inputs_apart(path))
            self.standing |= {path: kept.decode()} if kept else {}
        made = self._make([path for path in paths if path not in self.standing])
        hashes = self._hashes()
        found = {path: made[path] if path in made else self._kept(path, hashes) for path in paths}
        more = self._make([path for path in paths if found[path] is None])
        hashes = self._hashes()
        for path, payload in (made | more).items():
            self.steps.keep(self._step(path), self._inputs(path, hashes), payload)
        return [more[path] if (known := found[path]) is None else known for path in paths]

    def _make(self, paths: Collection[str]) -> dict[str, bytes]:
        """Make these; what stands in for them is known afterwards."""
        if not paths:
            return {}
        others = {path: text for path, text in self.standing.items() if path not in paths}
        made, place = self.make(
            [replace(one, markdown=others.get(one.path, one.markdown)) for one in self.sources]
        )
        for path, text in self._stand_ins(place):
            if path not in others:
                self.standing[path] = text
                self.steps.keep(self._apart(path), self._inputs_apart(path), text.encode())
        return {path: made[path] for path in paths}

    def _stand_ins(self, place: Path) -> Iterator[tuple[str, str]]:
        whole = json.loads(place.read_text(encoding="utf-8"))
        for source, block in zip(self.sources, whole["blocks"], strict=True):
            yield source.path, json.dumps(whole | {"meta": {}, "blocks": [block]})

    def _kept(self, path: str, hashes: Mapping[str, str]) -> bytes | None:
        return self.steps.kept(self._step(path), self._inputs(path, hashes))

    def _step(self, path: str) -> str:
        return f"page {path} of {self.name}"

    def _apart(self, path: str) -> str:
        return f"what other pages of {self.name} need of {path}"

    def _inputs_apart(self, path: str) -> dict[str, str]:
        return {
            "its text": self._texts[path],
            "the format": self.shared["the format"],
            "the program": self.shared["the program"],
        }

    def _inputs(self, path: str, hashes: Mapping[str, str]) -> dict[str, str]:
        others = {f"what it needs of {one}": text for one, text in hashes.items() if one != path}
        return {**self.shared, **self._inputs_apart(path), **others}

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {source.path: hash_of_bytes(source.markdown) for source in self.sources}

    def _hashes(self) -> dict[str, str]:
        return {path: hash_of_bytes(text) for path, text in self.standing.items()}
