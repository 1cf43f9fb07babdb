"""The proof in two halves: nothing undeclared moves an artefact, and everything declared does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.ledger import Record
from analysis.review_data import Computed
from analysis.robustness import Analyses
from analysis.syntheses import Synthesis
from publishing.checks.mutation.declared import Declared, Names, marks_of
from publishing.checks.mutation.editable_evidence import (
    EditableEvidence,
    EvidenceCell,
    evidence_cells,
)
from publishing.checks.mutation.observed import (
    Baseline,
    Figures,
    Observer,
    Tables,
    make_figure,
    make_record,
    make_syntheses,
    make_table,
)
from schemas.problems import Problem


@dataclass(frozen=True)
class Artefact:
    """A claim, table or figure: `kind` and `name`, and the cells it declares.

    `must` are rows that have to move it: those it prints one by one, not those of a synthesis.
    """

    kind: str
    name: str
    declared: Names
    must: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass
class Proof:
    """What was found: problems, uses of each cell, and how much was tried.

    Being printed in a table of `listings` is no use by a conclusion.
    """

    listings: frozenset[str] = frozenset()
    cells: int = 0
    artefacts: int = 0
    uses: dict[EvidenceCell, set[str]] = field(default_factory=lambda: defaultdict(set))
    undeclared: list[tuple[Artefact, str]] = field(default_factory=list)
    silent: list[tuple[Artefact, str]] = field(default_factory=list)

    def add(self, other: Proof) -> None:
        """Take over what another part of the proof found."""
        self.cells += other.cells
        self.artefacts += other.artefacts
        self.uses |= other.uses
        self.undeclared += other.undeclared
        self.silent += other.silent

    def __str__(self) -> str:
        return (
            f"{self.cells} evidence cells changed, {self.artefacts} claims, tables and figures "
            f"watched: {len(self.undeclared)} move undeclared, {len(self.silent)} stand still, "
            f"{len(self.unused)} cells are unused, {len(self.only_listed)} are only listed"
        )

    @property
    def unused(self) -> list[EvidenceCell]:
        """Cells tried on which nothing depends."""
        return sorted(cell for cell, uses in self.uses.items() if not uses)

    @property
    def only_listed(self) -> list[EvidenceCell]:
        """Cells that nothing but a listing of the evidence prints."""
        listings = {f"table {name}" for name in self.listings}
        return sorted(cell for cell, uses in self.uses.items() if uses and uses <= listings)

    def problems(self) -> list[Problem]:
        """Undeclared dependants, and declared ones that do not move."""
        found = [
            Problem(
                f"{artefact}", what=f"changes with {cell}, which it does not declare",
                action="mark the figure with its claim or row, or name the row", rule="mutation",
            )
            for artefact, cell in self.undeclared
        ]  # fmt: skip
        found += [
            Problem(
                f"{artefact}", what=f"declares {row} and does not change with any figure of it",
                action="declare only what is used", rule="mutation",
            )
            for artefact, row in self.silent
        ]  # fmt: skip
        return sorted(set(found))


class Prover:
    """Changes evidence and watches; `tables` make and `figures` draw what they are asked for."""

    def __init__(self, baseline: Baseline, tables: Tables, figures: Figures) -> None:
        self.baseline = baseline
        self.tables = {name: tables[name] for name in baseline.tables}
        self.figures = {name: figures[name] for name in baseline.figures}
        self.observer = Observer(baseline)
        self.editable = EditableEvidence(baseline.data.evidence)
        self.declared = Declared(baseline.data)
        self.cells = evidence_cells(baseline.data.evidence)
        self.artefacts = list(self._artefacts())
        self.by_name = {(cell.reference, cell.column): cell for cell in self.cells}

    def _artefacts(self) -> Iterator[Artefact]:
        for record in self.baseline.data.ledger.records.values():
            cells = self.declared.of_claim(record)
            yield Artefact("claim", record.id, cells, rows_of(cells))
        for name, table in self.baseline.tables.items():
            must = self.declared.printed_in(table)
            yield Artefact("table", name, self.declared.of_table(table), must)
        for name, accessed in self.baseline.accessed.items():
            must = rows_of(self.declared.of_claims(accessed.claims))
            yield Artefact("figure", name, self.declared.of_figure(accessed), must)

    # nothing undeclared --------------------------------------------------------------------

    def check_undeclared(self, artefacts: Iterable[Artefact], proof: Proof) -> None:
        """Change every cell that an artefact does not declare, all at once: it must stay."""
        with self.editable.changed(self.cells):
            for group in by_declaration(artefacts):
                cells = [self.by_name[name] for name in sorted(group[0].declared)]
                with self.editable.restored(cells):
                    proof.undeclared += self._moving(group)
                proof.artefacts += len(group)

    def _moving(self, group: list[Artefact]) -> list[tuple[Artefact, str]]:
        """Those of a group that move, each with a cell that moves it."""
        syntheses = SynthesesOnDemand(self.editable)
        analyses = Analyses(self.editable.evidence, syntheses)
        return [
            (artefact, self._culprit(artefact))
            for artefact in group
            if not self._stays(artefact, syntheses, analyses)
        ]

    def _stays(self, artefact: Artefact, syntheses: SynthesesOnDemand, analyses: Analyses) -> bool:
        data, evidence = self.baseline.data, self.editable.evidence
        if artefact.kind == "claim":
            claim = self.baseline.claims[artefact.name]
            record = make_record(evidence, claim, syntheses, analyses)
            return bool(record == data.ledger[artefact.name])
        claims = self._asked(artefact)
        records = {
            name: record if name in claims else poisoned(record)
            for name, record in data.ledger.records.items()
        }
        ledger = replace(data.ledger, records=records)
        computed = Computed(lambda: analyses)
        made = replace(data, evidence=evidence, ledger=ledger, computed=computed)
        return self._same(artefact, made)

    def _same(self, artefact: Artefact, data: Any) -> bool:
        if artefact.kind == "table":
            made = make_table(data, self.tables[artefact.name])
            return bool(made == self.baseline.tables[artefact.name])
        made = make_figure(data, self.figures[artefact.name])
        return bool(made == self.baseline.figures[artefact.name])

    def _asked(self, artefact: Artefact) -> set[str]:
        """Claims that a table marks or a figure asks for."""
        if artefact.kind == "figure":
            return self.baseline.accessed[artefact.name].claims
        table = self.baseline.tables[artefact.name]
        marks = [mark for row in table.rows for cell in row for mark in marks_of(cell)]
        claims = {name for kind, name in marks if kind == "claim"}
        claims |= {name.removeprefix("ledger:") for _, name in marks if name.startswith("ledger:")}
        return claims | self.declared.claims_in_prose(name for _, name in marks)

    def _culprit(self, artefact: Artefact) -> str:
        """One cell that moves an artefact although it does not declare it, found by halving."""
        suspects = [c for c in self.cells if (c.reference, c.column) not in artefact.declared]
        editable = EditableEvidence(self.baseline.data.evidence)
        if not self._moved_by(artefact, editable, suspects):
            return "a claim or synthesis"
        while len(suspects) > 1:
            half = suspects[: len(suspects) // 2]
            rest = suspects[len(suspects) // 2 :]
            suspects = half if self._moved_by(artefact, editable, half) else rest
        return str(suspects[0])

    def _moved_by(
        self, artefact: Artefact, editable: EditableEvidence, cells: list[EvidenceCell]
    ) -> bool:
        with editable.changed(cells) as evidence:
            syntheses = SynthesesOnDemand(editable)
            analyses = Analyses(evidence, syntheses)
            if artefact.kind != "claim":
                computed = Computed(lambda: analyses)
                data = replace(self.baseline.data, evidence=evidence, computed=computed)
                return not self._same(artefact, data)
            claim = self.baseline.claims[artefact.name]
            made = make_record(evidence, claim, syntheses, analyses)
            return bool(made != self.baseline.data.ledger[artefact.name])

    # everything declared -------------------------------------------------------------------

    def check_declared(
        self, rows: Iterable[str], proof: Proof, progress: Callable[[str], None] = lambda _: None
    ) -> None:
        """Change each cell of each row in turn and see which of its dependants move."""
        declaring = _declaring(self.artefacts)
        by_row: dict[str, list[EvidenceCell]] = defaultdict(list)
        for cell in self.cells:
            by_row[cell.reference].append(cell)
        for number, row in enumerate(rows, start=1):
            self._check_row(row, by_row[row], declaring, proof)
            if number % 50 == 0:
                progress(f"{number} rows, {proof.cells} cells")

    def _check_row(
        self,
        row: str,
        cells: list[EvidenceCell],
        declaring: Mapping[tuple[str, str], set[Artefact]],
        proof: Proof,
    ) -> None:
        moved: set[Artefact] = set()
        expected: set[Artefact] = set()
        for cell in cells:
            near = declaring.get((cell.reference, cell.column), set())
            seen = self._moved(cell, near, 0)
            proof.uses[cell] |= {str(artefact) for artefact in seen}
            proof.cells += 1
            expected |= near
            moved |= seen
        missing = {artefact for artefact in expected - moved if row in artefact.must}
        missing -= self._second_try(cells, missing)
        proof.silent += [(artefact, row) for artefact in missing]

    def _second_try(self, cells: list[EvidenceCell], missing: set[Artefact]) -> set[Artefact]:
        found: set[Artefact] = set()
        for cell in cells:
            near = {a for a in missing - found if (cell.reference, cell.column) in a.declared}
            if near:
                found |= self._moved(cell, near, 1)
        return found

    def _moved(self, cell: EvidenceCell, near: set[Artefact], which: int) -> set[Artefact]:
        """Which of these artefacts move with one cell."""
        if not near:
            return set()
        with self.editable.changed([cell], which) as evidence:
            claims = [artefact.name for artefact in near if artefact.kind == "claim"]
            needed = self._claims_of(near)
            data = self.observer.changed_data(evidence, cell, sorted({*claims, *needed}))
            moved = self.observer.changed_claims(data, claims)
            return {
                artefact
                for artefact in near
                if (artefact.name in moved if artefact.kind == "claim" else
                    not self._same(artefact, data))
            }  # fmt: skip

    def _claims_of(self, near: set[Artefact]) -> set[str]:
        names: set[str] = set()
        for artefact in near:
            if artefact.kind != "claim":
                names |= self._asked(artefact)
        return names


class SynthesesOnDemand(Mapping[str, Synthesis]):
    """Syntheses of changed evidence, each computed when it is asked for."""

    def __init__(self, editable: EditableEvidence) -> None:
        self.editable = editable
        self.names = [item.id for item in editable.evidence.review.syntheses]
        self.made: dict[str, Synthesis] = {}

    def __getitem__(self, name: str) -> Synthesis:
        if name not in self.made:
            self.made |= make_syntheses(self.editable.evidence, (name,))
        return self.made[name]

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def poisoned(record: Record) -> Record:
    """A record that no honest text could come from, so that an unmarked use shows."""
    forms = replace(
        record.forms, **{name: f"¡{text}!" for name, text in vars(record.forms).items()}
    )
    other = None if record.value is None else record.value / 2 + 1
    return replace(record, forms=forms, value=other, lower=other, upper=other)


def by_declaration(artefacts: Iterable[Artefact]) -> list[list[Artefact]]:
    """Artefacts that declare the same cells, together."""
    groups: dict[Names, list[Artefact]] = defaultdict(list)
    for artefact in artefacts:
        groups[artefact.declared].append(artefact)
    return list(groups.values())


def _declaring(artefacts: Iterable[Artefact]) -> dict[tuple[str, str], set[Artefact]]:
    found: dict[tuple[str, str], set[Artefact]] = defaultdict(set)
    for artefact in artefacts:
        for name in artefact.declared:
            found[name].add(artefact)
    return found


def rows_of(cells: Names) -> frozenset[str]:
    """The rows of cells."""
    return frozenset(reference for reference, _ in cells)
