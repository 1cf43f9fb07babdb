"""Makes a release: compares, refuses what is not fit, writes the folder and the change log."""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analysis.changes import STEPS, Changes, NumberChange, next_version
from analysis.conclusions import check_conclusions
from analysis.review_data import ReviewData, forget_kept, load_review_data
from analysis.signoffs import load_signoffs
from analysis.statistics import format_date
from analysis.words import say
from publishing.checks.correction import check_correction
from publishing.history.released import (
    FOLDER,
    PART,
    RECORD,
    digests_of,
    number_of,
    released_versions,
)
from publishing.history.releases import (
    as_json,
    changes_of,
    documents_of,
    load_release,
    present_state,
)
from publishing.lifecycle.verification import verify_releases, verify_signoffs
from publishing.site.manifest import manifest_of
from schemas.problems import Problem, ReviewError

CHANGE_LOG = "CHANGELOG.md"
UNRELEASED = "## Unreleased"
NAMED = 12  # numbers named in the change log; the chapter on changes has them all

Build = Callable[[Path], None]


@dataclass(frozen=True)
class WrittenRelease:
    """A release that was written."""

    folder: Path
    step: str
    tag: str


def make_release(
    root: Path, *, note: str = "", build: Build | None = None, progress: Callable[[str], None]
) -> WrittenRelease:
    """Write `releases/<version>/` and the change log entry, or raise ReviewError and write nothing.

    `build` fills a folder with the finished site; it is run twice, and both must agree.
    """
    refuse_uncommitted(root)
    verify_signoffs(root)
    verify_releases(root)
    forget_kept(root)  # nothing that somebody could have put under _build/ enters a release
    data = load_review_data(root)
    check_conclusions(data.ledger.conclusions)
    check_correction(data)
    check_wording(data)
    changes = changes_of(data)
    version = data.evidence.review.version
    correction = data.evidence.review.correction
    check_version(root, version, changes, correction is not None)
    check_date(root, data.evidence.review.date, changes)
    progress(f"{version}: {changes.step if changes.before else 'first release'}")
    site = build_twice(root, build or build_in_process(root), progress)
    files = release_files(data, changes, note, site)
    folder = write_folder(root, version, files)
    entry = change_log_entry(data, changes, note)
    write_change_log(root, version, entry)
    return WrittenRelease(folder, changes.step, files["tag.txt"])


# refusals --------------------------------------------------------------------------------------


