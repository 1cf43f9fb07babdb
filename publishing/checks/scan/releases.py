"""What a mark of a released state may print: its claims, conclusions, rows and words, no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from analysis.ledger import Ledger
from analysis.selection import SelectionError
from analysis.snapshots import Snapshot
from publishing.checks.numbers import Figures
from publishing.history.releases import load_release, prose_of
from schemas.problems import ReviewError


def of_release(
    root: Path, ledger: Ledger, kept_rows: Callable[[], Mapping[str, Mapping[str, str]]], key: str
) -> Figures:
    """Figures of `<version>/claim/<id>`, `/conclusion/<id>`, `/row/<table:key>` or `/words`."""
    version, _, rest = key.partition("/")
    kind, _, name = rest.partition("/")
    past = _released(root, version)
    if kind == "claim" and name in past.records:
        return Figures(texts=(name, *asdict(past.records[name].forms).values()))
    if kind == "conclusion" and name in past.texts:
        return Figures(texts=_conclusion(ledger, past, name))
    if kind == "row":
        cells = [text for rows in (past.rows, kept_rows()) for text in _cells(rows, name)]
        return Figures(texts=(name, *cells))
    if kind == "words":
        return Figures(texts=_words(root, past))
    raise SelectionError(f"the release {version} has no {kind} {name!r}")


def _released(root: Path, version: str) -> Snapshot:
    try:
        return load_release(root, version)
    except ReviewError as error:
        raise SelectionError(str(error)) from error


def _conclusion(ledger: Ledger, past: Snapshot, name: str) -> tuple[str, ...]:
    """Its sentence as printed then, its rule, and what the claims of the rule are today."""
    rule = next(item for item in past.conclusions if item.id == name).conditions
    claims = {claim for condition in rule for claim in condition.claims}
    forms = [ledger[claim].forms.ci for claim in claims if claim in ledger]
    return (past.texts[name], *(condition.text for condition in rule), *forms)


def _cells(rows: Mapping[str, Mapping[str, str]], name: str) -> tuple[str, ...]:
    return tuple(text for column, text in rows.get(name, {}).items() if column != "hash")


def _words(root: Path, past: Snapshot) -> tuple[str, ...]:
    """Words hold names and dates: a sign stands there for every number."""
    now = prose_of(root)
    lines = [line for document in (*past.prose.values(), *now.values()) for line in document]
    review = (root / "evidence" / "review.yml").read_text(encoding="utf-8")
    return (*lines, *past.prose, *now, *past.protocol, *past.protocol.values(), review)
