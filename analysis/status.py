"""The review's status, computed from sign-offs: nobody can type it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.board import Board, Member
from analysis.signoffs import SignOff
from analysis.words import say

SUBMITTED, UNDER_REVIEW, APPROVED = STEPS = ("Submitted", "Under Review", "Approved")


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
        return "" if self.name == APPROVED else say("status.banner")

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
        return Status(APPROVED, say("status.approved"), remarks)
    if against:
        reason = say("status.changes", names=", ".join(against))
        return Status(UNDER_REVIEW, reason, remarks)
    approved = find_approved(signoffs, rule)
    if approved and approved != now:
        return Status(UNDER_REVIEW, _withdrawn(approved, now), remarks, tuple(moved))
    if here:
        reason = say("status.no_quorum", roles=", ".join(missing))
        return Status(UNDER_REVIEW, reason, remarks)
    return Status(SUBMITTED, say("status.nobody"))


def _withdrawn(approved: Decided, now: Decided) -> str:
    if approved.content_hash == now.content_hash:
        return say("status.other_figures")
    return say("status.other_content")


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
        return [say("status.no_role")]
    approvals = [s.role for s in counted if s.decision == "approve"]
    missing = []
    for role, needed in rule.quorum.items():
        if not approvals.count(role):
            missing.append(say("status.any", role=role))
        elif approvals.count(role) < needed:
            missing.append(say("status.another", role=role))
    return missing


def object_to(signoff: SignOff, rule: Rule, date: str) -> str:
    """Why this decision does not count on that date; empty when it does."""
    member = rule.board.get(signoff.reviewer)
    if member is None:
        return say("objections.stranger")
    return _object_to_member(signoff, member, rule) or _object_to_form(signoff, member, date)


def _object_to_member(signoff: SignOff, member: Member, rule: Rule) -> str:
    names = {member.member_id.casefold(), member.name.casefold()}
    if member.role != signoff.role:
        return say("objections.other_role", role=signoff.role, own=member.role)
    if not member.appointed_on or member.appointed_on > signoff.date:
        return say("objections.too_early")
    if member.term_ends_on and member.term_ends_on < signoff.date:
        return say("objections.too_late")
    if not member.interests_declared:
        return say("objections.no_interests")
    if names & {name.casefold() for name in rule.extractors} or member.extracted_evidence == "yes":
        return say("objections.extractor")
    return ""


def _object_to_form(signoff: SignOff, member: Member, date: str) -> str:
    if not signoff.conflicts_of_interest:
        return say("objections.no_conflicts")
    if signoff.expires and signoff.expires < date:
        return say("objections.lapsed", date=signoff.expires)
    if member.ssh_public_key and not signoff.signed:
        return say("objections.unsigned")
    return ""
