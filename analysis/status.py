"""The review's status, computed from sign-offs: nobody can type it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.board import Board, Member
from analysis.signoffs import SignOff

STEPS = ("Submitted", "Under Review", "Approved")
BANNER = "Educational purpose only; pending human review"


@dataclass(frozen=True)
class Decided:
    """What a decision is about: the content, and the snapshot of what is printed from it."""

    content_hash: str
    snapshot_hash: str = ""


@dataclass(frozen=True)
class Rule:
    """Whose approvals count: the quorum by role, the board, and who extracted evidence."""

    quorum: Mapping[str, int]
    board: Board = field(default_factory=dict)
    extractors: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Status:
    """The status with the reason for it.

    `remarks` say which decisions do not count and why. `moved` names the claims, and the
    files besides them, that differ from the content approved before.
    """

    name: str
    reason: str
    remarks: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()

    @property
    def banner(self) -> str:
        """What every page shows until the content is approved."""
        return "" if self.name == "Approved" else BANNER

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """Each step with `done`, `current` or `to come`."""
        reached = STEPS.index(self.name)
        states = ["done"] * reached + ["current"] + ["to come"] * (len(STEPS) - reached - 1)
        return tuple(zip(STEPS, states, strict=True))


def compute_status(
    signoffs: Sequence[SignOff],
    rule: Rule,
    *,
    now: Decided,
    date: str,
    moved: Sequence[str] = (),
) -> Status:
    """Submitted, Under Review or Approved, by unexpired decisions on this content.

    `date` is the review's own date (YYYY-MM-DD), not the clock's. `moved` is what differs
    from the content that `find_approved` names.
    """
    here = _latest(signoffs, now)
    objections = {s.reviewer: object_to(s, rule, date) for s in here}
    remarks = tuple(f"{name}: {why}" for name, why in objections.items() if why)
    missing = _missing_roles([s for s in here if not objections[s.reviewer]], rule)
    against = [s.reviewer for s in here if s.decision == "changes"]
    if here and not missing and not against:
        return Status("Approved", "an unexpired quorum approved this content", remarks)
    if against:
        reason = f"changes were asked for by {', '.join(against)}"
        return Status("Under Review", reason, remarks)
    approved = find_approved(signoffs, rule)
    if approved and approved != now:
        return Status("Under Review", _withdrawn(approved, now), remarks, tuple(moved))
    if here:
        reason = f"decisions on this content, no quorum (missing: {', '.join(missing)})"
        return Status("Under Review", reason, remarks)
    return Status("Submitted", "nobody has decided on this content")


def _withdrawn(approved: Decided, now: Decided) -> str:
    if approved.content_hash == now.content_hash:
        return "the approved content now yields other figures; these were not approved"
    return "an earlier content was approved; this one was not"


def find_approved(signoffs: Sequence[SignOff], rule: Rule) -> Decided | None:
    """What a quorum approved last, whether that has lapsed since or not."""
    for decided in dict.fromkeys(
        Decided(s.content_hash, s.snapshot_hash) for s in reversed(signoffs)
    ):
        here = _latest(signoffs, decided)
        last = max(s.date for s in here)
        counted = [s for s in here if not object_to(s, rule, last)]
        if not _missing_roles(counted, rule) and all(s.decision != "changes" for s in here):
            return decided
    return None


def _latest(signoffs: Sequence[SignOff], decided: Decided) -> list[SignOff]:
    """The last decision of each reviewer on this content and these figures."""
    about = [s for s in signoffs if Decided(s.content_hash, s.snapshot_hash) == decided]
    return list({s.reviewer: s for s in about}.values())


def _missing_roles(counted: Sequence[SignOff], rule: Rule) -> list[str]:
    if not rule.quorum:  # a rule that asks for nobody is met by nobody, not by anybody
        return ["a quorum: the review names no role that must approve"]
    approvals = [s.role for s in counted if s.decision == "approve"]
    missing = []
    for role, needed in rule.quorum.items():
        if not approvals.count(role):
            missing.append(f"any {role}")
        elif approvals.count(role) < needed:
            missing.append(f"another {role}")
    return missing


def object_to(signoff: SignOff, rule: Rule, date: str) -> str:
    """Why this decision does not count on that date; empty when it does."""
    member = rule.board.get(signoff.reviewer)
    if member is None:
        return "is not on the board"
    return _object_to_member(signoff, member, rule) or _object_to_form(signoff, member, date)


def _object_to_member(signoff: SignOff, member: Member, rule: Rule) -> str:
    names = {member.member_id.casefold(), member.name.casefold()}
    if member.role != signoff.role:
        return f"decided as {signoff.role}, and is {member.role} on the board"
    if not member.appointed_on or member.appointed_on > signoff.date:
        return "was not appointed on the day of the decision"
    if member.term_ends_on and member.term_ends_on < signoff.date:
        return "decided after the end of term"
    if not member.interests_declared:
        return "has no declaration of interests on file"
    if names & {name.casefold() for name in rule.extractors} or member.extracted_evidence == "yes":
        return "extracted evidence and does not count for it"
    return ""


def _object_to_form(signoff: SignOff, member: Member, date: str) -> str:
    if not signoff.conflicts_of_interest:
        return "did not say which conflicts of interest there are"
    if signoff.expires and signoff.expires < date:
        return f"the decision lapsed on {signoff.expires}"
    if member.ssh_public_key and not signoff.signed:
        return "has a key on the board and did not sign with it"
    return ""
