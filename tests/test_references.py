"""references.bib: entries as written, and each mistake with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.render.bibliography import annotate_bibliography
from schemas.problems import ReviewError
from schemas.references import load_bibliography, parse_bibliography, read_bibliography
from tests.project_copy import ProjectCopy

ENTRY = """@article{smith2020,
  author = {Smith, A and {The Group}},
  title = {A title with {Braces} and a \\{ brace},
  journal = "Journal of {\\"u}mlauts",
  year = 2020,
  pages = {1--9}
}
"""


def only_problem(text: str) -> str:
    (problem,) = parse_bibliography(text)[1]
    return str(problem)


def test_the_bibliography_has_an_entry_for_every_source(root: Path) -> None:
    entries = load_bibliography(root)
    assert all(entry["title"] and entry["entrytype"] for entry in entries.values())


def test_values_lose_their_delimiters_only() -> None:
    entries, problems = parse_bibliography(ENTRY)
    assert problems == []
    assert entries["smith2020"] == {
        "entrytype": "article",
        "author": "Smith, A and {The Group}",
        "title": "A title with {Braces} and a \\{ brace",
        "journal": 'Journal of {\\"u}mlauts',
        "year": "2020",
        "pages": "1--9",
    }


def test_text_and_comments_between_entries_are_left_alone() -> None:
    text = f"% a comment\n{ENTRY}\n% another, with @ in it\n"
    assert parse_bibliography(text) == parse_bibliography(ENTRY)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("journal = ", "journal ", "line 4: a field is not written as field = {value}"),
        ("Group}},", "Group}}", "line 2: a comma is missing after author"),
        ("year = 2020,", "year = 2020", "line 5: a comma is missing after year"),
        ("year = 2020", "year = mmxx", "line 5: a value is neither in braces nor a number"),
        ("year = 2020", "year = {202O}", "line 5: smith2020: the year '202O' cannot be read"),
        ("year = 2020", "date = {June 2026}", "line 5: smith2020: the date 'June 2026' cannot"),
        ("year = 2020", "date = {2026-02-30}", "such as 2026-06 or 2026-06-30"),
        ("{1--9}", "{1--9", "line 1: the entry is not closed"),
        ("{The Group}}", "{The Group}", "line 2: a brace or a quotation mark of author"),
        ("1--9}\n}", "1--9", "line 6: a brace or a quotation mark of pages is not closed"),
        ("@article{smith2020,", "@article{Smith 2020,", "'Smith 2020' has the wrong form"),
        ("@article{smith2020,", "@article smith2020,", "does not start as @type{citekey,"),
        ("@article{smith2020,", "@article{smith2020", "line 1: a comma is missing"),
        ("@article{smith2020,", "@article{,", "line 1: the entry has no citekey; start it as"),
        ("@article", "@foobar", "line 1: @foobar is no type of BibTeX or BibLaTeX; write @misc"),
        ("@article", "@artcile", "did you mean 'article'"),
        ("title =", "titel =", "smith2020 has no title"),
        ("A title", "CD4$^+$ in H$_2$O", "line 3: smith2020: title has an equation, $^+$: it"),
        ("A title", "Costs of $5", "title has an equation, $5 with {Braces}"),
        ("A title", "The \\beta trial", "title has an equation, \\beta: it cannot be printed"),
        ("mlauts", "$\\beta$", "line 4: smith2020: journal has an equation"),
        ("1--9", "\\(1\\)", "such as CD4⁺, H₂O or β"),
        ("pages =", "year =", "line 6: the field year occurs twice"),
        ('mlauts"', "mlauts", "line 4: a brace or a quotation mark of journal is not closed"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(old: str, new: str, says: str) -> None:
    assert old in ENTRY
    assert says in only_problem(ENTRY.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *(("year = 2020", f"date = {{{date}}}") for date in (
            "2026", "2026-06", "2026-06-30", "2020/2021-02", "2020/..", "2020-21", "199X", "2020~",
            "2020-01-02T10:20:00Z",
        )),
        *(("year = 2020", f"year = {{{year}}}") for year in ("in press", "2020a", "about 1984")),
        ("author = {Smith, A and {The Group}},", ""),
        ("Smith, A and {The Group}", "{The Group}"),
        ("@article", "@Online"),
        ("A title", "The price is \\$5, not \\$6"),
        ("pages = {1--9}", "abstract = {At $p < 0.05$}"),
    ],
)  # fmt: skip
def test_what_bibtex_and_biblatex_allow_is_read(old: str, new: str) -> None:
    assert old in ENTRY
    assert parse_bibliography(ENTRY.replace(old, new))[1] == []


def test_a_broken_entry_does_not_hide_the_next() -> None:
    text = ENTRY.replace("year = 2020,", "year = 2020")
    entries, problems = parse_bibliography(text + ENTRY.replace("smith2020", "jones2021"))
    assert "jones2021" in entries
    assert len(problems) == 1


def test_a_citekey_used_twice() -> None:
    assert "line 9: the citekey smith2020 is used twice" in only_problem(f"{ENTRY}\n{ENTRY}")


def test_a_conflict_stops_the_reading(copy: ProjectCopy) -> None:
    path = copy.path("references.bib")
    path.write_text("<<<<<<< HEAD\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    entries, problems = read_bibliography(copy.root)
    assert entries is None
    assert "merge conflict marker" in str(problems[0])
    with pytest.raises(ReviewError, match="merge conflict"):
        load_bibliography(copy.root)


def test_an_entry_without_a_source_is_named(copy: ProjectCopy) -> None:
    with copy.path("references.bib").open("a", encoding="utf-8") as stream:
        stream.write("\n" + ENTRY.replace("smith2020", "nobody2020"))
    (problem,) = copy.problems()
    assert "evidence/references.bib: nobody2020 is not in evidence/sources.csv" in str(problem)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for variant in (text, "@article{a," + text, "@article{a, title = {" + text):
        entries, problems = parse_bibliography(variant)
        assert entries or problems or not variant.startswith("@article")


EXPORTS = {
    "Better BibTeX": "@article{Muster:2020a,\n  title = {{{CAR}} {{T-cell}} therapy},\n"
    "  month = apr,\n  year = 2020,\n  note = {PMID: 123}\n}\n",
    "EndNote": "\ufeff@article{RN12,\r\n   author = {Muster, W.},\r\n   title = {CAR T-Cell},\r\n"
    "   type = {Journal Article}\r\n}\r\n",
    "JabRef": '% Encoding: UTF-8\n@String{nejm = "N Engl J"}\n@Article{Muster2020,\n'
    "  title = {CAR T-Cell},\n  journal = nejm # { Evid},\n  month = {#jan#},\n}\n\n"
    "@Comment{jabref-meta: databaseType:bibtex;}\n",
    "BibDesk": '%% Created for W\n@preamble{"x"}\n@article{muster/2020+b,\n'
    "\tTitle = {CAR T-Cell},\n\tDate-Added = {2020-01-02 10:00:00 +0100}}\n",
    "PubMed": '@article{pmid34175021,\ntitle = {CAR T-Cell},\nmonth = "Jul",\nyear = 2021}\n',
    "parentheses": "@article(Par2020, title = {CAR T-Cell (again)}, month = 1 # jun)\n",
}


@pytest.mark.parametrize("program", EXPORTS)
def test_an_export_is_read_as_the_program_writes_it(program: str) -> None:
    entries, problems = parse_bibliography(EXPORTS[program])
    assert problems == []
    (fields,) = entries.values()
    assert "CAR" in fields["title"]


def test_macros_are_written_out_and_a_pmid_of_the_note_is_found() -> None:
    assert parse_bibliography(EXPORTS["JabRef"])[0]["Muster2020"]["journal"] == "N Engl J Evid"
    fields = parse_bibliography(EXPORTS["Better BibTeX"])[0]["Muster:2020a"]
    assert (fields["month"], fields["pmid"]) == ("apr", "123")


def test_a_title_keeps_its_capitals() -> None:
    printed = annotate_bibliography(parse_bibliography(EXPORTS["EndNote"])[0], {})
    assert "title = {{CAR T-Cell}}," in printed
    assert annotate_bibliography(parse_bibliography(printed)[0], {}) == printed


def test_an_entry_that_cannot_be_read_is_not_said_to_be_missing(copy: ProjectCopy) -> None:
    copy.replace("references.bib", "@article{berdeja2021,", "@article{berdeja2021,\n  month = mm,")
    (problem,) = copy.problems()
    assert "neither in braces nor a number" in str(problem)


def test_a_sign_that_the_pdf_cannot_set_is_named(copy: ProjectCopy) -> None:
    copy.replace("references.bib", "Berdeja, JG and", "Berdeja, JG and 李, 明 and")
    problem = copy.problems()[0]
    assert (problem.row, problem.column) == ("berdeja2021", "author")
    assert "李 (U+674E" in problem.what
