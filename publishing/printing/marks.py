"""What stands in the text of a document for a claim and for sources: their marks in Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.wording import RENAMED_FORMS

if TYPE_CHECKING:
    from analysis.ledger import Record


FORMS = (
    "plain",  # the value alone: 97.9%
    "ci",  # the value with its interval
    "n",  # the count behind the value: 95 of 97
    "full",  # value, interval, count, population and follow-up
    "bare",  # the value without its unit
    "short",  # value and interval as a cell has room for
    "natural",  # the value as people count: about 98 of every 100 people
    "between",  # the interval in words: between 93 and 100
    "natural_full",  # the natural form with who was counted and the interval in words
    "certainty_words",  # the certainty judged for it, in plain words
    "limits",  # the interval alone: 92.7 to 99.7
    "certainty",  # the certainty as GRADE prints it: signs and the word
)
"""The forms of a claim, by the name that documents and specifications give them."""


def forms_hint(form: str) -> str:
    """What to write instead of a form that a claim does not have."""
    if form in RENAMED_FORMS:
        return f"it is called {RENAMED_FORMS[form]} now"
    return f"the forms are {', '.join(FORMS)}"


@dataclass(frozen=True)
class ClaimText:
    """One form of a ledger record, printed as a span that carries the claim's identifier."""

    record: Record
    form: str = "plain"

    @property
    def text(self) -> str:
        """The words alone, for alt text."""
        return self.record.printed(self.form)

    def __getattr__(self, form: str) -> ClaimText:
        """The claim in another form: `claim("orr.x").ci`."""
        if form in FORMS:
            return ClaimText(self.record, form)
        raise AttributeError(f"a claim has no form {form!r}; {forms_hint(form)}")

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
