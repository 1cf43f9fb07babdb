"""What is known of the sources behind a claim: clean, flagged, or unchecked.

A source is unchecked until a register of publications answered for it; a request that failed
is no answer. Nothing here reads the clock or the network: `evidence/source_status.csv` has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from analysis.words import say
from schemas.choices import SOURCE_STATES
from schemas.evidence import Evidence
from schemas.patterns import SEPARATOR

GRAVITY = ("flagged", "unchecked", "clean")


@dataclass(frozen=True)
class SourceState:
    """The state of one source: what was found, in which notices, by which registers, when."""

    citekey: str
    state: str = "unchecked"
    findings: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    checked_on: str = ""
    reason: str = field(default_factory=lambda: say("sources.not_asked"))

    @property
    def retracted(self) -> bool:
        """Whether a register calls it retracted."""
        return "retracted" in self.findings

    @property
    def words(self) -> str:
        """The state as a bibliography prints it."""
        if self.state == "unchecked":
            return say("sources.unchecked")
        asked = " and ".join(say(f"sources.{name}") for name in self.registers)
        if self.state == "clean":
            return say("sources.clean", registers=asked, date=self.checked_on)
        found = "; ".join(
            say(f"sources.{finding}")
            + (say("sources.notice", notice=notice) if notice[:1].isdigit() else "")
            for finding, notice in zip(self.findings, self.notices, strict=True)
        )
        return say("sources.flagged", findings=found, registers=asked, date=self.checked_on)


def states_of(evidence: Evidence) -> dict[str, SourceState]:
    """The state of every source, in the order of the sources; without a row: unchecked."""
    rows = {
        str(row["citekey"]): {name: value or "" for name, value in row.items()}
        for row in evidence.rows["source_status"].all()
    }
    return {
        str(key): _state(str(key), rows.get(str(key)))
        for key in evidence.rows["sources"].cells("citekey")
    }


def _state(citekey: str, row: dict[str, str] | None) -> SourceState:
    if row is None:
        return SourceState(citekey)
    finding, notice, register = (
        tuple(part for part in row[name].split(SEPARATOR) if part)
        for name in ("finding", "notice", "register")
    )
    return SourceState(
        citekey, row["state"], finding, notice, register, row["checked_on"], row["reason"]
    )


def gravest_state(states: Iterable[SourceState]) -> str:
    """The state of several sources together: flagged before unchecked before clean."""
    found = {state.state for state in states}
    assert found <= set(SOURCE_STATES)
    return next((name for name in GRAVITY if name in found), "")
