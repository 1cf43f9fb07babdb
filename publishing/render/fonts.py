"""The bundled fonts: one that is missing is an error, never silently another face."""

from __future__ import annotations

from pathlib import Path

from schemas.problems import Problem, ReviewError

FACES = (
    *(f"Review{family}-{face}" for family in ("Serif", "Sans")
      for face in ("Regular", "Italic", "Semibold")),
    "ReviewMono-Regular",
)  # fmt: skip
KINDS = {  # folder below the extension: ending and first bytes of its fonts
    "fonts": (".otf", b"OTTO"),
    "css/fonts": (".woff2", b"wOF2"),
}


def check_fonts(extension: Path) -> None:
    """Raise ReviewError with every font of the PDF, figures and pages that cannot be read."""
    problems = [
        Problem((place / f"{face}{ending}").relative_to(extension.parents[1]).as_posix(),
                what=f"the font {wrong}", action="restore it from the repository")
        for place, ending, start in ((extension / name, *kind) for name, kind in KINDS.items())
        for face in FACES
        if (wrong := _what_is_wrong(place / f"{face}{ending}", start))
    ]  # fmt: skip
    if problems:
        raise ReviewError(problems)


def _what_is_wrong(path: Path, start: bytes) -> str:
    try:
        return "" if path.read_bytes().startswith(start) else "is damaged"
    except OSError:
        return "is missing"
