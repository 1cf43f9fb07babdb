"""The review's status, computed from sign-offs: nobody can type it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.board import Board, Member, person
from analysis.signoffs import SignOff
from analysis.words import say

SUBMITTED, UNDER_REVIEW, APPROVED = STEPS = ("Submitted", "Under Review", "Approved")
UNSIGNED = "Approved (unsigned)"  # approved, and nobody can check by whom


@dataclass(frozen=True)
class DecisionSubject:
    """What a decision is about: the content, and the snapshot of what is printed from it."""

    content_hash: str
    snapshot_hash: str = ""


@dataclass(frozen=True)
class Rule:
    """Whose approvals count: the quorum by role, the board, and who extracted evidence.

    `unsigned` says that decisions of members without a key count; no approval holds for more than
    `valid_days`, whatever its row says.
    """

    quorum: Mapping[str, int]
    board: Board = field(default_factory=dict)
    extractors: frozenset[str] = frozenset()
    unsigned: bool = False
    valid_days: int = 365


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
        """What every page shows until the content is approved by signatures."""
        if self.name == APPROVED:
            return ""
        return say("status.banner_unsigned" if self.name == UNSIGNED else "status.banner")

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """Each step with `done`, `current` or `to come`."""
        steps = [*STEPS[:-1], UNSIGNED if self.name == UNSIGNED else APPROVED]
        reached = steps.index(self.name)
        states = ["done"] * reached + ["current"] + ["to come"] * (len(steps) - reached - 1)
        return tuple(zip(steps, states, strict=True))


def compute_status(
    signoffs: Sequence[SignOff],
    rule: Rule,
    *,
    now: DecisionSubject,
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
    if stopped := _stopped(here, rule):
        return Status(UNDER_REVIEW, stopped, remarks)
    counted = [s for s in here if not objections[s.reviewer]]
    missing = _missing_roles(counted, rule)
    if here and not missing:
        return Status(_approved(counted, rule), _approved_why(counted), remarks)
    approved = find_approved(signoffs, rule)
    if approved and approved != now:
        return Status(UNDER_REVIEW, _withdrawn(approved, now), remarks, tuple(moved))
    if here:
        reason = say("status.no_quorum", roles=", ".join(missing))
        return Status(UNDER_REVIEW, reason, remarks)
    return Status(SUBMITTED, say("status.nobody"))


def _stopped(here: Sequence[SignOff], rule: Rule) -> str:
    """Why no approval of others helps: changes are asked for, or a record cannot be believed.

    A decision that does not verify may have been an objection, so it is never passed over.
    """
    against = [s.reviewer for s in here if s.decision == "changes"]
    if against:
        return say("status.changes", names=", ".join(against))
    unproven = [s.reviewer for s in here if unproven_because(s, rule)]
    return say("status.unproven", names=", ".join(unproven)) if unproven else ""


def _approved(counted: Sequence[SignOff], rule: Rule) -> str:
    """Whether the quorum stands on signatures alone."""
    return UNSIGNED if _missing_roles([s for s in counted if s.signed], rule) else APPROVED


def _approved_why(counted: Sequence[SignOff]) -> str:
    undated = [s.reviewer for s in counted if not s.recorded_by]
    dates = "; " + say("status.undated", names=", ".join(undated)) if undated else ""
    return say("status.approved") + dates


def _withdrawn(approved: DecisionSubject, now: DecisionSubject) -> str:
    if approved.content_hash == now.content_hash:
        return say("status.other_figures")
    return say("status.other_content")


def find_approved(signoffs: Sequence[SignOff], rule: Rule) -> DecisionSubject | None:
    """What a quorum approved last, whether that has lapsed since or not."""
    for subject in dict.fromkeys(
        DecisionSubject(s.content_hash, s.snapshot_hash) for s in reversed(signoffs)
    ):
        here = _latest(signoffs, subject)
        last = max(s.date for s in here)
        counted = [s for s in here if not object_to(s, rule, last)]
        if not _missing_roles(counted, rule) and not _stopped(here, rule):
            return subject
    return None


def _latest(signoffs: Sequence[SignOff], subject: DecisionSubject) -> list[SignOff]:
    """The last decision of each reviewer on this content and these figures."""
    about = [s for s in signoffs if DecisionSubject(s.content_hash, s.snapshot_hash) == subject]
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
    unproven = unproven_because(signoff, rule)
    if unproven:
        return unproven
    member = rule.board[signoff.reviewer]
    return _object_to_member(signoff, member, rule) or _object_to_form(signoff, rule, date)


def unproven_because(signoff: SignOff, rule: Rule) -> str:
    """Why the record is no proof that the member decided this; empty where it is."""
    member = rule.board.get(signoff.reviewer)
    if member is None:
        return say("objections.not_a_member")
    if signoff.fault or signoff.signed:
        return signoff.fault
    if member.ssh_public_key:
        return say("objections.unsigned")
    return "" if rule.unsigned else say("objections.no_key")


def _object_to_member(signoff: SignOff, member: Member, rule: Rule) -> str:
    names = {person(member.member_id), person(member.name)}
    if member.role != signoff.role:
        return say("objections.other_role", role=signoff.role, own=member.role)
    if not member.appointed_on or member.appointed_on > signoff.date:
        return say("objections.too_early")
    if member.term_ends_on and member.term_ends_on < signoff.date:
        return say("objections.too_late")
    if not member.interests_declared or not "" < member.interests_declared_on <= signoff.date:
        return say("objections.no_interests")
    if names & {person(name) for name in rule.extractors} or member.extracted_evidence == "yes":
        return say("objections.extractor")
    return ""


def _object_to_form(signoff: SignOff, rule: Rule, date: str) -> str:
    if not signoff.conflicts_of_interest:
        return say("objections.no_conflicts")
    if signoff.recorded_by and signoff.recorded_by < signoff.date:
        return say("objections.later", date=signoff.date, recorded=signoff.recorded_by)
    longest = datetime.date.fromisoformat(signoff.date) + datetime.timedelta(days=rule.valid_days)
    expires = min(signoff.expires, longest.isoformat())
    if expires < date:
        return say("objections.lapsed", date=expires or signoff.date)
    return ""
