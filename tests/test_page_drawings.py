"""Drawings as pages hold them: words as text, no styles, downloads and the data as a table."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree, html

from analysis.review_data import ReviewData, load_review_data
from publishing.documents.catalogue import load_displays
from publishing.figures.time_course import GAP, spread
from publishing.printing import palette
from publishing.printing.figure import in_style
from publishing.printing.page_drawing import is_drawing
from publishing.render.finished_page import read_page
from publishing.render.kept_displays import pack, unpack
from publishing.site.figures import files_of, fonts_script, set_figures

EXTENSION = Path(__file__).parents[1] / "_extensions" / "review"
NAME = "salvage-response"
BODY = (
    f'<p>Before.</p><figure id="fig-{NAME}" class="float float-fig"><p>'
    f'<img src="../figures/{NAME}.svg" loading="lazy" alt="It"></p><figcaption>Words.'
    '</figcaption></figure><figure id="fig-other"><img src="../figures/other.svg" alt="O"></figure>'
)


@pytest.fixture(scope="module")
def drawn(root: Path, tmp_path_factory: pytest.TempPathFactory) -> ReviewData:
    data = replace(load_review_data(root), root=tmp_path_factory.mktemp("page"))
    load_displays(root).figures[NAME].make(data)
    return data


@pytest.fixture(scope="module")
def page(drawn: ReviewData) -> str:
    return (drawn.root / "figures" / f"{NAME}.svg").read_text(encoding="utf-8")


def test_words_stay_words_in_the_order_of_the_drawing(
    root: Path, drawn: ReviewData, page: str
) -> None:
    drawing, _ = load_displays(root).figures[NAME].draw(drawn)
    with in_style():
        drawing.canvas.draw()
    wanted = {" ".join(text.get_text().split()) for axes in drawing.axes for text in axes.texts}
    found = {" ".join(text.split()) for text in etree.fromstring(page).itertext()}
    assert len(wanted) > 8
    assert wanted <= found


def test_a_drawing_has_no_style_and_only_names_of_its_own(page: str) -> None:
    assert "style" not in page
    names = set(re.findall(r'\bid="([^"]+)"', page))
    used = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', page))
    assert {one or other for one, other in used} == names
    assert all(name.startswith(f"{NAME}-") for name in names)


def test_every_colour_of_a_drawing_follows_the_theme() -> None:
    style = (EXTENSION / "css" / "figures.css").read_text(encoding="utf-8")
    for colour in palette.TWINS:
        for kind in ("fill", "stroke"):
            assert f'[{kind}="{colour}"] {{ {kind}: var(--' in style


def test_a_page_holds_the_drawing_its_files_and_its_rows(drawn: ReviewData) -> None:
    text = set_figures(BODY, "report/safety.html", drawn.root)
    first, other = html.fromstring(f"<div>{text}</div>").findall(".//figure")
    assert first.find(".//img") is None
    assert first.find(".//svg").get("role") == "img"
    assert other.find(".//img") is not None
    links = [link.get("href") for link in first.iter("a")]
    assert links == [f"../figures/{NAME}.svg", f"../figures/{NAME}.csv"]
    with (drawn.root / "figures" / f"{NAME}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shown = first.findall(".//tbody/tr")
    assert [line.get("data-row") for line in shown] == [row["row"] for row in rows]
    for line, row in zip(shown, rows, strict=True):
        assert [cell.text or "" for cell in line][:3] == [
            row["cohort"],
            row["measured"],
            row["result"],
        ]


def test_the_scan_reads_the_alternative_text_and_the_rows_as_rows(drawn: ReviewData) -> None:
    text = set_figures(BODY, "report/safety.html", drawn.root)
    passages = read_page(text, "report/safety.html").passages
    alt = (drawn.root / "figures" / f"{NAME}.svg").read_text(encoding="utf-8")
    said = html.fromstring(alt).get("aria-label")
    assert [one.text for one in passages if one.kind == "alt text"] == [" ".join(said.split()), "O"]
    cells = [piece for one in passages if one.kind == "cell" for piece in one.pieces]
    assert any(piece.role == "row" and piece.reference.startswith("outcomes:") for piece in cells)
    assert all(one.furniture for one in passages if one.kind == "cell")


def test_the_site_gets_the_words_and_the_data(drawn: ReviewData) -> None:
    files = files_of(f"figures/{NAME}.svg", drawn.root)
    assert sorted(files) == [f"figures/{NAME}.csv", f"figures/{NAME}.svg"]
    plain = drawn.root / "figures" / "map.png"
    assert files_of("figures/map.png", drawn.root) == {"figures/map.png": plain}


def test_the_faces_travel_with_a_picture() -> None:
    script = fonts_script(EXTENSION / "css" / "fonts")
    assert script.count("@font-face") == 2
    assert script == fonts_script(EXTENSION / "css" / "fonts")


def test_names_at_the_right_of_courses_keep_apart_and_near() -> None:
    places = spread([80, 79, 78, 41, 3, 1])
    assert all(one - other >= GAP - 1e-9 for one, other in pairwise(places))
    assert min(places) >= 0
    assert places[0] == 80
    assert places[3] == 41


def test_a_kept_document_keeps_every_file_of_a_figure_it_drew(drawn: ReviewData) -> None:
    files = [drawn.root / "figures" / f"{NAME}{end}" for end in (".csv", ".svg")]
    before = [path.read_bytes() for path in files]
    kept = pack(drawn.root, ["words"], [f"display:figures/{NAME}", "claims:x"])
    for path in files:
        path.unlink()
    assert unpack(drawn.root, kept) == ["words"]
    assert [path.read_bytes() for path in files] == before


def test_only_what_is_drawn_here_is_set_into_a_page(drawn: ReviewData) -> None:
    figures = drawn.root / "figures"
    (figures / "own.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    names = (f"{NAME}.svg", f"{NAME}.csv", "own.svg", "none.svg")
    assert [is_drawing(figures / name) for name in names] == [True, False, False, False]
