"""No retracted source stands behind a claim unless somebody accepted it in writing."""

from __future__ import annotations

from analysis.ledger import Ledger
from analysis.registry import statistic_of
from analysis.source_states import SourceState, states_of
from schemas.evidence import Evidence
from schemas.problems import Problem, ReviewError

FILE = "evidence/source_status.csv"


def check_retracted(evidence: Evidence, ledger: Ledger) -> None:
    """Raise ReviewError for every retracted source behind a claim that nobody accepted."""
    accepted = set(evidence.rows["source_acceptances"].cells("citekey"))
    status = evidence.rows["source_status"]
    rows = dict(zip(status.cells("citekey"), status.places, strict=True))
    problems = [
        _problem(state, rows[citekey], claims)
        for citekey, state in states_of(evidence).items()
        if state.retracted and citekey not in accepted and (claims := _claims_on(ledger, citekey))
    ]
    if problems:
        raise ReviewError(problems)


def _claims_on(ledger: Ledger, citekey: str) -> list[str]:
    # Counting rows says how many there are; it repeats no figure of a source.
    return [
        record.id
        for record in ledger.records.values()
        if citekey in record.citekeys and not statistic_of(record.statistic).counts_rows
    ]


def _problem(state: SourceState, row: int, claims: list[str]) -> Problem:
    more = f" and {len(claims) - 3} more" if len(claims) > 3 else ""
    return Problem(
        FILE,
        f"{row} ({state.citekey})",
        "finding",
        f"{state.citekey} is retracted and stands behind {', '.join(claims[:3])}{more}",
        "no retracted source behind a claim",
        "take its rows out of the evidence, or record it in evidence/source_acceptances.csv "
        "with the reason why it stays",
    )
