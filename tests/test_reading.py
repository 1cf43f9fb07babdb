"""Files as programs save them: what is wrong is named, and how to save it again."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.cells import explain_number, explain_text
from schemas.decoding import decode_text
from schemas.loading import load_table
from schemas.problems import ReviewError
from schemas.reading import read_text_table
from schemas.reading_evidence import collect_problems
from tests.project_copy import ProjectCopy

FILE = "evidence/outcomes.csv"
HEADER = (Path(__file__).parents[1] / FILE).read_text(encoding="utf-8").split("\n")[0]
WIDTH = len(HEADER.split(","))


def said(copy: ProjectCopy) -> str:
    return "\n".join(str(problem) for problem in copy.problems())


def rewrite(copy: ProjectCopy, old: bytes, new: bytes) -> None:
    path = copy.path("outcomes")
    path.write_bytes(path.read_bytes().replace(old, new))


def edit_line(copy: ProjectCopy, number: int, line: str) -> None:
    """Replace the physical line of that number (the header is 1)."""
    path = copy.path("outcomes")
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[number - 1] = line
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")


def test_windows_1252_as_excel_saves_it(copy: ProjectCopy) -> None:
    copy.change("outcomes", copy.find("outcomes"), note="naïve, ≥3 lines")
    path = copy.path("outcomes")
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252", errors="replace"))
    text = said(copy)
    assert "is saved in Windows-1252 (Excel's plain CSV), which has put ? for signs" in text
    assert "with the character set UTF-8" in text


def test_a_table_saved_by_excel_as_csv_utf_8_is_read_as_it_is(copy: ProjectCopy) -> None:
    rewrite(copy, b"\n", b"\r\n")
    path = copy.path("outcomes")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert copy.problems() == []


def test_utf_16(copy: ProjectCopy) -> None:
    path = copy.path("outcomes")
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    assert copy.problems() == []
    path.write_bytes(path.read_bytes()[:-1])
    assert "UTF-16" in said(copy)


def test_semicolons_in_the_header_alone(copy: ProjectCopy) -> None:
    path = copy.path("overlaps")
    header, rest = path.read_text(encoding="utf-8").split("\n", 1)
    path.write_text(header.replace(",", ";") + "\n" + rest, encoding="utf-8", newline="\n")
    assert "evidence/overlaps.csv: " in said(copy)
    assert "rows have another number of cells than the header; the first is row 2" in said(copy)


def test_a_workbook_renamed_to_csv(copy: ProjectCopy) -> None:
    copy.path("outcomes").write_bytes(b"PK\x03\x04rest of a zip archive")
    assert "is a spreadsheet workbook (xlsx or ods), not a CSV file" in said(copy)


def test_missing_file(copy: ProjectCopy) -> None:
    copy.path("outcomes").unlink()
    assert f"{FILE}: the file is missing; restore it or add it" in said(copy)


def test_empty_file(copy: ProjectCopy) -> None:
    copy.path("outcomes").write_bytes(b"")
    assert f"{FILE}: the file is empty" in said(copy)


def test_an_unread_table_is_not_blamed_on_the_others(copy: ProjectCopy) -> None:
    copy.path("arms").unlink()
    assert [problem.file for problem in copy.problems()] == ["evidence/arms.csv"]


def test_merge_conflict(copy: ProjectCopy) -> None:
    lines = copy.path("outcomes").read_text(encoding="utf-8").split("\n")
    edit_line(copy, 4, f"<<<<<<< HEAD\n{lines[3]}\n=======\n{lines[3]}\n>>>>>>> other")
    assert "line 4 is a merge conflict marker (<<<<<<<)" in said(copy)
    assert "delete the lines with <<<<<<<, ======= and >>>>>>>" in said(copy)
    assert len(copy.problems()) == 1


def test_unclosed_quotation_mark(copy: ProjectCopy) -> None:
    edit_line(copy, 5, '"cartitude')
    assert f"{FILE} row 5: a quotation mark in or after this row" in said(copy)


def test_row_with_too_many_cells(copy: ProjectCopy) -> None:
    edit_line(copy, 3, copy.path("outcomes").read_text(encoding="utf-8").split("\n")[2] + ",,")
    assert f"the row has {WIDTH + 2} cells; expected {WIDTH}, as in the header" in said(copy)
    assert "put quotation marks around a cell that holds a comma" in said(copy)


def test_row_with_too_few_cells(copy: ProjectCopy) -> None:
    row_id = copy.rows("outcomes")[1]["row_id"]
    edit_line(copy, 3, f"{row_id},a,b")
    assert f"{FILE} row 3 ({row_id}): the row has 3 cells; expected {WIDTH}" in said(copy)
    assert "add the missing commas" in said(copy)
    assert len(copy.problems()) == 1, "references to the row are not reported as well"


def test_a_blank_row_counts_as_a_row_of_the_spreadsheet(copy: ProjectCopy) -> None:
    line = copy.path("outcomes").read_text(encoding="utf-8").split("\n")[2]
    edit_line(copy, 3, "," * (WIDTH - 1) + "\n" + line + ",x")
    (problem,) = copy.problems()
    assert problem.row.startswith("4 (")


def test_misspelt_column(copy: ProjectCopy) -> None:
    rewrite(copy, b",events,n,", b",evnts,n,")
    assert f"{FILE} row 1 column evnts: the column name is misspelt; rename it to 'events'" in said(
        copy
    )
    assert len(copy.problems()) == 1


def test_missing_and_unknown_columns(copy: ProjectCopy) -> None:
    rewrite(copy, b",verification,derived,", b",certainty_of_it,derived,")
    text = said(copy)
    assert "column certainty_of_it: the column is unknown; expected one of row_id, study_id" in text
    assert "column verification: the column is missing" in text


def test_column_given_twice(copy: ProjectCopy) -> None:
    rewrite(copy, b",events,n,percent,", b",events,events,percent,")
    text = said(copy)
    assert "column events: the column occurs 2 times; keep one of them" in text
    assert "column n: the column is missing" in text


def test_a_missing_part_of_a_key_is_named_alone(copy: ProjectCopy) -> None:
    path = copy.path("vocabulary")
    path.write_bytes(path.read_bytes().replace(b"kind,term,", b"sort,term,", 1))
    text = said(copy)
    assert "column kind: the column is missing" in text
    assert "already used" not in text


def test_a_term_twice_in_a_kind(copy: ProjectCopy) -> None:
    path = copy.path("vocabulary")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[4], ""]), encoding="utf-8")
    assert said(copy).count("is already used in row 5") == 1


def test_row_id_twice(copy: ProjectCopy) -> None:
    first, second = copy.rows("outcomes")[:2]
    copy.change("outcomes", second, row_id=first["row_id"])
    text = said(copy)
    assert f"row 3 ({first['row_id']}) column row_id: '{first['row_id']}' is already used" in text
    assert "in row 2; expected a name that occurs once" in text


def test_a_bad_cell_does_not_hide_the_others_of_its_column(copy: ProjectCopy) -> None:
    first, second = copy.rows("outcomes")[:2]
    copy.change("outcomes", first, percent="97,9")
    copy.change("outcomes", second, percent="970")
    text = said(copy)
    assert "'97,9' has a decimal comma" in text
    assert "970 is outside its range; expected 100 or less" in text


def test_loading_raises_the_messages_and_no_traceback_of_ours(copy: ProjectCopy) -> None:
    copy.change("outcomes", copy.find("outcomes"), events="many")
    with pytest.raises(ReviewError, match="'many' is not a number") as caught:
        load_table(copy.root, "outcomes")
    assert caught.value.problems[0].column == "events"


def test_line_breaks_inside_a_cell_count_as_one_row(copy: ProjectCopy) -> None:
    first, second = copy.rows("outcomes")[:2]
    copy.change("outcomes", first, note="one\ntwo\nthree")
    copy.change("outcomes", second, percent="200")
    assert f"{FILE} row 3 (" in said(copy)


def test_a_file_that_was_saved_half_is_named_and_nothing_that_follows(copy: ProjectCopy) -> None:
    path = copy.path("outcomes")
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.rindex(",yes,")], encoding="utf-8")
    [problem] = copy.problems()
    assert problem.file == FILE
    assert "the file ends within this row" in problem.what


def test_what_follows_from_a_figure_that_cannot_be_read_is_not_reported(copy: ProjectCopy) -> None:
    members = copy.rows("syntheses")
    pooled = next(row["evidence_row"] for row in members if row["evidence_row"])
    copy.change("outcomes", copy.find("outcomes", row_id=pooled), n="1,123")
    [problem] = copy.problems()
    assert "has a thousands separator" in problem.what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("1,234", "has a thousands separator"),
        ("1'234", "has a thousands separator"),
        ("97,9", "has a decimal comma"),
        ("97.9%", "has a percent sign"),
        ("<1", "has a comparison sign"),
        ("≥ 3", "has a comparison sign"),
        ("94/97", "is a fraction"),
        ("3-18", "is a range"),
        ("33 to 78", "is a range"),
        ("1e-5", "is in scientific notation"),
        ("−4", "has a typographic minus"),
        ("61 (33-78)", "mixes a figure and a remark"),
        ("12 months", "mixes a figure and a remark"),
        ("58 weeks", "is in weeks"),
        ("2 Years", "is in years"),
        ("2.5", "is not a whole number"),
        ("NR", "is not a number"),
        ("n/a", "is not a number"),
        ("many", "is not a number"),
    ],
)
def test_numbers_are_explained(text: str, what: str) -> None:
    assert explain_number(text, whole=True)[0] == what


# properties ------------------------------------------------------------------------------------


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "evidence").mkdir()
    (folder / FILE).write_bytes(data)
    table = read_text_table(folder, FILE)
    assert table.problems or table.readable


@given(st.text(max_size=60))
def test_any_text_is_explained_or_sound(text: str) -> None:
    reason = explain_text(text)
    assert reason is None or all(reason)
    assert all(explain_number(text, whole=False))


@given(st.text(st.characters(exclude_characters="\r\ufeff", exclude_categories=["Cs"])))
def test_utf_8_text_comes_back_as_it_was(text: str) -> None:
    assert decode_text(text.encode(), FILE) == (text, [])


def test_an_empty_project_says_every_file_that_is_missing(tmp_path: Path) -> None:
    evidence, problems = collect_problems(tmp_path)
    assert evidence is None
    assert {problem.what for problem in problems} == {"the file is missing"}
    assert {"evidence/outcomes.csv", "evidence/review.yml", "evidence/references.bib"} <= {
        problem.file for problem in problems
    }
