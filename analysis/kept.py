"""What is kept under _build/ between two commands: named by its inputs, used only if whole.

`Steps` keeps what each step of a build made, with a hash of every input by name: a step whose
inputs are what they were is not run, and one that runs can say why.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from analysis.reads import is_noting, note_all, noted

Kept = TypeVar("Kept")
Found = TypeVar("Found")
Inputs = Mapping[str, str]
"""The hash of each input of a step, by a name that tells a person what it is."""

FOLDER = Path("_build") / "kept"
WHOLE = ""  # the part that is all of the evidence
LIMIT = 400_000_000  # bytes; a build of the first review keeps a tenth
NAMED = 3  # inputs that are named where many changed
MOMENT = 1_000_000_000  # ns
_hashes: dict[str, tuple[tuple[int, ...] | None, bytes]] = {}


def hash_files(root: Path, paths: Iterable[Path | str], *more: str) -> str:
    """Hash of the files that exist among `paths`, by name and content, and of further words.

    The interpreter counts as well: what one of them kept another may read differently.
    """
    digest = hashlib.sha256("\0".join((sys.version, *more)).encode())
    folder = f"{root}{os.sep}"
    for path in map(str, paths):
        if found := _hash_of_file(path):
            name = path.removeprefix(folder).replace(os.sep, "/")
            digest.update(f"\0{name}\0".encode() + found)
    return digest.hexdigest()[:16]


def _hash_of_file(path: str) -> bytes:
    """The hash of a file, read once for all that ask while it stays as it is; of none, nothing.

    A file that was written a moment ago may be written again without another time.
    """
    try:
        state = os.stat(path)  # noqa: PTH116 - of hundreds of files, which Path would read twice
        if not stat.S_ISREG(state.st_mode):
            return b""
        known = state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns
        before, digest = _hashes.get(path, (None, b""))
        if before != known:
            digest = hashlib.sha256(Path(path).read_bytes()).digest()
            if time.time_ns() - max(known[2:]) > MOMENT:
                _hashes[path] = known, digest
    except (FileNotFoundError, NotADirectoryError):
        return b""
    return digest


def read_kept(path: Path, read: Callable[[bytes], Kept | None]) -> Kept | None:
    """What was kept, or None where it is not, byte for byte.

    `read` makes it of the bytes, and gives None where they are not what they should be. A file
    that was altered is named; the caller computes anew.
    """
    if not path.exists():
        return None
    digest, _, payload = path.read_bytes().partition(b"\n")
    found = read(payload) if digest == _digest(payload) else None
    if found is None:
        print(f"note: {path.name} was damaged or altered; computed anew", file=sys.stderr)
    return found


def keep(path: Path, payload: bytes) -> None:
    """Keep these bytes, in place of what was kept for other inputs: `name-<hash>.suffix`.

    Where nothing can be written nothing is kept, and the next command computes anew.
    """
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for stale in path.parent.glob(f"{path.stem.rpartition('-')[0]}-*{path.suffix}"):
            stale.unlink(missing_ok=True)
        part.write_bytes(_digest(payload) + b"\n" + payload)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _digest(payload: bytes) -> bytes:
    return hashlib.sha256(payload).hexdigest().encode()


def hash_of_bytes(*parts: bytes | str) -> str:
    """A short hash of some bytes or texts, one after the other."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:20]


def _unknown(_: str) -> str:
    return ""


NONE: Inputs = MappingProxyType({})
Reads = Mapping[str, Inputs]
"""Further inputs of a step, by the part of the evidence on which each rests."""


def _changed(before: Inputs, now: Callable[[str], str]) -> list[str]:
    """The names whose hash is not what it was."""
    hashes = zip(before.items(), map(now, before), strict=True)
    return [name for (name, was), found in hashes if was != found]


def _state_of(part: str, states: Inputs) -> str:
    """The state of a part; of one without a file that of all the evidence."""
    return states.get(part) or states.get(WHOLE, "")


def _silent(_: str) -> None:
    """Nobody asked why a step ran."""


@dataclass(frozen=True)
class _Record:
    """What a step made, of which inputs; of `read`, which is JSON, only new `states` are asked."""

    inputs: dict[str, str]
    states: dict[str, str]
    read: bytes
    payload: bytes


