"""Everything the documents draw on, computed once: evidence, syntheses, ledger.

Of what was kept, the syntheses and analyses are unpacked when somebody first asks for them, and
Pandas is imported for those who ask for a frame: most checks of a changed sentence do not.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import TYPE_CHECKING

from analysis.claims import Claim, collect_claims, selector_problems
from analysis.conclusions import evaluate_conclusions
from analysis.content import LOCK, program_folder
from analysis.fingerprints import EvidenceHashes
from analysis.kept import forget_steps, hash_files, keep, read_kept
from analysis.ledger import Ledger, compute_records, is_sealed
from analysis.reads import Once, WatchedMapping
from analysis.recalled import Earlier, Recalled
from analysis.snapshots import rows_kept
from analysis.source_states import states_of
from analysis.watching import watched_evidence
from schemas.evidence import Evidence
from schemas.problems import ReviewError
from schemas.reading import EVIDENCE_FOLDER
from schemas.review import FILE as REVIEW

if TYPE_CHECKING:
    from analysis.robustness import Analyses
    from analysis.syntheses import Synthesis
    from schemas.reading_evidence import Read

NOTHING_KNOWN: Mapping[str, Read] = MappingProxyType({})


class Computed:
    """The analyses of a review, with its syntheses: unpacked when somebody first asks for them."""

    def __init__(self, unpack: Callable[[], Analyses]) -> None:
        self._unpack = unpack
        self._waiting: list[Callable[[Analyses], None]] = []
        self._one_at_a_time = RLock()  # threads that render may ask at once

    def analyses(self) -> Analyses:
        """What there is, or was kept."""
        with self._one_at_a_time:
            found = self._analyses
            while self._waiting:
                self._waiting.pop()(found)  # which may ask for the analyses itself
            return found

    def when_analysed(self, act: Callable[[Analyses], None]) -> None:
        """Act on the analyses: now, or as soon as somebody asks for what was kept of them."""
        with self._one_at_a_time:
            self._waiting.append(act)
            if "_analyses" in self.__dict__:
                self.analyses()

    @cached_property
    def _analyses(self) -> Analyses:
        return self._unpack()


@dataclass(frozen=True)
class ReviewData:
    """The validated evidence, every synthesis of the protocol, and the ledger.

    `computed` holds the syntheses and what the ledger computed beside the protocol, `hashes` what
    is known in this process of the hash behind each name of the evidence (`analysis.fingerprints`).
    """

    root: Path
    evidence: Evidence
    ledger: Ledger
    computed: Computed
    hashes: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def syntheses(self) -> Mapping[str, Synthesis]:
        """Every synthesis of the protocol, by its name."""
        return self.analyses.syntheses

    @property
    def analyses(self) -> Analyses:
        """Every analysis beside the protocol's own."""
        return self.computed.analyses()


@dataclass(frozen=True)
class KeptData:
    """What was kept of an earlier state, or of this one; `packed` is unpickled when asked for."""

    evidence: Evidence
    ledger: Ledger
    anew: bool
    packed: bytes

    @cached_property
    def _unpacked(self) -> tuple[dict[str, Synthesis], Once, Earlier]:
        found: tuple[dict[str, Synthesis], Once, Earlier] = pickle.loads(self.packed)
        return found

    @property
    def earlier(self) -> Earlier:
        """The results of that state."""
        return self._unpacked[2]

    def analyses(self) -> Analyses:
        """Its analyses, with its syntheses."""
        from analysis.robustness import Analyses  # and NumPy

        syntheses, known, _ = self._unpacked
        return Analyses(self.evidence, syntheses, known)

    def data(self, root: Path) -> ReviewData:
        """The data of a review that stands in the folder `root`."""
        return ReviewData(root, self.evidence, self.ledger, Computed(self.analyses))


def keep_data(path: Path, data: ReviewData, earlier: Earlier) -> None:
    """Keep data with the results of which a later state may take what still stands."""
    packed = pickle.dumps((data.syntheses, data.analyses.kept, earlier))
    keep(path, pickle.dumps(KeptData(data.evidence, data.ledger, earlier.anew, packed)))


def describe_evidence(evidence: Evidence) -> str:
    """What was read, in one line."""
    figures = sum(
        len(evidence.rows[name])
        for name in ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline")
    )
    sources, studies = (len(evidence.rows[name]) for name in ("sources", "studies"))
    return f"{sources} sources, {studies} studies, {figures} figures"


@cache
def load_review_data(root: Path) -> ReviewData:
    """Validate, synthesise and compute; ReviewError lists every problem found.

    Documents run in kernels, so the result is kept under _build/, named by the hash of
    everything it is computed from: files, program, locked packages and interpreter. A damaged
    one is computed anew.
    """
    place = _place(root)
    found = read_kept(place, _unpickled)
    if found is not None:
        return found.data(root)
    of_others = sorted(_kept_data(root, _program_hash(root)))
    before = next(filter(None, (read_kept(path, _unpickled) for path in of_others)), None)
    data, earlier = _compute(root, before)
    keep_data(place, data, earlier)
    return data


