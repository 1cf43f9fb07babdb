"""Forgets what was read of the evidence, so that a running program reads it again."""

from __future__ import annotations

import sys

PACKAGES = ("schemas", "analysis", "publishing")


def forget() -> None:
    """Empty every cache of a function of this program; what is kept in files is named by hash."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in PACKAGES:
            for value in list(vars(module).values()):
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()
