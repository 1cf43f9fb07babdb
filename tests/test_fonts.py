"""Names in every script the field prints: set with the bundled fonts, a lent one, or named."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.ttCollection import TTCollection
from matplotlib.figure import Figure as Drawing
from pypdf import PdfReader

from analysis.board import COLUMNS, load_board
from analysis.ledger import graded
from publishing.documents.constructs import check_constructs
from publishing.manuscript.qmd import read_document
from publishing.printing.fallback_subsets import write_fallback_fonts
from publishing.printing.figure import Figure, save
from publishing.render.paper import render_pdf
from schemas.fallback_fonts import FOLDERS, find_fallbacks, font_folders
from schemas.fonts import FONTS, bundled, missing
from schemas.problems import ReviewError
from schemas.review import read_review
from tests.project_copy import ProjectCopy
from tests.sample_review import context_of

NAMES = {
    "Polish": "Wałęsa Żółć", "Czech": "Dvořák Ěščřžýáíéůť", "Turkish": "Şahin Gökçe İğdır ı",
    "Romanian": "Ștefan Țepeș", "Icelandic": "Þórður Æðarson", "Vietnamese": "Nguyễn Thị Hạnh Ơ Ư",
    "Yoruba": "Ọlá Ẹ̀kọ́ Ṣadé", "Azerbaijani": "Əliyev", "Greek": "Παπαδόπουλος Ήβη ΐΰ",
    "Cyrillic": "Ёлкина Љубиша Ґалаґан Ўзбек", "marks": "x\u0302 q\u0307 a\u0331",
    "punctuation": "‘’ ‚ “” „ ‹› «» – — ― … ‐ ‑ ′ ″ • § ¶ † ‡ ° ™ ® © № ¿ ¡",
    "superscripts": "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ ₀₁₂₃₄₅₆₇₈₉", "arrows": "← ↑ → ↓",
    "mathematics": "≥ ≤ ± × − ≈ ÷ ≠ ∞ µ Ω ∑ √",
}  # fmt: skip
CHINESE, JAPANESE = "李明", "田"


def make_font(path: Path, signs: str, rights: int = 0, kind: str = "Test Lender") -> Path:
    """A font in which each of these signs is a square."""
    pen = TTGlyphPen(None)
    for number, point in enumerate([(50, 0), (50, 800), (850, 800), (850, 0)]):
        (pen.lineTo if number else pen.moveTo)(point)
    pen.closePath()
    names = [".notdef", *(f"u{ord(sign):04X}" for sign in signs)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(sign): f"u{ord(sign):04X}" for sign in signs})
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (900, 50)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": kind, "styleName": "Regular",
                            "psName": kind.replace(" ", "")})  # fmt: skip
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, fsType=rights)
    builder.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    builder.save(path)
    return path


@pytest.fixture
def fallback_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a font for Chinese, where fonts are looked for."""
    folder = tmp_path / "machine"
    make_font(folder / "Lender.ttf", CHINESE + "a≥")
    monkeypatch.setenv(FOLDERS, str(folder))
    return folder


def set_text(work: Path, text: str) -> bytes:
    """A PDF with this text, by the road every PDF of the review takes."""
    work.mkdir()
    source = f'#set document(title: "T")\n#set text(font: "Review Serif")\n{text}\n'
    return render_pdf(source, work, work / "none", (), context_of(work), FONTS)


def fonts_of(pdf: bytes) -> set[str]:
    """Names of the fonts of the first page; each must be embedded."""
    found = set()
    for font in PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values():  # type: ignore[index]
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"])
        found.add(str(inner["/BaseFont"]).partition("+")[2])
    return found


@pytest.mark.parametrize("script", NAMES)
def test_names_and_signs_of_the_field_are_set_with_bundled_fonts(
    script: str, tmp_path: Path
) -> None:
    text = NAMES[script]
    assert not set(text) - bundled()
    pdf = set_text(tmp_path / "work", text)
    assert all(name.startswith("Review") for name in fonts_of(pdf))


