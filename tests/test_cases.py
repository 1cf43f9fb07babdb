"""Tables as people have them: typing errors, spreadsheet programs, files of another country."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from math import log
from pathlib import Path
from typing import Any

import pytest
import yaml
from scipy.stats import norm

from analysis.selection import select_rows
from analysis.statistics import compute_time_to_event
from analysis.syntheses import Cohort, compute_synthesis, effects_of
from publishing.lifecycle.what_if import place
from schemas.cells import for_csv
from schemas.problems import Problem, ReviewError
from schemas.reading_evidence import collect_problems, load_evidence
from tests.project_copy import TABLES, Cells, ProjectCopy

CASES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "fixtures" / "cases.yml").read_text(encoding="utf-8")
)
FILE = "evidence/outcomes.csv"


def named(copy: ProjectCopy, table: str, name: str) -> Cells:
    return copy.find(table, lambda row: row[TABLES[table].key[-1]] == name)


def written(cell: Any) -> str:
    return str(cell["letter"]) * int(cell["times"]) if isinstance(cell, dict) else str(cell)


def play(copy: ProjectCopy, case: dict[str, Any]) -> list[Problem]:
    """Change and add what the case says; the problems of the copy."""
    for table, rows in case.get("edit", {}).items():
        for name, cells in rows.items():
            changed = {column: written(cell) for column, cell in cells.items()}
            copy.change(table, named(copy, table, name), **changed)
    for table, rows in case.get("add", {}).items():
        for cells in rows:
            other = {column: cell for column, cell in cells.items() if column != "like"}
            copy.add(table, named(copy, table, cells["like"]), **other)
    return copy.problems()


@pytest.mark.parametrize("name", CASES)
def test_what_people_do_to_a_cell(copy: ProjectCopy, name: str) -> None:
    case = CASES[name]
    problems = play(copy, case)
    if "says" not in case:
        assert problems == []
        return
    file = TABLES[case["file"]].file
    found = [str(one) for one in problems if one.file == file and one.rule == case.get("rule", "")]
    assert any(all(words in text for words in case["says"]) for text in found), problems


def pooled_ratio(copy: ProjectCopy, name: str) -> Cohort:
    """The cohort of the synthesis of hazard ratios after a case was played."""
    assert play(copy, CASES[name]) == []
    evidence = load_evidence(copy.root)
    definition = next(one for one in evidence.review.syntheses if one.id == "pfs-hr.randomised")
    cohorts = compute_synthesis(evidence, definition).overall.cohorts
    return next(one for one in cohorts if one.row == "time_to_event:karmma-3.pfs.hr.30m")


def test_a_ninety_percent_interval_is_weighed_and_printed_as_one(copy: ProjectCopy) -> None:
    wide = pooled_ratio(copy, "ninety-percent-interval")
    evidence = load_evidence(copy.root)
    definition = next(one for one in evidence.review.syntheses if one.id == "pfs-hr.randomised")
    conventions = evidence.review.conventions_of(definition)
    first, second = effects_of((wide, replace(wide, level=0.95)), "ratio", conventions).vi
    assert first / second == pytest.approx((norm.ppf(0.975) / norm.ppf(0.95)) ** 2)
    shown = compute_time_to_event(evidence, select_rows(evidence, wide.row))
    assert shown.level == pytest.approx(0.90)


def test_an_exact_p_value_stands_in_for_an_interval(copy: ProjectCopy) -> None:
    found = pooled_ratio(copy, "exact-p-value-without-an-interval")
    error = log(found.upper / found.lower) / (2 * norm.ppf(0.975))
    assert found.value == pytest.approx(0.72)
    assert 2 * norm.sf(abs(log(0.72)) / error) == pytest.approx(0.04)


# files -----------------------------------------------------------------------------------------


def saved(copy: ProjectCopy, change: Callable[[str], str], encoding: str = "utf-8") -> list[str]:
    """The table of outcomes saved in another way; what is said of it."""
    path = copy.path("outcomes")
    path.write_bytes(change(path.read_text(encoding="utf-8")).encode(encoding))
    return [str(problem) for problem in copy.problems()]


def separated(text: str, delimiter: str, commas: bool) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    if commas:
        rows = [[re.sub(r"^(\d+)\.(\d+)$", r"\1,\2", cell) for cell in row] for row in rows]
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def plain(text: str) -> str:
    """The table in letters that Windows-1252 has, one of them beyond ASCII."""
    ascii_only = text.encode("ascii", errors="ignore").decode()
    return ascii_only.replace("confirmed", "confirmé")


HEADER = (Path(__file__).parents[1] / FILE).read_text(encoding="utf-8").split("\n")[0]
BLANK = "," * HEADER.count(",") + "\n"
HARMLESS: dict[str, tuple[Callable[[str], str], str]] = {
    "blank rows at the end": (lambda text: text + BLANK * 40, "utf-8"),
    "a blank row within": (lambda text: text.replace("\n", "\n" + BLANK, 1), "utf-8"),
    "a comma at the end of each row but the header": (
        lambda text: one_more_comma(text, header=False), "utf-8"),
    "a comma at the end of each row": (lambda text: one_more_comma(text, header=True), "utf-8"),
    "the line sep=,": (lambda text: "sep=,\n" + text, "utf-8"),
    "sep=; and semicolons": (lambda text: "sep=;\n" + separated(text, ";", commas=False), "utf-8"),
    "semicolons and decimal commas": (lambda text: separated(text, ";", commas=True), "utf-8-sig"),
    "tabs in UTF-16": (lambda text: separated(text, "\t", commas=False), "utf-16"),
    "Windows-1252": (plain, "cp1252"),
    "Windows line ends": (lambda text: text.replace("\n", "\r\n"), "utf-8-sig"),
}  # fmt: skip


def one_more_comma(text: str, *, header: bool) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    stream = io.StringIO()
    first = [*rows[0], ""] if header else rows[0]
    csv.writer(stream, lineterminator="\n").writerows([first, *([*row, ""] for row in rows[1:])])
    return stream.getvalue()


@pytest.mark.parametrize("habit", HARMLESS)
def test_a_habit_that_changes_no_value_is_read(copy: ProjectCopy, habit: str) -> None:
    before = read_values(copy)
    assert saved(copy, *HARMLESS[habit]) == []
    assert read_values(copy) == before


def read_values(copy: ProjectCopy) -> list[Any]:
    evidence = collect_problems(copy.root)[0]
    assert evidence is not None
    columns = ["row_id", "events", "n", "percent", "ci_low", "ci_high", "follow_up_months"]
    return evidence.outcomes[columns].astype(str).to_numpy().tolist()


def through_a_spreadsheet(text: str) -> str:
    """What is left when a program takes every cell that looks like a number for one."""

    def number(cell: str) -> str:
        if re.fullmatch(r"\d+\.\d+|\d+e\d+", cell):
            return f"{float(cell):.12g}" if float(cell) < 1e5 else f"{float(cell):.0f}"
        return cell

    rows = [[number(cell) for cell in row] for row in csv.reader(io.StringIO(text))]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def test_a_table_opened_and_saved_in_a_spreadsheet_is_named_once(copy: ProjectCopy) -> None:
    said = saved(copy, through_a_spreadsheet)
    (text,) = [one for one in said if "spreadsheet program" in one]
    assert text.startswith(
        f"{FILE}: a spreadsheet program (Excel, LibreOffice, Numbers) has changed"
    )
    assert "figures with decimals ends in 0 any more (68.0 became 68)" in text
    assert "amounts are written out, such as 150000000 in row" in text
    assert f"git restore {FILE}" in text
    assert "all columns as text" in text


def test_what_windows_1252_lost_is_named(copy: ProjectCopy) -> None:
    copy.change("outcomes", named(copy, "outcomes", "karmma.orr"), note="Range ?3 to 5; é.")
    path = copy.path("outcomes")
    text = path.read_text(encoding="utf-8").encode("cp1252", errors="ignore")
    path.write_bytes(text)
    said = "\n".join(map(str, copy.problems()))
    assert "which has put ? for signs it lacks: line" in said
    assert "'?3'" in said


def test_two_character_sets_in_one_file_are_named(copy: ProjectCopy) -> None:
    path = copy.path("outcomes")
    first, second, rest = path.read_bytes().split(b"\n", 2)
    path.write_bytes(b"\n".join([first, second + "é".encode("cp1252"), "–".encode(), rest]))
    assert "is neither UTF-8 nor Windows-1252 like the others" in str(copy.problems())


def test_a_comma_too_much_in_most_rows_is_one_problem(copy: ProjectCopy) -> None:
    said = saved(copy, lambda text: text.replace("\n", ",x\n").replace(",x\n", "\n", 1))
    (text,) = [one for one in said if one.startswith(FILE)]
    assert "rows have another number of cells than the header; the first is row 2 (" in text
    assert not [one for one in said if "discrepancies" in one]


def test_a_cell_as_long_as_a_book_says_so(copy: ProjectCopy) -> None:
    said = saved(copy, lambda text: text + '"' + "a" * 400_000 + '"\n')
    assert "a cell of this row is longer than 32,767 letters" in "\n".join(said)


def test_a_file_that_nothing_reads_is_named(copy: ProjectCopy) -> None:
    copy.path("export.ris").write_text("TY  - JOUR\n")
    copy.path("outcomes.xlsx").write_bytes(b"PK")
    copy.path(".~lock.outcomes.csv#").write_text("open elsewhere")
    said = "\n".join(map(str, copy.problems()))
    assert "evidence/export.ris: nothing reads this file" in said
    assert "evidence/outcomes.xlsx: nothing reads this file" in said
    assert "save it as evidence/outcomes.csv" in said
    assert "lock" not in said


# rehearsal ---------------------------------------------------------------------------------------


def update(copy: ProjectCopy, folder: Path) -> str:
    """A table of one row: a row of the evidence with another follow-up."""
    row = named(copy, "outcomes", "karmma.orr") | {"follow_up_months": "13.4"}
    stream = io.StringIO()
    writer = csv.DictWriter(stream, TABLES["outcomes"].columns, lineterminator="\n")
    writer.writeheader()
    writer.writerow(row)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("delimiter", "commas", "encoding"),
    [(",", False, "utf-16"), (";", True, "utf-8"), (",", False, "cp1252")],
)
def test_a_rehearsal_reads_what_validate_reads(
    copy: ProjectCopy, tmp_path: Path, delimiter: str, commas: bool, encoding: str
) -> None:
    text = separated(update(copy, tmp_path), delimiter, commas)
    path = tmp_path / "outcomes.csv"
    path.write_bytes(text.encode(encoding, errors="ignore"))
    place(copy.root, path, whole=False)
    assert named(copy, "outcomes", "karmma.orr")["follow_up_months"] == "13.4"


def test_a_rehearsal_loses_no_cell(copy: ProjectCopy, tmp_path: Path) -> None:
    path = tmp_path / "outcomes.csv"
    path.write_text(update(copy, tmp_path).rstrip("\n") + ",and more text\n", encoding="utf-8")
    with pytest.raises(ReviewError, match=r"row 2 \(karmma.orr\): the row has \d+ cells"):
        place(copy.root, path, whole=False)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+cmd|x", "'+cmd|x"),
        ("@SUM(ä)", "'@SUM(ä)"),
        ("\ttab", "'\ttab"),
        ("-4.2", "-4.2"),
        ("- none", "'- none"),
        ("97 of 128", "97 of 128"),
    ],
)
def test_no_cell_of_a_written_file_is_a_formula(text: str, written: str) -> None:
    assert for_csv(text) == written


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{above}'] * 9)}]\n"
    for above, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_a_file_of_aliases_that_would_fill_the_memory_is_refused(copy: ProjectCopy) -> None:
    copy.path("review.yml").write_text(BOMB, encoding="utf-8")
    (problem,) = [one for one in copy.problems() if one.file == "evidence/review.yml"]
    assert "its aliases (*name) stand for more than 200,000 values" in problem.what


def test_a_sign_that_turns_reading_is_named_in_yaml_and_references(copy: ProjectCopy) -> None:
    copy.replace("review.yml", "title: ", 'title: "\\u202E73 fo every 100" #')
    copy.replace("references.bib", "title = {", "title = {\u202e")
    said = [str(problem) for problem in copy.problems() if "direction of reading" in problem.what]
    assert any(
        text.startswith("evidence/review.yml line 3 title: 'U+202E 73 fo") for text in said
    ), said
    assert any(text.startswith("evidence/references.bib row ") for text in said), said