def compute_review_data(root: Path) -> ReviewData:
    """The same, computed anew."""
    return _compute(root, None)[0]


def _compute(root: Path, before: KeptData | None) -> tuple[ReviewData, Earlier]:
    """Everything, as far as it does not stand as it was computed of an earlier state."""
    from analysis.robustness import Analyses, WatchedAnalyses  # and NumPy
    from analysis.syntheses import compute_syntheses

    files, earlier = hashes_of_tables(root), before.earlier if before else Earlier()
    evidence, claims = load_inputs(root, _still(before, files))
    syntheses: dict[str, Synthesis] = {}
    hashes = EvidenceHashes(evidence, lambda: syntheses)
    hashes |= earlier.of_tables(files)
    known, seen = Recalled(earlier, hashes), watched_evidence(evidence)
    syntheses |= compute_syntheses(seen, known)
    watching = WatchedAnalyses(seen, WatchedMapping(syntheses, "synthesis"), known)
    records, lost = compute_records(claims, watching)
    if lost:
        raise ReviewError(lost.values())
    conclusions = evaluate_conclusions(evidence.review.conclusions, records)
    settled = replace(known.settled(), tables=files)
    analyses = Analyses(evidence, syntheses, Once(known))
    rows_kept(evidence, analyses)
    ledger = Ledger(records, conclusions, states_of(evidence))
    data = ReviewData(root, evidence, ledger, Computed(lambda: analyses))
    data.hashes.update(settled.of_tables(files))
    return data, settled


def hashes_of_tables(root: Path) -> dict[str, str]:
    """What each table is read of: its file, the corrections, the columns of the review."""
    folder = root / EVIDENCE_FOLDER
    shared = [folder / "corrections.csv", root / REVIEW]
    tables = folder.glob("*.csv")
    return {table.stem: hash_files(root, [table, *shared]) for table in tables}


def _still(before: KeptData | None, files: Mapping[str, str]) -> dict[str, Read]:
    """The tables of an earlier state whose files are as they were."""
    if before is None:
        return {}
    same = [name for name, digest in files.items() if before.earlier.tables.get(name) == digest]
    was = before.evidence
    return {name: (was.texts[name], getattr(was, name)) for name in same if name in was.texts}


def load_inputs(
    root: Path, known: Mapping[str, Read] = NOTHING_KNOWN
) -> tuple[Evidence, tuple[Claim, ...]]:
    """Evidence and claims; ReviewError lists every problem of both in one run.

    Tables that are `known`, without a problem, are not read again.
    """
    from schemas.reading_evidence import collect_problems  # Pandas, which few of the checks need

    evidence, problems = collect_problems(root, known)
    claims, wrong = collect_claims(root / "report" / "claims.csv")
    if evidence is None or wrong:
        selectors = selector_problems(evidence, claims) if evidence else []
        raise ReviewError([*problems, *wrong, *selectors])
    return evidence, claims


def _place(root: Path) -> Path:
    """Where the data of the files as they stand are kept."""
    files = [*sorted((root / "evidence").iterdir()), root / "report" / "claims.csv"]
    state = _program_hash(root) + hash_files(root, files)
    return root / "_build" / f"review-data-{state}.pickle"


def _kept_data(root: Path, program: str = "") -> Iterator[Path]:
    """Where data are kept, of one state of the program."""
    return (root / "_build").glob(f"review-data-{program}*.pickle")


def _program_hash(root: Path) -> str:
    inputs = [
        *sorted((program_folder(root, "schemas") / "schemas").rglob("*.py")),
        *sorted((program_folder(root, "analysis") / "analysis").rglob("*.py")),
        *sorted((program_folder(root, "analysis") / "analysis").rglob("*.yml")),
        root / LOCK,
    ]
    return hash_files(root, inputs)


def forget_earlier(root: Path) -> None:
    """Take away what was not computed anew, and of the files as they stand."""
    load_review_data.cache_clear()
    for kept in _kept_data(root):
        found = read_kept(kept, _unpickled) if kept == _place(root) else None
        if found is None or not found.anew:
            kept.unlink(missing_ok=True)


def forget_kept(root: Path) -> None:
    """Take away what was kept, so that all is computed anew."""
    load_review_data.cache_clear()
    forget_steps(root)
    for kept in _kept_data(root):
        kept.unlink()


def _unpickled(payload: bytes) -> KeptData | None:
    """What these bytes hold; None where it is none, or a record is not what was sealed."""
    try:
        found = pickle.loads(payload)
        whole = all(map(is_sealed, found.ledger.records.values()))
    except Exception:  # unpickling runs what was written: it may raise anything
        return None
    return found if whole and isinstance(found, KeptData) else None
