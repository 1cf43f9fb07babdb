"""What documents read of a review, noted by name; and what each name stands for, as a hash.

A document that was executed is kept with the names of what it read. It is executed again when
one of them stands for something else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.fingerprints import NOTHING, OF_TABLES, EvidenceHashes, hash_of, table_of
from analysis.kept import WHOLE, Steps, hash_files, hash_of_bytes
from analysis.ledger import Ledger
from analysis.reads import WatchedMapping, watched
from analysis.review_data import Computed, ReviewData
from analysis.watching import watched_evidence
from publishing.history.anchors import recorded_history
from publishing.history.status import status_of

if TYPE_CHECKING:
    from analysis.robustness import WatchedAnalyses

SETTINGS = ("report/**/*.yml", "_quarto*.yml", "governance/**/*", "releases/**/*")
"""What a review holds beside its evidence, its claims and its documents."""
HASHES = "hashes of what is read of the evidence"
LASTING = {
    "claims",
    "nearest",
    "synthesis",
    "table",
    "sources",
    "conclusions",
    "review",
    "bibliography",
}
OF_EVIDENCE = LASTING | OF_TABLES


def part_of(name: str) -> str | None:
    """The part of the evidence on which alone it rests what a name stands for: a table, or all.

    None where that rests on something else than the evidence and the program.
    """
    return table_of(name) or (WHOLE if name.partition(":")[0] in OF_EVIDENCE else None)


def watched_data(data: ReviewData) -> ReviewData:
    """The same review, which notes what is read of it."""
    evidence = watched_evidence(data.evidence)
    ledger = watched(
        data.ledger,
        {"conclusions": "conclusions", "sources": "sources"},
        records=WatchedMapping(data.ledger.records, "claims"),
    )

    def analyses() -> WatchedAnalyses:
        from analysis.robustness import WatchedAnalyses  # and NumPy

        syntheses = WatchedMapping(data.syntheses, "synthesis")
        return WatchedAnalyses(evidence, syntheses, data.analyses.kept)

    own = {"evidence": evidence, "ledger": ledger, "computed": Computed(analyses)}
    return watched(data, {"root": "settings"}, **own)


def _hash_of_claims(ledger: Ledger, key: str) -> str:
    """The seal of a record, which is of all that it holds; of all where no claim is named."""
    if key:
        return ledger[key].hash if key in ledger else NOTHING
    return hash_of_bytes(*(record.hash for record in ledger.records.values()))


def _hash_of_nearest(ledger: Ledger, key: str) -> str:
    return hash_of_bytes(*ledger.nearest(ledger[key])) if key in ledger else NOTHING


class Fingerprints(EvidenceHashes):
    """The hash of everything that a document may read, by its name, as the review stands."""

    def __init__(
        self,
        data: ReviewData,
        states: Callable[[str], str],
        steps: Steps | None = None,
        program: str = "",
    ) -> None:
        super().__init__(data.evidence, lambda: data.syntheses)
        self.data, ledger = data, data.ledger
        self.steps = steps or Steps()
        self.behind |= {
            "claims": lambda key: _hash_of_claims(ledger, key),
            "display": lambda key: self._files(f"report/{key}.yml"),
            "state": states,
            "sources": lambda _: hash_of(dict(ledger.sources)),
            "nearest": lambda key: _hash_of_nearest(ledger, key),
            "conclusions": lambda _: hash_of(ledger.conclusions),
            "evidence": lambda _: self._files("evidence/*", "report/claims.csv"),
            "settings": lambda _: hash_of_bytes(
                self._files(*SETTINGS), *recorded_history(data.root)
            ),
            "documents": lambda _: self._files("*.qmd", "report/**/*.qmd"),
            "status": lambda _: hash_of(status_of(data)),
            "stamped last": lambda _: NOTHING,
        }
        self._inputs = {"the evidence": self("evidence"), "the program": program}
        self._kept: dict[str, str] = json.loads(self.steps.kept(HASHES, self._inputs) or b"{}")
        self |= self._kept | data.hashes

    def keep(self) -> None:
        """Keep what only another state of the evidence could change, all of it in this process."""
        self.data.hashes.update((n, digest) for n, digest in self.items() if part_of(n) is not None)
        lasting = {n: digest for n, digest in self.items() if n.partition(":")[0] in LASTING}
        if lasting != self._kept:
            self.steps.keep(HASHES, self._inputs, json.dumps(lasting).encode())
            self._kept = lasting

    def of(self, names: Iterable[str]) -> dict[str, str]:
        """The hash behind each name."""
        return {name: self(name) for name in sorted(names)}

    def _files(self, *patterns: str) -> str:
        root: Path = self.data.root
        return hash_files(root, (path for one in patterns for path in sorted(root.glob(one))))