@pytest.mark.parametrize("font", ['("Review Serif", "Review Sans")', '"Review Sans"'])
def test_the_signs_of_certainty_are_of_one_face(font: str, tmp_path: Path) -> None:
    signs = graded("moderate").split()[0]
    pdf = set_text(tmp_path / "work", f"#set text(font: {font})\n{signs}")
    assert fonts_of(pdf) == {"ReviewSans-Regular"}


def test_each_text_face_sets_names_without_help() -> None:
    letters = set(
        "".join(NAMES[script] for script in ("Polish", "Vietnamese", "Greek", "Cyrillic"))
    )
    for face in FONTS.glob("Review*.otf"):
        assert letters <= set(map(chr, TTFont(face).getBestCmap())), face.name


def break_cells(copy: ProjectCopy) -> str:
    """Chinese in a note and in the author of a reference; the label of the note's row."""
    path = copy.path("references.bib")
    text = path.read_text(encoding="utf-8")
    at = text.index("author")
    start = text.index("{", at) + 1
    path.write_text(text[:start] + f"{CHINESE} and " + text[start:], encoding="utf-8")
    return copy.change("products", copy.find("products"), note=f"made by {CHINESE}")


def test_a_sign_that_no_font_has_is_named_with_its_place_and_what_to_do(copy: ProjectCopy) -> None:
    row = break_cells(copy)
    found = [str(item) for item in copy.problems() if item.rule == "signs_can_be_set"]
    assert len(found) == 2
    for said, place in zip(
        sorted(found), ("products.csv row " + row, "references.bib row "), strict=True
    ):
        assert place in said
        assert (
            "the fonts of the PDF lack 李 (U+674E, CJK UNIFIED IDEOGRAPH-674E), 明 (U+660E" in said
        )
        assert "expected signs that the bundled fonts have, or a font on this machine" in said
        assert "install a font that has it, such as Noto Sans CJK" in said
    assert "column author" in found[0] + found[1]


def test_a_sign_that_a_font_lends_is_no_problem(copy: ProjectCopy, fallback_font: Path) -> None:
    break_cells(copy)
    assert not copy.problems()
    copy.change("arms", copy.find("arms"), note=JAPANESE)
    assert [item.column for item in copy.problems()] == ["note"]


@pytest.mark.parametrize("sign", ["\ue000", "😀"])
def test_a_sign_that_is_no_letter_is_to_be_written_in_words(copy: ProjectCopy, sign: str) -> None:
    copy.change("products", copy.find("products"), note=f"seen {sign}")
    (problem,) = copy.problems()
    assert f"U+{ord(sign):04X}" in problem.what
    assert problem.action == "write it in words, or remove it"


def test_a_lent_font_is_embedded_and_sets_only_what_the_others_lack(
    tmp_path: Path, fallback_font: Path
) -> None:
    names = fonts_of(set_text(tmp_path / "work", f"a ≥ {CHINESE}"))
    assert names == {"ReviewSerif-Regular", "TestLender"}
    (lent,) = write_fallback_fonts(f"a ≥ {CHINESE}", tmp_path / "lent")
    assert set(map(chr, TTFont(lent).getBestCmap())) == set(CHINESE)


