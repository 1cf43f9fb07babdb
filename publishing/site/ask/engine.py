"""Runs the page's own ranking in V8, so that the command line cannot answer differently."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from publishing.manuscript.extension import EXTENSION
from publishing.site.ask.index import FOLDER, PARTS
from publishing.site.assets import RANKING
from schemas.problems import ReviewError

SCRIPTS = (
    "html/minisearch/minisearch.js",
    *(f"html/{name}.js" for name in RANKING),
)


class Engine:
    """The ranking over the index of one finished site."""

    def __init__(self, root: Path, site: Path, edition: str = "") -> None:
        try:
            from py_mini_racer import MiniRacer
        except ModuleNotFoundError as error:
            raise ReviewError(
                "Questions on the command line need the extra `ask`, which is not installed here: "
                'python -m nox -s ask -- "your question"'
            ) from error
        files = [root / EXTENSION / name for name in SCRIPTS]
        parts = [site / FOLDER / f"{name}.js" for name in PARTS]
        missing = [path for path in parts if not path.is_file()]
        if missing:
            raise ReviewError(
                f"{missing[0]} is missing: questions are answered from a finished review. "
                "Build one first: nox -s review (or nox -s html)"
            )
        self._context = MiniRacer()
        for path in (*files, *parts):
            self._context.eval(path.read_text(encoding="utf-8"))
        self._context.eval(
            f"var ranking = reviewRanking(reviewIndex, MiniSearch, {json.dumps(edition)})"
        )

    def close(self) -> None:
        """Stop V8; a process that leaves it running does not end."""
        self._context.close()

    def ask(self, question: str, earlier: Sequence[str] = ()) -> dict[str, Any]:
        """The answer to one question, as the page gets it; `earlier` are those asked before."""
        answer: dict[str, Any] = self._call("ask", question, list(earlier))
        return answer

    def find(self, words: str, most: int = 10) -> list[dict[str, Any]]:
        """What the search box lists."""
        found: list[dict[str, Any]] = self._call("find", words, most)
        return found

    def words(self) -> dict[str, Any]:
        """The part of the index with pages, citations and what the review covers."""
        text = str(self._context.eval("JSON.stringify(reviewIndex.words)"))
        words: dict[str, Any] = json.loads(text)
        return words

    def _call(self, name: str, *arguments: object) -> Any:
        given = ", ".join(json.dumps(argument) for argument in arguments)
        return json.loads(str(self._context.eval(f"JSON.stringify(ranking.{name}({given}))")))
