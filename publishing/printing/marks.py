"""What stands in the text of a document for a claim and for sources: their marks in Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.ledger import Record


@dataclass(frozen=True)
class ClaimText:
    """One form of a ledger record, printed as a span that carries the claim's identifier."""

    record: Record
    form: str = "plain"

    @property
    def text(self) -> str:
        """The words alone, for alt text."""
        words: str = getattr(self.record.forms, self.form)
        return words

    @property
    def plain(self) -> ClaimText:
        """The value alone: 97.9%."""
        return ClaimText(self.record, "plain")

    @property
    def ci(self) -> ClaimText:
        """The value with its interval."""
        return ClaimText(self.record, "ci")

    @property
    def n(self) -> ClaimText:
        """The count behind the value: 95 of 97."""
        return ClaimText(self.record, "n")

    @property
    def full(self) -> ClaimText:
        """Value, interval, count, population and follow-up."""
        return ClaimText(self.record, "full")

    @property
    def natural(self) -> ClaimText:
        """The value as people count: about 98 of every 100 people."""
        return ClaimText(self.record, "natural")

    @property
    def between(self) -> ClaimText:
        """The interval in words: between 93 and 100."""
        return ClaimText(self.record, "between")

    @property
    def natural_full(self) -> ClaimText:
        """The natural form with who was counted and the interval in words."""
        return ClaimText(self.record, "natural_full")

    @property
    def certainty_words(self) -> ClaimText:
        """The certainty judged for it, in plain words."""
        return ClaimText(self.record, "certainty_words")

    def _repr_markdown_(self) -> str:
        if not self.text:
            raise ValueError(f"the claim {self.record.id!r} has no form {self.form!r}")
        return f'[{self.text}]{{.claim data-claim="{self.record.id}"}}'

    def __str__(self) -> str:
        return self._repr_markdown_()


@dataclass(frozen=True)
class Citation:
    """The sources behind one or several claims, as one citation."""

    citekeys: tuple[str, ...]

    def _repr_markdown_(self) -> str:
        return "[" + "; ".join(f"@{key}" for key in self.citekeys) + "]"

    def __str__(self) -> str:
        return self._repr_markdown_()