def test_a_font_of_the_machine_changes_no_byte_where_no_sign_needs_it(
    tmp_path: Path, fallback_font: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_font = set_text(tmp_path / "with", "a ≥ ⅕ Hạnh")
    monkeypatch.setenv(FOLDERS, "")
    assert set_text(tmp_path / "without", "a ≥ ⅕ Hạnh") == with_font


def test_a_pdf_that_needs_a_font_nobody_has_says_which_sign(tmp_path: Path) -> None:
    with pytest.raises(ReviewError, match=r"lack 李 \(U\+674E.*install a font"):
        set_text(tmp_path / "work", "李")


def test_fonts_that_may_not_be_embedded_or_read_lend_nothing(tmp_path: Path) -> None:
    make_font(tmp_path / "A.ttf", CHINESE, rights=0x0002)
    make_font(tmp_path / "B.ttf", CHINESE, rights=0x0100)
    (tmp_path / "C.ttf").write_bytes(b"no font")
    (tmp_path / "D.ttc").write_bytes(b"ttcf")
    assert not find_fallbacks(frozenset(CHINESE), [tmp_path, tmp_path / "nowhere"])


def test_better_fonts_lend_first_and_collections_too(tmp_path: Path) -> None:
    plain = make_font(tmp_path / "a.ttf", CHINESE + JAPANESE)
    collection = TTCollection()
    for signs in ("x", CHINESE):
        collection.fonts.append(TTFont(make_font(tmp_path / "parts" / f"{signs}.bin", signs)))
    collection.save(tmp_path / "NotoSansCJK-Regular.ttc")
    found = find_fallbacks(frozenset(CHINESE + JAPANESE), [tmp_path])
    assert [(item.path.name, item.face, item.signs) for item in found] == [
        ("NotoSansCJK-Regular.ttc", 1, frozenset(CHINESE)),
        (plain.name, 0, frozenset(JAPANESE)),
    ]


def test_a_variable_font_lends_its_regular_weight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    font = TTFont(make_font(tmp_path / "machine" / "V.ttf", "李"))
    builder = FontBuilder(font=font)
    builder.setupFvar([("wght", 100, 100, 900, "Weight")], [])
    builder.setupGvar({})
    builder.save(tmp_path / "machine" / "V.ttf")
    monkeypatch.setenv(FOLDERS, str(tmp_path / "machine"))
    assert fonts_of(set_text(tmp_path / "work", "李")) == {"TestLender"}
    (lent,) = write_fallback_fonts("李", tmp_path / "lent")
    assert "fvar" not in TTFont(lent)


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_the_fonts_of_each_system_are_looked_for(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.delenv(FOLDERS)
    monkeypatch.setattr("sys.platform", system)
    assert len(font_folders()) >= 2


def test_of_the_system_only_fonts_known_for_these_scripts_lend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(FOLDERS)
    monkeypatch.setattr("schemas.fallback_fonts.font_folders", lambda: (tmp_path,))
    make_font(tmp_path / "Fancy.ttf", CHINESE)
    assert not find_fallbacks(frozenset(CHINESE))
    make_font(tmp_path / "deep" / "DroidSansFallbackFull.ttf", CHINESE)
    assert [item.path.stem for item in find_fallbacks(frozenset(CHINESE))] == [
        "DroidSansFallbackFull"
    ]


def test_figures_set_lent_signs(tmp_path: Path, fallback_font: Path) -> None:
    for name in ("first", "second"):
        drawing = Drawing()
        drawing.text(0.5, 0.5, f"by {CHINESE}")
        save(tmp_path, Figure(name, "Words.", ""), drawing, "values", "")
    first, second = (
        (tmp_path / "figures" / f"{name}.svg").read_text() for name in ("first", "second")
    )
    assert CHINESE in first
    assert "Test Lender" in first
    assert first.replace('"first', '"second').replace("first-", "second-") == second


def test_documents_definition_and_board_name_the_place(copy: ProjectCopy) -> None:
    document = copy.root / "page.qmd"
    document.write_text("# A page {#sec-a}\n\nBy 李.\n", encoding="utf-8")
    read = read_document(copy.root, "page.qmd")
    check_constructs(read)
    assert [(item.row, "lack 李" in item.what) for item in read.problems] == [("3", True)]
    copy.replace("review.yml", 'title: "', 'title: "李 ')
    assert [
        (item.column, "the fonts of the PDF lack 李" in item.what)
        for item in read_review(copy.root)[1]
    ] == [("title", True)]
    board = copy.root / "governance" / "board.csv"
    board.parent.mkdir()
    cells = {"member_id": "li", "name": "李"}
    row = ",".join(cells.get(name, "") for name in COLUMNS)
    board.write_text(f"{','.join(COLUMNS)}\n{row}\n", encoding="utf-8")
    with pytest.raises(
        ReviewError, match=r"row 2 \(li\) column name: the fonts of the PDF lack 李"
    ):
        load_board(copy.root)


def test_signs_that_typst_brings_need_no_help() -> None:
    assert not missing("⅕ א")
    assert missing("李⅕") == {"李"}
