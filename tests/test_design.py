"""The visual system: contrast, colours told apart, bundled fonts, figures and tokens that agree."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager

from publishing.printing import palette
from publishing.printing.figure import style as style_of_figures

EXTENSION = Path(__file__).parents[1] / "_extensions" / "review"
STYLES = sorted((EXTENSION / "css").glob("*.css"))
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)",
        (EXTENSION / "css" / "review.css").read_text(encoding="utf-8"),
    )
}
THEMES = ("light", "dark")
TEXT = [
    ("ink", "paper"), ("quiet", "paper"), ("accent", "paper"), ("amber", "paper"),
    ("red", "paper"), ("green", "paper"), ("ink", "tint"), ("quiet", "tint"), ("accent", "tint"),
    ("amber", "tint"), ("red", "tint"), ("green", "tint"), ("amber", "amber-soft"),
    ("ink", "accent-soft"), ("accent", "accent-soft"), ("on-accent", "accent"),
]  # fmt: skip
SHAPES = [("edge", "paper"), ("data-1", "paper"), ("data-2", "paper"), ("data-1", "data-rest")]
MATRICES = {  # Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}  # fmt: skip
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    bright, dark = sorted((float(XYZ[1] @ linear(colour)) for colour in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    ratios = XYZ @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(ratios > 0.008856, np.cbrt(ratios), 7.787 * ratios + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def token(name: str, theme: str) -> str:
    return TOKENS[name][THEMES.index(theme)]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_has_contrast_of_aa(front: str, back: str, theme: str) -> None:
    ratio = contrast(token(front, theme), token(back, theme))
    assert ratio >= 4.5, f"--{front} on --{back}, {theme}: {ratio:.2f}"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "back"), SHAPES)
def test_controls_and_data_have_contrast_of_aa(front: str, back: str, theme: str) -> None:
    ratio = contrast(token(front, theme), token(back, theme))
    assert ratio >= 3, f"--{front} on --{back}, {theme}: {ratio:.2f}"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", sorted(MATRICES))
def test_series_are_told_apart_without_red_or_green(sight: str, theme: str) -> None:
    matrix = np.array(MATRICES[sight])
    seen = {name: lab(matrix @ linear(token(name, theme)))
            for name in ("data-1", "data-2", "data-3", "data-rest")}  # fmt: skip
    for one, other in combinations(seen, 2):
        distance = float(np.linalg.norm(seen[one] - seen[other]))
        assert distance >= 15, f"--{one} and --{other}, {sight}, {theme}: {distance:.1f}"


def test_figures_use_the_colours_of_the_tokens() -> None:
    for light, name in (
        (palette.INK, "ink"), (palette.QUIET, "quiet"), (palette.FILL, "data-1"),
        (palette.MIDDLE, "data-3"), (palette.SOFT, "line"), (palette.FAINT, "data-rest"),
        (palette.PAPER, "paper"),
    ):  # fmt: skip
        assert TOKENS[name] == (light, palette.TWINS[light])


def test_pdf_uses_the_colours_of_the_tokens() -> None:
    template = (EXTENSION / "typst-template.typ").read_text(encoding="utf-8")
    found = dict(re.findall(r'#let review-(\w+) = rgb\("(#[0-9a-f]{6})"\)', template))
    assert set(found) >= {"ink", "accent", "quiet", "line", "tint", "amber"}
    assert found == {name: token(name, "light") for name in found}


def test_every_colour_of_a_figure_has_a_twin(finished: Path) -> None:
    known = {*palette.TWINS, *palette.TWINS.values()}
    for figure in sorted((finished / "_site").rglob("figures/*.svg")):
        used = set(re.findall(r"#[0-9a-f]{6}\b", figure.read_text(encoding="utf-8")))
        assert used <= known, f"{figure.name}: {sorted(used - known)}"


def test_styles_name_colours_only_as_tokens() -> None:
    for style in STYLES:
        text = re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.S)
        rest = re.sub(r"--[\w-]+: light-dark\([^)]*\)", "", text)
        colours = re.findall(r":[^;{}]*(#[0-9a-fA-F]{3,8}\b|\brgba?\((?!0 0 0 /)|\bhsl)", rest)
        assert not colours, f"{style.name}: {colours}"


def test_styles_use_tokens_that_exist() -> None:
    text = "".join(style.read_text(encoding="utf-8") for style in STYLES)
    named = set(re.findall(r"(--[\w-]+):", text))
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= named


def test_fonts_are_small_free_and_renamed() -> None:
    print_faces = sorted((EXTENSION / "fonts").glob("*.otf"))
    web_faces = sorted((EXTENSION / "css" / "fonts").glob("*.woff2"))
    assert [face.stem for face in print_faces] == [face.stem for face in web_faces]
    assert sum(face.stat().st_size for face in print_faces) < 1_000_000
    assert sum(face.stat().st_size for face in web_faces) < 250_000
    for folder in (EXTENSION / "fonts", EXTENSION / "css" / "fonts"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / "OFL.txt").read_text("utf-8")
    for face in print_faces:
        assert not str(TTFont(face)["name"].getDebugName(4)).startswith("Source")


def test_fonts_hold_the_signs_of_the_evidence(root: Path) -> None:
    held = set().union(
        *(TTFont(face).getBestCmap() for face in (EXTENSION / "fonts").glob("*.otf"))
    )
    files = [*(root / "evidence").glob("*.csv"), *(root / "evidence").glob("*.bib"),
             *root.glob("*.qmd"), *(root / "report").rglob("*.qmd")]  # fmt: skip
    signs = {sign for file in files for sign in file.read_text(encoding="utf-8")}
    missing = sorted(sign for sign in signs - {"\n", "\ufeff"} if ord(sign) not in held)
    assert not missing


def test_the_style_of_figures_has_the_colours_of_the_palette() -> None:
    colours = {value for key, value in style_of_figures().items() if key.endswith("color")}
    assert colours == {palette.INK, palette.PAPER}


def test_figures_are_drawn_in_the_bundled_face() -> None:
    for weight in ("normal", "semibold"):
        place = font_manager.findfont(
            font_manager.FontProperties(family=style_of_figures()["font.family"], weight=weight),
            fallback_to_default=False,
        )
        assert Path(place).parent == EXTENSION / "fonts"
