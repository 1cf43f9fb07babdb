"""What is made of a finished page, kept by its text as it is in every build of the same content.

The hashes of content and build stand on every page: signs stand in their place while something is
made of it, and the hashes are put back last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from analysis.kept import Inputs, Keeping, hash_of_bytes
from publishing.render.kept_editions import BUILD, CONTENT
from publishing.render.metadata import SHORT_HASH


@dataclass(frozen=True)
class KeptTexts:
    """The steps of a build, and the hashes that its pages print: `content` and `build`."""

    keeping: Keeping = field(default_factory=Keeping)
    content: str = ""
    build: str = ""

    def make(
        self, step: str, text: str, make: Callable[[str], bytes], rests: Inputs | None = None
    ) -> bytes:
        """What is made of the text without hashes, of `rests` and of what it reads meanwhile."""
        plain = self._unstamped(text)
        inputs = {"its text": hash_of_bytes(plain), **(rests or {})}
        return self.keeping.run(step, inputs, lambda: make(plain)) or b""

    def stamp(self, text: str) -> str:
        """The text with the hashes in place of their signs."""
        for digest, sign in self._pairs():
            text = text.replace(sign, digest)
        return text

    def _unstamped(self, text: str) -> str:
        for digest, sign in self._pairs():
            text = text.replace(digest, sign)
        return text

    def _pairs(self) -> Iterator[tuple[str, str]]:
        """Each hash as it is printed, whole and short, with its sign."""
        for digest, sign in ((self.content, CONTENT), (self.build, BUILD)):
            if digest:
                yield from (
                    (digest[:length], sign[:length]) for length in (len(digest), SHORT_HASH)
                )
