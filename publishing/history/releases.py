"""Releases as folders: `releases/<version>/` holds what a later build is compared with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from analysis.changes import Changes, changes_beside_words, compute_changes, words_changed
from analysis.content import hash_beside_prose, hash_of_files
from analysis.reads import covered, note_all, note_read
from analysis.review_data import ReviewData, load_review_data
from analysis.snapshots import Snapshot, protocol_of, read_snapshot, rows_kept, snapshot_of
from publishing.displays.prose import unnumbered, words_of_displays
from publishing.history.released import (
    FOLDER,
    RESTORE,
    find_alterations,
    number_of,
    read_record,
    released_versions,
)
from publishing.manuscript.qmd import INLINE, read_document
from schemas.problems import ReviewError
from schemas.strict_yaml import load_yaml

FILES = ("release.json", "ledger.json", "content.json")
MARKS = re.compile(
    r"\[[^\]]*@[^\]]*\]|(?<!\w)@[\w:.+/-]*\w|^\s*:{3,}.*$|\{[#.][^{}]*\}"
    r"|^\s*(?:[-*+:]|#+|\d+\.)\s+|[*_]{1,2}"
)


def previous_version(root: Path, version: str) -> str | None:
    """The newest released version before this one."""
    earlier = [name for name in released_versions(root) if number_of(name) < number_of(version)]
    return earlier[-1] if earlier else None


def load_release(root: Path, version: str) -> Snapshot:
    """A released state. Raises ReviewError where it is not there or not whole."""
    if version not in released_versions(root):
        known = ", ".join(released_versions(root)) or "none"
        raise ReviewError(f"{FOLDER}/ has no version {version!r}; released: {known}")
    return _load_release(root, version)


@cache
def _load_release(root: Path, version: str) -> Snapshot:
    release, ledger, content = (read_record(root, version, name) for name in FILES)
    if problems := find_alterations(root, version):
        raise ReviewError(problems)
    try:
        return read_snapshot(release, ledger, content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"{FOLDER}/{version} is not what a release writes ({error!r})"
        raise ReviewError(f"{what}; {RESTORE}") from error


def present_state(data: ReviewData) -> Snapshot:
    """The state of the work at hand."""
    rows = rows_kept(data.evidence, data.analyses)
    return snapshot_of(data.evidence, data.ledger, rows, prose_of(data.root), _said(data.root))


def _said(root: Path) -> Any:
    return load_yaml((root / "evidence" / "review.yml").read_text(encoding="utf-8"))


def changes_of(data: ReviewData) -> Changes:
    """What changed since the newest release before the version in review.yml."""
    return replace(changes_beside_words_of(data), prose=words_changed_of(data).prose)


def changes_beside_words_of(data: ReviewData) -> Changes:
    """The same but for the words: no document is read for it.

    It is computed once for the evidence as it stands, for every copy of the data that is watched.
    """
    note_all(("evidence", "settings"))
    state = f"{hash_beside_prose(data.root)} {released_versions(data.root)}"

    def compute() -> Changes:
        rows, said = rows_kept(data.evidence, data.analyses), _said(data.root)
        now = snapshot_of(data.evidence, data.ledger, rows, {}, said)
        return changes_beside_words(_release_before(data.root, now.version), now)

    with covered():
        found: Changes = data.analyses.keep("changes", state, compute)
    return found


def words_changed_of(data: ReviewData) -> Changes:
    """The words alone that changed since then: nothing that was computed is unpacked for it."""
    state = f"{hash_of_files(data.root)} {released_versions(data.root)}"
    with covered():
        return _words_changed(data.root, data.evidence.review.version, state)


@cache
def _words_changed(root: Path, version: str, _: str) -> Changes:
    before, said = _release_before(root, version), protocol_of(_said(root))
    now = Snapshot(version, "", "", {}, prose=prose_of(root), protocol=said)
    return Changes(before.version if before else "", version, prose=words_changed(before, now))


def _release_before(root: Path, version: str) -> Snapshot | None:
    before = previous_version(root, version)
    return load_release(root, before) if before else None


def prose_of(root: Path) -> dict[str, tuple[str, ...]]:
    """Documents, tables and figures as sentences; a sign stands for each number and citation."""
    note_read("documents")
    documents = {name: tuple(sentences) for name, sentences in _sentences(root)}
    displays: dict[str, tuple[str, ...]] = {}
    for words in words_of_displays(root):
        displays[words.file] = (*displays.get(words.file, ()), unnumbered(words.text))
    return documents | displays


def documents_of(root: Path) -> list[str]:
    """Every document of every edition."""
    paths = [*sorted(root.glob("*.qmd")), *sorted((root / "report").rglob("*.qmd"))]
    return [path.relative_to(root).as_posix() for path in paths]


def _sentences(root: Path) -> Iterator[tuple[str, list[str]]]:
    """The sentences of each document, and apart from them the captions of its tables."""
    for name in documents_of(root):
        document = read_document(root, name)
        yield name, _compared(document.prose_lines())
        yield f"{name}, captions", _compared(document.captions)


def _compared(lines: Iterable[tuple[int, str]]) -> list[str]:
    found = []
    for _, line in lines:
        text = INLINE.sub(lambda match: "" if "sources(" in match["code"] else "…", line)
        text = " ".join(MARKS.sub("", text).split()).replace(" .", ".").replace(" ,", ",")
        if re.search(r"\w", text):
            found.append(text)
    return found


def changes_between(root: Path, *versions: str) -> Changes:
    """What changed between two releases, since one, or since the newest.

    Without versions a version that is released already is compared with the work at hand.
    """
    if len(versions) > 2:
        raise ReviewError("name no version, one to compare with now, or two to compare")
    if len(versions) == 2:
        before, now = (load_release(root, version) for version in versions)
        return compute_changes(before, now)
    data = load_review_data(root)
    current = data.evidence.review.version
    since = versions[0] if versions else current if current in released_versions(root) else None
    if since is None:
        return changes_of(data)
    return compute_changes(load_release(root, since), present_state(data))


def as_json(value: Mapping[str, Any]) -> str:
    """JSON with sorted keys, a line a member."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
