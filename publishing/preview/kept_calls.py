"""Lets documents show, in the kernel of a preview, the tables and figures that were kept.

They are those of the last build, and those that this or another preview drew since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from analysis.kept import Keeping, hash_files, steps_of
from analysis.reads import noted
from analysis.review_data import load_review_data
from publishing.documents import calls
from publishing.documents.reads import SETTINGS, part_of
from publishing.lifecycle.checked import keeping_of
from publishing.render.execute_here import outputs_of
from publishing.render.kept_displays import pack, step_of, unpack
from schemas.root import find_root


@dataclass(frozen=True)
class Again:
    """A table or figure as it was shown before."""

    forms: Mapping[str, str]

    def _repr_html_(self) -> str | None:
        return self.forms.get("text/html")

    def _repr_markdown_(self) -> str | None:
        return self.forms.get("text/markdown")


def take_up() -> None:
    """Show from now on what was kept, and keep what is drawn."""
    calls.showing = _shown


@cache
def _keeping(root: Path) -> tuple[Keeping, str]:
    """Where displays are kept, and the state of the settings before any of them was read."""
    state = _state_of_settings(root)
    return keeping_of(load_review_data(root), steps_of(root)), state


def _state_of_settings(root: Path) -> str:
    return hash_files(root, (path for one in SETTINGS for path in sorted(root.glob(one))))


def _shown(display: str, draw: Callable[[], Any]) -> Any:
    root, step = find_root(), step_of(display)
    keeping, state = _keeping(root)
    with noted() as names:
        record = keeping.kept(step, {})
    if record is not None and all(map(_is_sure, names)):
        return Again(unpack(root, record)[0]["data"])
    with noted() as names:
        value = draw()
        outputs = outputs_of(value)
    if names and all(map(_is_sure, names)) and _state_of_settings(root) == state:
        keeping.keep(step, {}, names, pack(root, outputs, names))
    return value


def _is_sure(name: str) -> bool:
    """Whether it stands for the same until the preview forgets what it read.

    Documents are saved meanwhile, and hashes of the build are printed as they are at once.
    """
    return part_of(name) is not None or name == "settings" or name.startswith("display:")
