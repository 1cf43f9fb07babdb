"""The mutation proof: of the small review, and planted faults that it must find."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.review_data import ReviewData
from analysis.selection import frame_of
from publishing.checks.mutation import Proof, Prover, load_prover, prove, write_unused
from publishing.checks.mutation.editable_evidence import EditableEvidence, evidence_cells
from publishing.checks.mutation.observed import Baseline
from publishing.printing.cells import forms_of
from publishing.printing.table import Cell, Column, Table, cell_of, table_of
from schemas.table_rows import present

EVERY_ROW = 5


@pytest.fixture(scope="module")
def prover(small: Path) -> Prover:
    return load_prover(small)


@pytest.fixture(scope="module")
def references(prover: Prover) -> list[str]:
    """Rows of outcomes that hold a count."""
    frame = prover.baseline.data.evidence.outcomes
    counted = frame[frame["events"].notna() & frame["n"].notna() & (frame["derived"].isna())]
    return [f"outcomes:{name}" for name in counted["row_id"]]


def with_table(prover: Prover, render: object) -> Prover:
    """A prover of one table alone."""
    made: Table = render(prover.baseline.data)  # type: ignore[operator]
    baseline: Baseline = replace(prover.baseline, tables={"planted": made}, figures={})
    return Prover(baseline, {"planted": render}, {})  # type: ignore[dict-item]


def own(prover: Prover) -> list[object]:
    return [artefact for artefact in prover.artefacts if artefact.kind == "table"]


def one_column(*cells: Cell, **options: object) -> Table:
    rows = [[cell] for cell in cells]
    return table_of("planted", [Column("Figure")], rows, **options)  # type: ignore[arg-type]


# a review as it is; the session `mutate` proves it for the real one -------------------------------


def test_exactly_what_declares_a_cell_moves_with_it(small: Path, prover: Prover) -> None:
    proof = prove(small, lambda _: None, workers=1, every=EVERY_ROW)
    assert proof.artefacts == len(prover.artefacts)
    assert proof.cells > len(prover.cells) // (2 * EVERY_ROW)
    assert [str(problem) for problem in proof.problems()] == []
    assert any(proof.uses.values())


# planted faults --------------------------------------------------------------------------------


def test_an_unmarked_figure_in_a_table_is_found_with_its_cell(
    prover: Prover, references: list[str]
) -> None:
    reference = references[0]
    one = with_table(prover, lambda b: one_column(Cell(forms_of(b, reference).plain)))
    proof = Proof()
    one.check_undeclared(own(one), proof)  # type: ignore[arg-type]
    (problem,) = proof.problems()
    assert problem.file == "table planted"
    assert f"changes with {reference}#" in problem.what


def test_a_mark_of_the_wrong_row_is_found_on_both_sides(
    prover: Prover, references: list[str]
) -> None:
    right, wrong = references[:2]
    one = with_table(prover, lambda b: one_column(Cell(forms_of(b, right).plain, row=wrong)))
    proof = Proof()
    one.check_undeclared(own(one), proof)  # type: ignore[arg-type]
    one.check_declared([wrong], proof)
    said = " ".join(str(problem) for problem in proof.problems())
    assert f"changes with {right}#" in said
    assert f"declares {wrong} and does not change" in said


def test_a_claim_printed_without_its_mark_is_found(prover: Prover) -> None:
    record = next(iter(prover.baseline.data.ledger.records.values()))
    one = with_table(prover, lambda b: one_column(Cell(b.ledger[record.id].forms.plain)))
    proof = Proof()
    one.check_undeclared(own(one), proof)  # type: ignore[arg-type]
    assert [artefact.name for artefact, _ in proof.undeclared] == ["planted"]


def test_marked_figures_of_several_parts_are_no_fault(
    prover: Prover, references: list[str]
) -> None:
    first, second = references[:2]

    def render(data: ReviewData) -> Table:
        cells = (Cell(forms_of(data, name).plain, row=name) for name in (first, second))
        return one_column(cell_of(*cells))

    one = with_table(prover, render)
    proof = Proof()
    one.check_undeclared(own(one), proof)  # type: ignore[arg-type]
    one.check_declared([first, second], proof)
    assert proof.problems() == []


def test_rows_that_decide_the_lines_are_declared_by_the_table(
    prover: Prover, references: list[str]
) -> None:
    reference = references[0]

    def render(data: ReviewData) -> Table:
        many = ((forms_of(data, reference).plain != "0.0%") and "some") or "none"
        return one_column(Cell(many), stands_on=[reference])

    one = with_table(prover, render)
    proof = Proof()
    one.check_undeclared(own(one), proof)  # type: ignore[arg-type]
    assert proof.problems() == []


def test_a_cell_on_which_nothing_depends_is_listed(prover: Prover, tmp_path: Path) -> None:
    cell = prover.cells[0]
    proof = Proof(listings=frozenset({"outcomes"}))
    proof.uses[cell] = set()
    proof.uses[prover.cells[1]] = {"table outcomes"}
    assert proof.unused == [cell]
    assert proof.only_listed == [prover.cells[1]]
    text = (tmp_path / write_unused(tmp_path, proof)).read_text(encoding="utf-8")
    assert f"{cell.reference},{cell.column},nothing" in text


# the editable ----------------------------------------------------------------------------------


def test_every_cell_can_hold_another_figure_and_is_put_back(prover: Prover) -> None:
    evidence = prover.baseline.data.evidence
    editable = EditableEvidence(evidence)
    cells = evidence_cells(evidence)
    with editable.changed(cells):
        for cell in cells:
            before = frame_of(evidence, cell.table).at[cell.index, cell.column]
            after = frame_of(editable.evidence, cell.table).at[cell.index, cell.column]
            assert before != after, str(cell)
    for name in {cell.table for cell in cells}:
        assert frame_of(editable.evidence, name).equals(frame_of(evidence, name))
        assert editable.evidence.texts[name].equals(evidence.texts[name])


def test_changed_counts_stay_counts(prover: Prover) -> None:
    editable = EditableEvidence(prover.baseline.data.evidence)
    for cell in (cell for cell in prover.cells if cell.column == "events"):
        n = editable.rows[cell.table][cell.index].get("n")
        for value in editable.values(cell):
            assert value >= 0
            assert present(n) is None or value <= n
