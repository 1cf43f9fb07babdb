"""The verbs of versions: rehearse, compare, release, decide, look again, check and publish."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from publishing.cli.verbs import FINISHED, progress_from_now, project, review_data, verbs
from schemas.choices import DECISIONS
from schemas.problems import ReviewError


def check_date(option: str, value: str) -> None:
    """Raise ReviewError for a value that is no day as it is written everywhere here."""
    from analysis.board import is_date

    if not is_date(value):
        raise ReviewError(f"{option} {value!r} is no date; write YYYY-MM-DD, such as 2026-08-21")


@verbs.command()
@click.option("--note", default="", help="A sentence kept with the release.")
def release(note: str) -> None:
    """Write releases/<version>/ for this commit: compared, refused if unfit, built twice."""
    from publishing.lifecycle.release import make_release

    progress, root = progress_from_now(), project()
    made = make_release(root, note=note, progress=progress)
    place = made.folder.relative_to(root).as_posix()
    version = made.folder.name
    progress(f"{place} is written; the site is in _build/release")
    print(f"\n{made.tag}\nRead CHANGELOG.md, then:\n  git add {place} CHANGELOG.md")
    print(f'  git commit -m "Release {version}"\n  git tag -a v{version} -F {place}/tag.txt')


@verbs.command()
@click.argument("versions", nargs=-1, metavar="[VERSION [VERSION]]")
def changes(versions: tuple[str, ...]) -> None:
    """Say what changed between two releases, or since one; since the last without any."""
    from publishing.history.releases import changes_between
    from publishing.lifecycle.changes_text import describe, propose
    from schemas.review import load_review

    root = project()
    found = changes_between(root, *versions)
    if len(versions) < 2 and (correction := load_review(root).correction):
        reasons = "\n".join(f"  {', '.join(i.claims)}: {i.reason}" for i in correction.figures)
        print(f"A correction of {correction.of}\n{reasons}\n")
    print(describe(found))
    if len(versions) < 2:
        print(propose(found))


@verbs.command("what-if")
@click.argument("tables", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="The whole table, not its rows.")
def what_if(tables: tuple[Path, ...], replace: bool) -> None:
    """Rehearse an update of the evidence from TABLES; nothing is written."""
    from publishing.lifecycle.changes_text import describe
    from publishing.lifecycle.what_if import rehearse

    print(describe(rehearse(review_data(), list(tables), whole=replace)))


@verbs.command()
@click.option("--reviewer", required=True, help="Identifier or name in board.csv.")
@click.option("--role", required=True)
@click.option("--decision", required=True, type=click.Choice(DECISIONS))
@click.option("--hash", "content_hash", required=True, help="Hash on the ballot that was read.")
@click.option("--conflicts", default="", help="Conflicts of interest, or `none`.")
@click.option("--comments", default="")
@click.option("--date", default="", help="Day of the decision as YYYY-MM-DD; today unless given.")
@click.option("--key", type=click.Path(path_type=Path), help="Private SSH key to sign with.")
def signoff(key: Path | None, date: str, **told: str) -> None:
    """Record a decision of a board member and say what the status is now."""
    from publishing.history.status import status_of
    from publishing.lifecycle.signoff import Decision, record_decision

    # A writer's command: the day goes into the file, and no build reads the clock.
    today = datetime.date.today().isoformat()
    if date:
        check_date("--date", date)
    if date > today:
        raise ReviewError(f"--date {date} is still to come; today is {today}")
    data = review_data()
    made = record_decision(data, Decision(date=date or today, **told), key)
    status = status_of(data)
    how = f"signed ({made.signature})" if made.signed else "not signed: no key on the board"
    print(f"Recorded: {made.reviewer}, {made.role}, {made.decision}; {how}.")
    print(f"Status: {status.name} ({status.reason}).")
    for remark in status.remarks:
        print(f"Does not count: {remark}.")
    print(f"Receipt: {made.seal}\nKeep it: `nox -s verify -- --receipt {made.seal[:16]}` "
          "finds out if the decision, or one before it, is removed later.")  # fmt: skip


@verbs.command()
@click.option("--on", default="", help="A day as YYYY-MM-DD; the evidence date unless given.")
def due(on: str) -> None:
    """List what must be read again, reason by reason."""
    from analysis.due import REASONS, sources_due

    if on:
        check_date("--on", on)
    data = review_data()
    on = on or data.evidence.review.evidence_to
    found = sources_due(data.evidence, data.ledger, on)
    for reason, words in REASONS.items():
        held = [item for item in found if reason in item.reasons]
        rows = sum(len(item.reasons[reason]) for item in held)
        print(f"{words}: {len(held)} sources, {rows} rows")
        for item in held if reason not in ("once", "state") else []:
            print(f"  {item.citekey}: read again by {item.review_by}; "
                  f"{', '.join(item.reasons[reason][:3])}")  # fmt: skip
    if waiting := [item for item in found if item.review_by > on]:
        print(f"Next: {waiting[0].citekey} by {waiting[0].review_by} (compared with {on})")


@verbs.command()
def board() -> None:
    """Make the papers for a meeting of the board, as one PDF with a ballot."""
    from publishing.lifecycle.board_pack import build_board_pack

    print(f"Open {build_board_pack(project(), print)}")


@verbs.command()
@FINISHED
@click.option("--receipt", "receipts", multiple=True, help="Of a decision, as it was printed.")
@click.option("--published", type=click.Path(path_type=Path), help="Published versions to check.")
def verify(output: Path, receipts: tuple[str, ...], published: Path | None) -> None:
    """Check decisions, signatures and releases, and the finished site where there is one."""
    from publishing.lifecycle.publication import check_folder
    from publishing.lifecycle.verification import (
        verify_receipts,
        verify_releases,
        verify_signoffs,
        verify_site,
    )

    root = project()
    checks = (verify_signoffs(root), verify_receipts(root, receipts), verify_releases(root))
    for line in (line for lines in checks for line in lines):
        print(line)
    if published:
        versions = check_folder(published.resolve(), root)
        print(f"{published.name}: {', '.join(versions) or 'nothing'}, each as it was released")
    site = (root / output).resolve()
    if not site.exists():
        print(f"{site.name}: not built, so its files were not checked")
        return
    for line in verify_site(review_data(), site):
        print(line)


@verbs.command()
@click.argument("folder", type=click.Path(path_type=Path))
@FINISHED
@click.pass_context
def publish(context: click.Context, folder: Path, output: Path) -> None:
    """Verify the finished site, then add it to a published FOLDER."""
    from publishing.lifecycle.publication import publish as add

    site, folder = (project() / output).resolve(), folder.resolve()
    if not site.is_dir():
        raise ReviewError(f"{site} is missing; build the review first: nox -s review")
    if folder == site or site in folder.parents:
        raise ReviewError(f"{folder} is inside the site that would be copied; name another folder")
    context.invoke(verify, output=output)
    done = add(site, folder, project())
    print(f"Version {done.version} " + ("was added" if done.added else "was there already"))
    print(f"Published: {', '.join(done.versions)}; latest is {done.newest}")
    print(f"\nOpen {folder / 'index.html'}")
