"""The verbs of governance: decide, look again, check and publish."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path
from typing import Any

from analysis.signoffs import DECISIONS
from schemas.problems import ReviewError


def add_verbs(verbs: Any) -> None:
    """Add `signoff`, `due`, `board`, `verify` and `publish` to the command line."""
    signoff = verbs.add_parser("signoff", help="record a decision of a board member")
    signoff.add_argument("--reviewer", required=True, help="identifier or name in board.csv")
    signoff.add_argument("--role", required=True)
    signoff.add_argument("--decision", required=True, choices=DECISIONS)
    signoff.add_argument("--hash", required=True, help="content hash of the ballot that was read")
    signoff.add_argument("--conflicts", default="", help="conflicts of interest, or `none`")
    signoff.add_argument("--comments", default="")
    signoff.add_argument("--date", default="", help="day of the decision; today unless given")
    signoff.add_argument("--key", type=Path, default=None, help="private SSH key to sign with")
    signoff.set_defaults(run=run_signoff)

    due = verbs.add_parser("due", help="list what must be read again")
    due.add_argument("--on", default="", help="a day as YYYY-MM-DD; the evidence date unless given")
    due.set_defaults(run=run_due)

    board = verbs.add_parser("board", help="make the papers for a meeting of the board")
    board.set_defaults(run=run_board)

    verify = verbs.add_parser("verify", help="check hashes, sign-offs, signatures and a site")
    verify.add_argument("--output", type=Path, default=Path("_site"))
    verify.add_argument("--receipt", action="append", default=[], help="of a decision, as printed")
    verify.set_defaults(run=run_verify)

    publish = verbs.add_parser("publish", help="add the finished site to a published folder")
    publish.add_argument("folder", type=Path)
    publish.add_argument("--output", type=Path, default=Path("_site"))
    publish.set_defaults(run=run_publish)


def run_signoff(options: argparse.Namespace) -> int:
    """Record one decision and say what the status is now."""
    from analysis.review_data import find_root, load_review_data
    from publishing.history.status import status_of
    from publishing.lifecycle.signoff import Decision, record_decision

    data = load_review_data(find_root())
    # A writer's command: the day goes into the file, and no build reads the clock.
    today = datetime.date.today().isoformat()
    if options.date > today:
        raise ReviewError(f"--date {options.date} is still to come; today is {today}")
    decision = Decision(
        reviewer=options.reviewer,
        role=options.role,
        decision=options.decision,
        content_hash=options.hash,
        conflicts=options.conflicts,
        comments=options.comments,
        date=options.date or today,
    )
    signoff = record_decision(data, decision, options.key)
    status = status_of(data)
    how = f"signed ({signoff.signature})" if signoff.signed else "not signed: no key on the board"
    print(f"Recorded: {signoff.reviewer}, {signoff.role}, {signoff.decision}; {how}.")
    print(f"Status: {status.name} ({status.reason}).")
    for remark in status.remarks:
        print(f"Does not count: {remark}.")
    print(f"Receipt: {signoff.seal}\nKeep it: `nox -s verify -- --receipt {signoff.seal[:16]}` "
          "finds out if the decision, or one before it, is removed later.")  # fmt: skip
    return 0


def run_due(options: argparse.Namespace) -> int:
    """Print the sources that are due, reason by reason."""
    from analysis.board_checks import is_date
    from analysis.due import REASONS, sources_due
    from analysis.review_data import find_root, load_review_data

    if options.on and not is_date(options.on):
        raise ReviewError(f"--on {options.on!r} is no date as YYYY-MM-DD")
    data = load_review_data(find_root())
    on = options.on or data.evidence.review.evidence_to
    due = sources_due(data.evidence, data.ledger, on)
    for reason, words in REASONS.items():
        held = [item for item in due if reason in item.reasons]
        rows = sum(len(item.reasons[reason]) for item in held)
        print(f"{words}: {len(held)} sources, {rows} rows")
        for item in held if reason not in ("once", "state") else []:
            print(f"  {item.citekey}: read again by {item.review_by}; "
                  f"{', '.join(item.reasons[reason][:3])}")  # fmt: skip
    waiting = [item for item in due if item.review_by > on]
    if waiting:
        print(f"Next: {waiting[0].citekey} by {waiting[0].review_by} (compared with {on})")
    return 0


def run_board(_: argparse.Namespace) -> int:
    """Make the PDF and say where it is."""
    from analysis.review_data import find_root
    from publishing.lifecycle.board_pack import build_board_pack

    print(f"Open {build_board_pack(find_root(), print)}")
    return 0


def run_verify(options: argparse.Namespace) -> int:
    """Check what an approval hangs on; the finished site too where there is one."""
    from analysis.review_data import find_root, load_review_data
    from publishing.lifecycle.verification import verify_receipts, verify_signoffs, verify_site

    root = find_root()
    for line in [*verify_signoffs(root), *verify_receipts(root, options.receipt)]:
        print(line)
    site = (root / options.output).resolve()
    if not site.exists():
        print(f"{site.name}: not built, so its files were not checked")
        return 0
    for line in verify_site(load_review_data(root), site):
        print(line)
    return 0


def run_publish(options: argparse.Namespace) -> int:
    """Verify, then add `_site/` to the folder."""
    from analysis.review_data import find_root
    from publishing.lifecycle.publication import publish

    root = find_root()
    site = (root / options.output).resolve()
    folder = options.folder.resolve()
    if not site.is_dir():
        raise ReviewError(f"{site} is missing; build the review first: nox -s review")
    if folder == site or site in folder.parents:
        raise ReviewError(f"{folder} is inside the site that would be copied; name another folder")
    options.receipt = []
    run_verify(options)
    done = publish(site, folder)
    print(f"Version {done.version} " + ("was added" if done.added else "was there already"))
    print(f"Published: {', '.join(done.versions)}; latest is {done.newest}")
    print(f"\nOpen {folder / 'index.html'}")
    return 0
