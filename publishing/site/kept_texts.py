"""What is made of a finished page, kept by its text as it is in every build of the same content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from analysis.kept import Inputs, Keeping, hash_of_bytes
from publishing.render.stamps import Stamp


@dataclass(frozen=True)
class KeptTexts:
    """The steps of a build, and the hashes that its pages print."""

    keeping: Keeping = field(default_factory=Keeping)
    stamp: Stamp = field(default_factory=Stamp)

    def make(
        self, step: str, text: str, make: Callable[[str], bytes], rests: Inputs | None = None
    ) -> bytes:
        """What is made of the text without hashes, of `rests` and of what it reads meanwhile."""
        plain = self.stamp.take(text)
        inputs = {"its text": hash_of_bytes(plain), **(rests or {})}
        return self.keeping.run(step, inputs, lambda: make(plain)) or b""
