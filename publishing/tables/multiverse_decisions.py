"""The decisions of the multiverse as a referee reads them: what each option does with the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from analysis.review_data import ReviewData
from publishing.displays.lines import Line, LineTable
from publishing.printing.table import Cell
from schemas.robustness import Option


class MultiverseDecisions(LineTable):
    """Every decision of the protocol with its options, a group a decision.

    Columns show `option`, `rows` (what it does with the rows, in words) and `against` (the rule
    of the protocol that it breaks, else the word `follows`). `words` hold a sentence for `keep`,
    `drop` and `prefer`, with `$column` and `$values`, what `all` rows and a `missing` cell are
    called, how values are joined (`or`, `then`), and may name columns and values.
    """

    SHOWS = ("option", "rows", "against")
    WORDS = (
        "keep $column $values", "drop $column $values", "prefer $column $values",
        "all", "missing", "or", "then", "follows",
    )  # fmt: skip
    kind: Literal["multiverse-decisions"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """A line an option."""
        for decision in data.evidence.review.robustness.decisions:
            for option in decision.options:
                told = "; ".join(self._told(option)) or self.word("all")
                against = option.against or self.word("follows")
                rows = Cell(told, row=f"options:{decision.id}.{option.id}")
                yield decision.title, {"option": option.title, "rows": rows, "against": against}

    def _told(self, option: Option) -> Iterator[str]:
        for does, joined in (("keep", "or"), ("drop", "or"), ("prefer", "then")):
            choices: Mapping[str, tuple[str, ...]] = getattr(option, does)
            for column, values in choices.items():
                names = [self._named(value or "missing") for value in values]
                said = f" {self.word(joined)} ".join(names)
                yield self.word(does, column=self._named(column), values=said)

    def _named(self, code: str) -> str:
        return self.word(code).replace("_", " ")
