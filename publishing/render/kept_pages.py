"""The bodies of the pages of an edition: those whose text changed, or what others say to them.

What other pages need of a chapter (its headings, numbers, citations and anchors) is kept apart
from it, as the chapter that stands in for it while they are set.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path

from analysis.kept import hash_of_bytes
from publishing.render.chapter_body import ChapterBody, body_of_json
from publishing.render.engine import Job
from publishing.render.executed import Executed
from publishing.render.pandoc import STAND_INS, write_pages


@dataclass
class KeptPages:
    """The pages of one edition, called `name`; a page is set among stand-ins of those kept.

    `sources` are its documents in order, `shared` the inputs of every page. `resolve` gives the
    path of Pandoc's JSON of documents; what stands in for each lies beside it.
    """

    job: Job
    name: str
    sources: Sequence[Executed]
    shared: Mapping[str, str]
    resolve: Callable[[Sequence[Executed]], Path]
    standing: dict[str, str] = field(default_factory=dict)

    def bodies(self) -> tuple[ChapterBody, ...]:
        """The body of every page, in order."""
        paths = [source.path for source in self.sources]
        for path in paths:
            kept = self.job.keeping.steps.kept(self._apart(path), self._inputs_apart(path))
            self.standing |= {path: kept.decode()} if kept else {}
        made = self._set([path for path in paths if path not in self.standing])
        hashes = self._hashes()
        found = {path: made.get(path) or self._kept(path, hashes) for path in paths}
        more = self._set([path for path in paths if found[path] is None])
        hashes = self._hashes()
        for path, body in (made | more).items():
            payload = json.dumps(asdict(body), ensure_ascii=False).encode()
            self.job.keeping.steps.keep(self._step(path), self._inputs(path, hashes), payload)
        return tuple(body for path in paths if (body := found[path] or more[path]))

    def _set(self, paths: Collection[str]) -> dict[str, ChapterBody]:
        """Set these pages; what stands in for them is known afterwards."""
        if not paths:
            return {}
        others = {path: text for path, text in self.standing.items() if path not in paths}
        resolved = self.resolve(
            [replace(one, markdown=others.get(one.path, one.markdown)) for one in self.sources]
        )
        for path, text in self._stand_ins(resolved.with_name(STAND_INS)):
            if path not in others:
                self.standing[path] = text
                self.job.keeping.steps.keep(
                    self._apart(path), self._inputs_apart(path), text.encode()
                )
        self.job.progress(f"Writing {len(paths)} of {len(self.sources)} pages of {self.name}")
        bodies = write_pages(self.job.extension, resolved)
        return {body.path: body for body in bodies if body.path in paths}

    def _stand_ins(self, place: Path) -> Iterator[tuple[str, str]]:
        whole = json.loads(place.read_text(encoding="utf-8"))
        for source, block in zip(self.sources, whole["blocks"], strict=True):
            yield source.path, json.dumps(whole | {"meta": {}, "blocks": [block]})

    def _kept(self, path: str, hashes: Mapping[str, str]) -> ChapterBody | None:
        kept = self.job.keeping.steps.kept(self._step(path), self._inputs(path, hashes))
        return body_of_json(json.loads(kept)) if kept else None

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