@dataclass
class Steps:
    """What the steps of a build made the last time, a record each under `folder`.

    A step without a folder keeps nothing. A `clean` build finds nothing and keeps what it makes.
    `explain` is told why each step ran. `ran` and `found` are the names of the steps that did and
    did not.
    """

    folder: Path | None = None
    clean: bool = False
    explain: Callable[[str], None] = _silent
    ran: list[str] = field(default_factory=list)
    found: list[str] = field(default_factory=list)

    def kept(
        self,
        step: str,
        inputs: Inputs,
        now: Callable[[str], str] = _unknown,
        states: Inputs = NONE,
    ) -> bytes | None:
        """What the step made of these inputs; None where it must run, which is explained.

        Inputs that a step found out while it ran are in its record alone: `now` says their hash.
        They are noted again, for whoever rests on the step. Those that were kept by the part they
        rest on are as they were while the part has the same state in `states`.
        """
        found, why = self._record(step), "nothing is kept of it"
        if self.clean:
            found, why = None, "the build is clean"
        if found:
            now_of = {part: _state_of(part, states) for part in found.states}
            parts = [part for part, was in found.states.items() if now_of[part] != was]
            read: Reads = json.loads(found.read) if parts or is_noting() else {}
            changed = _changed(
                found.inputs, lambda name: inputs[name] if name in inputs else now(name)
            )
            changed += [name for part in parts for name in _changed(read[part], now)]
            changed += [name for name in inputs if name not in found.inputs]
            if not changed:
                self.found.append(step)
                note_all({*found.inputs, *chain(*read.values())} - inputs.keys())
                self._found_again(step, found, now_of)
                return found.payload
            more = f" and {len(changed) - NAMED} more" if len(changed) > NAMED else ""
            why = f"{', '.join(changed[:NAMED])}{more} changed"
        self.ran.append(step)
        self.explain(f"{step}: {why}")
        return None

    def _found_again(self, step: str, found: _Record, states: dict[str, str]) -> None:
        """Keep the record longer; with these states, where it has others."""
        if states != found.states:
            self._write(step, replace(found, states=states))
            return
        with suppress(OSError):
            os.utime(self._path(step))

    def keep(
        self,
        step: str,
        inputs: Inputs,
        payload: bytes,
        read: Reads = MappingProxyType({}),
        states: Inputs = NONE,
    ) -> None:
        """Keep what a step made, in place of what it made before.

        `read` are further inputs, which are what they are while their part has its state.
        """
        own = {part: _state_of(part, states) for part in read}
        self._write(step, _Record(dict(inputs), own, json.dumps(dict(read)).encode(), payload))

    def run(self, step: str, inputs: Inputs, make: Callable[[], bytes]) -> bytes:
        """What is kept of the step, else what it makes now."""
        found = self.kept(step, inputs)
        if found is None:
            found = make()
            self.keep(step, inputs, found)
        return found

    def unless_clean(
        self, step: str, inputs: Inputs, check: Callable[[], Iterable[Found]]
    ) -> list[Found]:
        """What a check finds; nothing where it found nothing in the same inputs."""
        if self.kept(step, inputs) is not None:
            return []
        if not (problems := list(check())):
            self.keep(step, inputs, b"")
        return problems

    def tidy(self, limit: int = LIMIT) -> None:
        """Remove the records that were used longest ago, until the rest are within the limit."""
        paths = self.folder.rglob("record-*") if self.folder else ()
        known = sorted(((path.stat(), path) for path in paths), key=lambda one: one[0].st_mtime)
        total = sum(state.st_size for state, _ in known)
        for state, path in known:
            if total <= limit:
                break
            path.unlink(missing_ok=True)
            total -= state.st_size

    def _path(self, step: str) -> Path:
        return (
            (self.folder or Path()) / step.replace("/", "+") / "record-2.kept"
        )  # another number for another form

    def _write(self, step: str, record: _Record) -> None:
        if self.folder is not None:
            head = json.dumps([record.inputs, record.states]).encode()
            keep(self._path(step), b"\n".join((head, record.read, record.payload)))

    def _record(self, step: str) -> _Record | None:
        return read_kept(self._path(step), _record_of) if self.folder else None


def _record_of(record: bytes) -> _Record | None:
    head, _, rest = record.partition(b"\n")
    read, _, payload = rest.partition(b"\n")
    try:
        inputs, states = json.loads(head)
    except ValueError:
        return None
    return _Record(inputs, states, read, payload) if isinstance(inputs, dict) else None


def _on_nothing(_: str) -> None:
    return None


def _nothing() -> None:
    """Nothing is left to be kept."""


@dataclass(frozen=True)
class Keeping:
    """Where a build keeps its steps, the hash of its program, and of what was read, by name.

    `close` is called when the steps have run. `part_of` says on which part of the evidence alone
    it rests what a name stands for, if it does; `states` are hashes of the parts, and `state` that
    of all of them.
    """

    steps: Steps = field(default_factory=Steps)
    program: str = ""
    now: Callable[[str], str] = _unknown
    close: Callable[[], None] = _nothing
    states: Inputs = field(default_factory=dict)
    part_of: Callable[[str], str | None] = _on_nothing

    @property
    def state(self) -> str:
        """The state of all the evidence."""
        return self.states.get(WHOLE, "")

    def kept(self, step: str, inputs: Inputs) -> bytes | None:
        """What is kept of a step while program, inputs and all that it read are as they were."""
        return self.steps.kept(step, self._given(inputs), self.now, self.states)

    def keep(self, step: str, inputs: Inputs, names: Iterable[str], payload: bytes) -> None:
        """Keep what a step made of inputs and of what it read, by name."""
        given, read = self._given(inputs), dict[str, dict[str, str]]()
        for name in names:
            part = self.part_of(name)
            own = given if part is None else read.setdefault(part, {})
            own[name] = self.now(name)
        self.steps.keep(step, given, payload, read, self.states)

    def _given(self, inputs: Inputs) -> dict[str, str]:
        return {"the program": self.program, **inputs}

    def run(self, step: str, inputs: Inputs, make: Callable[[], bytes | None]) -> bytes | None:
        """What is kept of a step while all that it read is as it was; else what it makes now.

        What it reads is noted by name; it is kept unless it is None.
        """
        found = self.kept(step, inputs)
        if found is None:
            with noted() as names:
                found = make()
            if found is not None:
                self.keep(step, inputs, names, found)
        return found

    def check(self, step: str, inputs: Inputs, find: Callable[[], Iterable[Found]]) -> list[Found]:
        """What a check finds; nothing where it found nothing while all it read was as it is."""
        found: list[Found] = []

        def look() -> bytes | None:
            found.extend(find())
            return None if found else b""

        self.run(step, inputs, look)
        return found


def steps_of(
    root: Path, *, clean: bool = False, explain: Callable[[str], None] | None = None
) -> Steps:
    """The steps of the review at `root`; a continuous integration (`CI`) always builds clean."""
    integration = os.environ.get("CI", "") not in ("", "0", "false")
    return Steps(root / FOLDER, clean or integration, explain or _silent)


def forget_steps(root: Path) -> None:
    """Take away what every step made."""
    shutil.rmtree(root / FOLDER, ignore_errors=True)
