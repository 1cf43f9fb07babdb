"""What changed, as text for a terminal, in the order a board reads it."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.changes import Changes, next_version

SHOWN = 40  # lines of a part; changes.json has them all


def describe(changes: Changes) -> str:
    """Every part with its lines, and the step at the end."""
    if not changes.before:
        return f"{changes.now} has no release before it."
    return "\n".join(_lines(changes))


def _lines(changes: Changes) -> Iterator[str]:
    yield f"From {changes.before} to {changes.now}\n"
    yield from _part("Conclusions", list(_conclusions(changes)))
    yield from _part("Numbers", list(_numbers(changes)))
    sources = [f"{change.kind}: {change.citekey}" for change in changes.sources]
    yield from _part("Sources", sources)
    rows = [f"{kind}: {row}" for kind, names in (changes.rows or {}).items() for row in names]
    yield from _part("Rows", rows)
    for title, words in (("Methods", changes.methods), ("Words", changes.prose)):
        yield from _part(title, [f"{c.place}\n    - {c.before}\n    + {c.now}" for c in words])
    yield f"Step: {changes.step}"


def _part(title: str, lines: list[str]) -> Iterator[str]:
    yield f"{title} ({len(lines)})"
    yield from (f"  {line}" for line in lines[:SHOWN])
    if len(lines) > SHOWN:
        yield f"  and {len(lines) - SHOWN} more"
    yield ""


def _conclusions(changes: Changes) -> Iterator[str]:
    for change in changes.conclusions:
        yield f"{change.kind}: {change.id}\n    - {change.before}\n    + {change.now}"
        yield from (f"    because {reason}" for reason in change.why)


def _numbers(changes: Changes) -> Iterator[str]:
    for change in changes.numbers:
        why = "; ".join(
            " ".join(part for part in (reason.kind, reason.row, reason.detail) if part)
            for reason in change.reasons
        )
        moved = " -> ".join(text for text in (change.before, change.now) if text)
        yield f"{change.kind}: {change.id}: {moved}" + (f" ({why})" if why else "")


def propose(changes: Changes) -> str:
    """The version to set, for work that is compared with a release."""
    if not changes.before:
        return "Next: set version 1.0.0 in evidence/review.yml for a first release."
    if changes.step == "none":
        return "Nothing to release."
    version = next_version(changes.before, changes.step)
    return f"Next: set version {version}, or a larger step, in evidence/review.yml."