def refuse_uncommitted(root: Path) -> None:
    """Raise ReviewError where the folder is no commit: a release must be found again."""
    done = subprocess.run(
        ["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ReviewError("a release is made from a commit, and this folder is in no repository")
    changed = [line[3:] for line in done.stdout.splitlines()]
    if changed:
        more = f" and {len(changed) - 5} more" if len(changed) > 5 else ""
        raise ReviewError(
            f"a release is made from a commit, and {', '.join(changed[:5])}{more} "
            "differ from it; commit or remove them, then run this again"
        )


def check_wording(data: ReviewData) -> None:
    """Raise ReviewError with every finding of the language guard."""
    from publishing.checks.guard import guard_prose

    if problems := guard_prose(data.root, documents_of(data.root), data):
        raise ReviewError(problems)


def check_version(root: Path, version: str, changes: Changes, corrects: bool = False) -> None:
    """Raise ReviewError where review.yml names no new version, or one too small for the step.

    A correction moves numbers and is a patch all the same: it answers no new question.
    """
    released = released_versions(root)
    if version in released:
        after = next_version(version, "patch")
        raise version_problem(f"{version} is released", f"a later version, at least {after}")
    if released and number_of(version) < number_of(released[-1]):
        raise version_problem(f"{version} is before {released[-1]}", "a later version")
    if not changes.before:
        return
    if changes.step == "none":
        raise ReviewError(f"nothing changed since {changes.before}: there is nothing to release")
    small = corrects and changes.step == "minor"
    wanted = next_version(changes.before, "patch" if small else changes.step)
    if number_of(version) < number_of(wanted) or step_of(changes.before, version) == "none":
        what = f"the step from {changes.before} is {changes.step} ({why_step(changes)})"
        raise version_problem(f"{version} is too small: {what}", wanted)


def check_date(root: Path, date: str, changes: Changes) -> None:
    """Raise ReviewError where the review's day goes back: approvals lapse by that day."""
    before = load_release(root, changes.before).date if changes.before else ""
    if date < before:
        what = f"is {date}, before that of {changes.before}"
        raise ReviewError([Problem("evidence/review.yml", "", "date", what, f"{before} or later",
                                   "set the day of this version")])  # fmt: skip


def version_problem(what: str, expected: str) -> ReviewError:
    """What to set in review.yml."""
    action = "set version in evidence/review.yml, commit, and run this again"
    return ReviewError([Problem("evidence/review.yml", "", "version", what, expected, action)])


def step_of(before: str, version: str) -> str:
    """The step that two version numbers state."""
    pairs = zip(STEPS[:0:-1], number_of(before), number_of(version), strict=True)
    return next((name for name, old, new in pairs if old != new), "none")


def why_step(changes: Changes) -> str:
    """What makes the step as large as it is."""
    flipped = [c.id for c in changes.conclusions if c.kind in ("flipped", "withdrawn")]
    if flipped:
        return say("changes.unlicensed", names=", ".join(flipped))
    counts = {
        "numbers": len(changes.numbers),
        "source_records": len(changes.sources),
        "rows": sum(map(len, (changes.rows or {}).values())),
        "methods": len(changes.methods),
        "sentences": len(changes.prose),
    }
    return ", ".join(f"{n} {say(f'changes.{key}')}" for key, n in counts.items() if n)


# building --------------------------------------------------------------------------------------


def build_in_process(root: Path) -> Build:
    """Build the whole site in a process of its own; a second build keeps nothing of the first."""

    def build(output: Path) -> None:
        command = [sys.executable, "-m", "publishing", "build", "--clean", "--output", str(output)]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ReviewError(f"the build was refused, and so is the release:\n{done.stderr}")

    return build


def build_twice(root: Path, build: Build, progress: Callable[[str], None]) -> Path:
    """Build in two places; raise ReviewError where they differ. The first one stays."""
    places = [root / "_build" / name for name in ("release", "release-again")]
    for number, place in enumerate(places, start=1):
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(exist_ok=True)
        progress(f"build {number} of 2")
        build(place)
    one, two = (manifest_of(place) for place in places)
    differing = [name for name in one | two if one.get(name) != two.get(name)]
    shutil.rmtree(places[1])
    if differing:
        more = f" and {len(differing) - 5} more" if len(differing) > 5 else ""
        raise ReviewError(
            f"two builds of this commit differ in {', '.join(differing[:5])}{more}; a release "
            "must be the same bytes each time: find what depends on the clock, chance or order"
        )
    return places[0]


# writing ---------------------------------------------------------------------------------------


def release_files(data: ReviewData, changes: Changes, note: str, site: Path) -> dict[str, str]:
    """Every file of the release's folder, by name."""
    site_files = {
        name: {"sha256": digest, "size": (site / name).stat().st_size}
        for name, digest in manifest_of(site).items()
    }
    files = {
        "ledger.json": (site / "ledger.json").read_text(encoding="utf-8"),
        "content.json": as_json(present_state(data).content()),
        "changes.json": as_json(changes.to_dict()),
        "manifest.json": as_json({"files": site_files}),
    }
    release = release_record(data, changes, note) | {"files": {n: _hash(files[n]) for n in files}}
    files[RECORD] = as_json(release)
    return files | {"tag.txt": tag_text(release, changes, _hash(files[RECORD]))}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def release_record(data: ReviewData, changes: Changes, note: str) -> dict[str, Any]:
    """What the release is: version, dates, status, hashes, environment, and what went before it.

    `decisions` is the end of the chain of decisions, `earlier` the hash of each release so far.
    """
    from publishing.render.editions import choose_engine
    from publishing.site.version import version_of

    version = version_of(data, choose_engine("auto"))
    lock = data.root / "locks" / "review.txt"
    signoffs = load_signoffs(data.root)
    return {
        **asdict(version),
        "title": data.evidence.review.title,
        "note": note,
        "decisions": {"count": len(signoffs), "head": signoffs[-1].seal if signoffs else ""},
        "earlier": digests_of(data.root),
        "before": changes.before,
        "step": changes.step if changes.before else "first",
        "kind": "correction" if data.evidence.review.correction else "update",
        "lock_sha256": hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else "",
        "python": platform.python_version(),
        "counts": {
            "claims": len(data.ledger.records),
            "conclusions": len(data.ledger.conclusions),
            "sources": len(data.evidence.sources),
        },
    }


def tag_text(release: Mapping[str, Any], changes: Changes, record_hash: str) -> str:
    """The message of the tag; signed, it vouches for the record and for all that this names."""
    lines = [
        say("changes.version", title=release["title"], version=release["version"]),
        "",
        say("changes.dates", date=release["date"], evidence_to=release["evidence_to"]),
        say("changes.status", status=release["status"], reason=release["reason"]),
        say("changes.content_hash", hash=release["content_hash"]),
        say("changes.build_hash", hash=release["build_hash"]),
        say("changes.decisions", **release["decisions"]),
        say("changes.record_hash", hash=record_hash),
    ]
    if changes.before:
        why = why_step(changes)
        lines.append(say("changes.since", before=changes.before, step=changes.step, why=why))
    return "\n".join([*lines, *([str(release["note"])] if release["note"] else [])]) + "\n"


def write_folder(root: Path, version: str, files: Mapping[str, str]) -> Path:
    """Write a release in one step: the folder is there whole or not at all."""
    folder = root / FOLDER / version
    part = folder.with_name(f"{version}{PART}")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name, text in files.items():
        (part / name).write_text(text, encoding="utf-8", newline="\n")
    part.replace(folder)
    return folder


# the change log --------------------------------------------------------------------------------


def change_log_entry(data: ReviewData, changes: Changes, note: str) -> str:
    """What changed, in readers' words: conclusions, numbers, sources."""
    review = data.evidence.review
    lines = [say("changes.evidence_to", date=format_date(review.evidence_to))]
    lines += [note] if note else []
    lines += _correction_lines(data, changes)
    if changes.before:
        lines += [*_conclusion_lines(changes), *_number_lines(changes), *_source_lines(changes)]
    return "\n".join(f"- {line}" for line in lines)


def _correction_lines(data: ReviewData, changes: Changes) -> list[str]:
    correction = data.evidence.review.correction
    if correction is None:
        return []
    moved = {change.id: change for change in changes.numbers}
    lines = [say("changes.correction", version=correction.of)]
    for item in correction.figures:
        told = [moved[name] for name in item.claims if name in moved]
        figures = "; ".join(
            say(
                "changes.corrected",
                claim=change.id,
                before=change.before or say("changes.not_printed_before"),
                now=change.now or say("changes.left_out"),
            )
            for change in told
        )
        lines.append(f"{item.reason} {figures}.")
    return lines


def _conclusion_lines(changes: Changes) -> Iterable[str]:
    for change in changes.conclusions:
        if change.kind in ("flipped", "withdrawn", "new"):
            both = change.now and change.before
            yield say(
                "changes.conclusion",
                kind=say(f"changes.{change.kind}"),
                sentence=change.before or change.now,
                now=say("changes.now", sentence=change.now) if both else "",
            )


def _number_lines(changes: Changes) -> Iterable[str]:
    moved = [change for change in changes.numbers if change.kind == "moved"]
    moved.sort(key=lambda change: change.id.startswith("count."))  # results before counts of rows
    yield from (_number_line(change) for change in moved[:NAMED])
    if len(moved) > NAMED:
        yield say("changes.more_numbers", count=len(moved) - NAMED)
    for kind in ("new", "gone"):
        if count := sum(change.kind == kind for change in changes.numbers):
            yield say(f"changes.{kind}_numbers", count=count)


def _number_line(change: NumberChange) -> str:
    reason = next(iter(change.reasons), None)
    why = f" ({reason.kind} {reason.row})" if reason and reason.row else ""
    return say("changes.moved", claim=change.id, before=change.before, now=change.now, why=why)


def _source_lines(changes: Changes) -> Iterable[str]:
    for kind in ("retracted", "superseded", "added", "withdrawn"):
        names = [change.citekey for change in changes.sources if change.kind == kind]
        if names:
            yield say("changes.sources", kind=kind, names=", ".join(names))


def write_change_log(root: Path, version: str, entry: str) -> None:
    """Put the entry under a heading of its own; what was written by hand stays below it."""
    path = root / CHANGE_LOG
    text = path.read_text(encoding="utf-8") if path.exists() else f"# Changes\n\n{UNRELEASED}\n"
    heading = f"{UNRELEASED}\n\n## {version}\n\n{entry}"
    if UNRELEASED in text:
        text = text.replace(UNRELEASED, heading, 1)
    else:
        text = re.sub(r"\A(# .*\n)", rf"\1\n{heading}\n", text, count=1)
    path.write_text(text, encoding="utf-8", newline="\n")
