"""What a card says of a claim, of the evidence rows under it and of their sources."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from analysis.ledger import Record
from analysis.reads import Once
from analysis.registry import statistic_of
from analysis.review_data import ReviewData
from analysis.selection import SelectionError, row_or_none, select_rows
from analysis.source_states import SourceState, states_of
from publishing.printing.claims_in_words import Describer
from publishing.printing.rows_in_words import (
    KINDS,
    checked_word,
    describe_row,
    figure_of,
    printed_of,
)
from schemas.bibliography import Bibliography

AND = re.compile(r"\s+and\s+(?![^{}]*\})")  # an organisation stands in braces
ROWS, OTHERS = 5, 3  # what a card names; the ledger has the rest
Entry = list[Any]


def row_anchor(reference: str) -> str:
    """Identifier of a row in the evidence tables: `outcomes:x` -> `row-outcomes-x`."""
    return "row-" + reference.replace(":", "-", 1)


def source_name(bibliography: Bibliography, citekey: str) -> str:
    """`Berdeja et al. 2021`: a source by its authors and its year."""
    entry = bibliography.get(citekey, {})
    people = AND.split(entry.get("author") or citekey)
    names = [name if name.startswith("{") else name.partition(",")[0] for name in people]
    several = len(names) > 2 or names[1:] == ["others"]
    year = (entry.get("date") or entry.get("year") or "")[:4]
    spoken = f"{names[0]} et al." if several else " and ".join(names)
    return re.sub(r"[{}\\]", "", f"{spoken} {year}").strip()


@dataclass(frozen=True)
class ClaimCards:
    """The cards of a review, by claim; `title`, `version`, `content_hash` go into copies.

    What is read of `data` for a card is noted each time the card is asked for.
    """

    data: ReviewData
    title: str
    version: str
    content_hash: str
    _once: Once = field(default_factory=Once)

    @property
    def states(self) -> dict[str, SourceState]:
        """What is known of each source: clean, flagged or unchecked."""
        return self._once.of("states", lambda: states_of(self.data.evidence))

    @property
    def described(self) -> Describer:
        """What claims are about, in words."""
        return self._once.of("described", lambda: Describer(self.data))

    def about(self, claim_id: str) -> str:
        """`Overall response, cilta-cel, CARTITUDE-1, infused`; empty for a count of rows."""
        return self._once.of(f"about {claim_id}", lambda: self._about(self.data.ledger[claim_id]))

    def _about(self, record: Record) -> str:
        return "" if _counts(record) else self.described.describe(record).title

    def record(self, claim_id: str) -> Record:
        """The ledger's record."""
        return self.data.ledger[claim_id]

    def nearest(self, record: Record) -> list[str]:
        """The other claims that share most of this record's rows, the closest first."""
        found = self._once.of(f"nearest {record.id}", lambda: self.data.ledger.nearest(record))
        return list(found[:OTHERS])

    def row(self, reference: str) -> Entry:
        """What is measured, figure, as printed, place, citekey, how read, checked by a second."""
        return self._once.of(f"row {reference}", lambda: self._describe(reference))

    def count_checked(self, record: Record) -> int:
        """How many of a record's rows a second person checked."""
        return self._once.of(f"checked {record.id}", lambda: sum(map(self.is_checked, record.rows)))

    def is_checked(self, reference: str) -> bool:
        """Whether a second person checked a row."""
        row = self._once.of(f"cells {reference}", lambda: self._cells(reference))
        return bool(row.get("checked_by"))

    def _cells(self, reference: str) -> dict[str, Any]:
        try:
            (selection,) = select_rows(self.data.evidence, reference)
            return selection.only()
        except SelectionError:
            return {}

    def _describe(self, reference: str) -> Entry:
        table, _, name = reference.partition(":")
        row = self._cells(reference)
        if table in KINDS:
            study = self._study(str(row.get("study_id")))
            what = f"{study}: {describe_row(self.data, table, row)}"
        else:
            what = f"{table.replace('_', ' ')}: {name}"
        return [
            what,
            figure_of(row),
            printed_of(row),
            str(row.get("locator") or ""),
            str(row.get("citekey") or ""),
            checked_word(self.data, row.get("verification")),
            int(self.is_checked(reference)),
        ]

    def _study(self, name: str) -> str:
        row = row_or_none(self.data.evidence, f"studies:{name}")
        return str(row["name"]) if row else ""

    def source(self, citekey: str) -> str:
        """`Berdeja et al. 2021`."""
        return source_name(self.data.evidence.bibliography, citekey)

    def state(self, citekey: str) -> str:
        """The state of a source in words."""
        found = self.states.get(citekey)
        return found.words if found else ""


def _counts(record: Record) -> bool:
    return statistic_of(record.statistic).counts_rows
