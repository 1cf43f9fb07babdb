"""The hashes of content and build, which are stamped last: signs stand for them until then.

What is made of a document, a page or a PDF is kept with the signs, and is the same in every build
that differs in its hashes alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from publishing.manuscript.context import RenderContext

CONTENT, BUILD = "c0" * 32, "b0" * 32
SHORT_HASH = 12
LENGTHS = (64, 16, SHORT_HASH)  # what is printed of a hash; the longest is stamped first


@dataclass(frozen=True)
class Stamp:
    """The hashes of content and build; one that is not known is neither put nor taken."""

    content: str = ""
    build: str = ""

    @property
    def printed(self) -> tuple[str, ...]:
        """Each hash as it may be printed."""
        return tuple(digest for digest, _ in self._pairs())

    def put(self, text: str) -> str:
        """The text with the hashes in place of their signs."""
        for digest, sign in self._pairs():
            text = text.replace(sign, digest)
        return text

    def take(self, text: str) -> str:
        """The text with a sign in place of each hash."""
        for digest, sign in self._pairs():
            text = text.replace(digest, sign)
        return text

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for digest, sign in ((self.content, CONTENT), (self.build, BUILD)):
            if digest:
                yield from ((digest[:length], sign[:length]) for length in LENGTHS)


def stamp_of(context: RenderContext) -> Stamp:
    """The hashes that the furniture of this build prints."""
    return Stamp(context.content_hash, context.build_hash)


def unstamped(context: RenderContext) -> RenderContext:
    """The context with a sign in place of each hash."""
    return replace(context, content_hash=CONTENT, build_hash=context.build_hash and BUILD)
