"""Where the project is."""

from __future__ import annotations

from pathlib import Path

from schemas.problems import ReviewError


def find_root(start: Path | None = None) -> Path:
    """The folder of the project: the nearest one above that holds `_quarto.yml`."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "_quarto.yml").exists():
            return folder
    raise ReviewError(f"no _quarto.yml in {here} or above; run this from the project's folder")
