"""What `validate` finds in a writer's work before the build would, or where it would print it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from publishing.checks.calls import STATES
from publishing.documents import calls
from publishing.lifecycle import unset
from publishing.lifecycle.checked import check_review
from publishing.render import built_in
from publishing.render.executed import Executed
from publishing.site.ask.lexicon import concepts_of
from schemas.problems import ReviewError
from tests.quick_build import quick_build
from tests.small_review import Row, read, rewrite

DOCUMENT = "report/response.qmd"
FIGURE, TABLE = "report/figures/forest.yml", "report/tables/headline.yml"
Change = Callable[[Path], None]


def said(review: Path) -> str:
    """What `validate` and the build say of it before anything is drawn; nothing of a valid one."""
    try:
        check_review(review, draw=True)
    except ReviewError as error:
        return str(error)
    return ""


def add(line: str, file: str = DOCUMENT) -> Change:
    def change(review: Path) -> None:
        path = review / file
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")

    return change


def put(file: str, old: str, new: str) -> Change:
    def change(review: Path) -> None:
        text = (review / file).read_text(encoding="utf-8")
        assert old in text
        (review / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def rows(table: str, change: Callable[[list[Row]], list[Row]]) -> Change:
    return lambda review: rewrite(review / "evidence" / f"{table}.csv", change)


def cell(table: str, key: str, column: str, new: str) -> Change:
    def changed(found: list[Row]) -> list[Row]:
        assert any(key in row.values() for row in found)
        return [row | {column: new} if key in row.values() else row for row in found]

    return rows(table, changed)


def synonym(found: list[Row]) -> list[Row]:
    own = {"kind": "synonym", "term": "how many", "label": "nothing known"}
    return [*found, dict.fromkeys(found[0], "") | own]


def without_a_study(review: Path) -> None:
    for path in (review / "evidence").glob("*.csv"):
        if read(path):
            rewrite(path, lambda found: [
                row for row in found
                if "cartitude-1" not in (row.get("study_id"), row.get("arm_id"))
            ])  # fmt: skip


def retracted(found: list[Row]) -> list[Row]:
    own = {"state": "flagged", "finding": "retracted", "register": "pubmed", "reason": "",
           "checked_on": "2026-11-01", "notice": "PMID 1"}  # fmt: skip
    return [row | (own if row["citekey"] == "martin2023" else {}) for row in found]


def pooled_anew(review: Path) -> None:
    put("evidence/review.yml", "- id: orr.primary", """- id: orr.again
  title: Overall response once more
  measure: proportion
  outcome: overall_response
  role: primary
- id: orr.primary""")(review)  # fmt: skip


def caption(words: str) -> Change:
    return put(DOCUMENT, '#| tbl-cap: "', f'#| tbl-cap: "{words} ')


def picture(name: str, content: bytes, attributes: str = "#fig-own fig-alt='A'") -> Change:
    def change(review: Path) -> None:
        (review / "report" / name).write_bytes(content)
        add(f"![Own](/report/{name}){{{attributes}}}")(review)

    return change


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">%s</svg>'
IN_ONE_RUN: dict[str, list[tuple[Change, str]]] = {
    "marks and typed digits": [
        (add('It was claim("orr.ide") there.'), 'claim("orr.ide") would be printed as it stands'),
        (add('It was `claim("orr.cilta")`.'), 'claim("orr.cilta") would be printed as it stands'),
        (add("Nothing **was said\nof it."), "line 41: an asterisk without its partner would be"),
        (add("It was _not said."), "an underscore without its partner"),
        (add("It was `not said."), "a backtick without its partner"),
        (add("Seen[ here]{.x}."), "the space within [ here]{ is not printed"),
        (add("See [@berdeja2021."), "a square bracket without its partner"),
        (add("It was 漢 there."), "漢"),
        (put(DOCUMENT, "each from its own", "each 語 from its own"), "語"),
        (put(FIGURE, "The diamond: ", "The diamond: 字 "), "caption: the fonts of the PDF lack 字"),
        (put(TABLE, "Infused patients", "文"), "groups.1.title: the fonts of the PDF lack 文"),
        (add("```\nof 99 people\n```"), "the digits of '99' are typed in prose"),
        (put(DOCUMENT, '"Response by', '"*Response by'), "line 26: an asterisk without"),
        (put(FIGURE, "cohorts.", "**cohorts."), "line 9 caption: an asterisk without"),
        (put(FIGURE, "Squares: ", "Squares: 97 "), "line 9 caption: the digits of '97' are typed"),
        (put(FIGURE, "Forest plot", "97 plots"), "line 12 alt: the digits of '97' are typed"),
        (put(TABLE, "A dash: not", "{orr.cilta}, 97 not"), "notes.1: the digits of '97' are typed"),
        (put(TABLE, "Overall response,", "Overall 98,"), "columns.3.title: the digits of '98'"),
        (lambda review: None, "notes.1: a note or a head prints no claim"),
        (rows("vocabulary", synonym), "'nothing known' is no term, product or study"),
    ],
    "words of the book": [
        (put("_quarto-patient.yml", "What it does", "What it does to 97"),
         "book.chapters.2.part: the digits of '97' are typed"),
        (put("_quarto-patient.yml", "audience: Patient", "audience: 漢 patient"),
         "line 1 audience: the fonts of the PDF lack 漢"),
    ],
    "a comparison in the book": [
        (put("_quarto-patient.yml", "What it does", "Cilta-cel is better than ide-cel"),
         "'better than' compares"),
    ],
    "two columns with one address": [
        (put("report/tables/ledger-benefit.yml", "show: full", "show: claim"),
         "columns[2].show: shows 'claim', as an earlier column does"),
    ],
    "wording and calls": [
        (add('It was `{python} claim("orr.cilta").full` then.'),
         "line 37: the paragraph prints the claim orr.cilta and cites no source"),
        (add("Cilta-cel is better than ide-cel."),
         "'better than' compares, and no claim of the paragraph does"),
        (add('`{python} claim("orr.cilta").word` `{python} sources("orr.cilta")`.'),
         "line 41: a claim has no form 'word'"),
        (add('`{python} claim("count.sources").certainty_words`.'),
         "the claim count.sources has no form 'certainty_words'"),
        (add('It is `{python} state("status")`.'), "state is not imported"),
        (add('`{python} state("stat")`', "index.qmd"), "unknown state stat"),
        (add('`{python} term("cell")`', "index.qmd"), "unknown term cell"),
    ],
    "captions and pictures": [
        (caption("[@nobody]"), "line 26: unknown citekey @nobody"),
        (caption("@tbl-nowhere"), "line 26: @tbl-nowhere refers to nothing"),
        (caption("[a](gone.qmd)"), "line 26: the link to gone.qmd leads nowhere"),
        (caption("`{python} state('version')`"), "line 26: inline code in a caption is printed"),
        (caption("A[^a]"), "line 26: a footnote in a caption is not supported"),
        (add("![A](/figures/gone.png){#fig-a fig-alt='A'}"), "/figures/gone.png is not there"),
        (add("![A](gone.png){#fig-c fig-alt='A'}"), "is not named from the root of the review"),
        (add("![A](/report/../../a.png){#fig-b fig-alt='A'}"), "lies outside the folder of the"),
        (picture("a.png", b"words"), "the image /report/a.png is no picture"),
        (picture("b.svg", b"<svg"), "the image /report/b.svg is no picture"),
        (picture("c.svg", SVG % b"<script>x</script>"), "c.svg runs or loads something (script)"),
        (picture("d.svg", SVG % b'<image href="//x.org"/>'), "d.svg runs or loads something"),
        (picture("e.svg", SVG % b'<g onclick="x"/>'), "e.svg runs or loads something (g)"),
    ],
    "what Typst refuses": [
        (add("A\0B."), "a control character is not supported"),
        (add("- A\n" + "\n".join(f"{'  ' * k}- B" for k in range(1, 12))),
         "text nested deeper than eight is not supported"),
        (add("> > > > > > > > > A"), "text nested deeper than eight is not supported"),
        (add(":::: {.callout-note}\n" * 8 + "A\n" + "::::\n" * 8), "a div within 6 others"),
    ],
    "a folder of two editions": [
        (put("_quarto-patient.yml", "_site/patient", "_site"),
         "the site would hold index.html twice: _quarto-clinician.yml writes it as well"),
    ],
    "sheets that are no list": [
        (add("sheets: report/patient/how-well.qmd", "_quarto-patient.yml"), "give a list"),
        (add("sheets:", "_quarto-clinician.yml"), "sheets is None"),
    ],
    "a sheet twice": [
        (add("sheets: [report/patient/how-well.qmd, report/patient/how-well.qmd]",
             "_quarto-patient.yml"), "the edition would write how-well.pdf twice"),
    ],
    "what a document says of itself": [
        (put("index.qmd", "engine: jupyter", "engine: jupyter\ntopic: report/none.qmd"),
         "line 1: the topic report/none.qmd is no other document of the book"),
        (put(DOCUMENT, "engine: jupyter", "engine: jupyter\ndescription: [a]"),
         "line 1: front matter key description is ['a']"),
        (put("_quarto-patient.yml", "sec-patient-questions", "sec-none"),
         "sec-none, which _quarto-patient.yml names for questions, is no section"),
    ],
    "a version that is a path": [
        (put("evidence/review.yml", "version: 0.1.0", "version: ../../0.1.0"),
         "version: is '../../0.1.0'"),
        (put("evidence/review.yml", "language: en", "language: en_"), "language: is 'en_"),
    ],
    "a caption without words": [
        (put(DOCUMENT, '#| tbl-cap: "', '#| tbl-cap: "" #'), "a table with an empty caption"),
    ],
    "a label with a space": [
        (put(DOCUMENT, "#| label: tbl-", "#| label: tbl-ä b-"), "is no name that a text can refer"),
    ],
    "what only Pandoc refuses": [
        (picture("f.svg", SVG % b"", "fig-alt='A'"), "a figure has no identifier #fig-..."),
    ],
    "a definition changed under a claim": [
        (cell("adverse_events", "cartitude-1.crs.any", "definition", "label"),
         "(crs.any.cilta) column selector: selects no row"),
    ],
    "code that is no Python": [
        (put("index.qmd", "from publishing", "from pub:lishing"), "line 9: code is not Python"),
    ],
    "a study withdrawn": [
        (without_a_study, "prints the claim orr.cilta, which can no longer be computed"),
    ],
    "a retracted source": [
        (rows("source_status", retracted), "retract"),
    ],
    "a new synthesis that nobody decided": [(pooled_anew, "orr.again")],
}  # fmt: skip


def test_the_small_review_is_valid(review: Path) -> None:
    assert said(review) == ""


def test_a_chapter_that_changed_is_tried_among_what_was_kept_of_the_others(
    review: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(review) == ""
    before = (review / DOCUMENT).read_text(encoding="utf-8")
    case = IN_ONE_RUN["what only Pandoc refuses"]
    for change, words in case:
        change(review)
        assert words in said(review)
    (review / DOCUMENT).write_text(f"{before}\nMore is to follow.\n", encoding="utf-8")
    tried: list[list[str]] = []

    def written(work: Path, sources: Sequence[Executed]) -> list[Path]:
        tried.append([one.path for one in sources if not one.stands_in])
        return built_in.written(work, sources)

    monkeypatch.setattr(unset, "written", written)
    assert said(review) == ""
    assert tried == [[DOCUMENT]]


@pytest.mark.parametrize("case", IN_ONE_RUN)
def test_it_is_said_before_anything_is_drawn(review: Path, case: str) -> None:
    for change, _ in IN_ONE_RUN[case]:
        change(review)
    told = said(review)
    assert [words for _, words in IN_ONE_RUN[case] if words not in told] == [], told


BUILT: dict[str, Change] = {
    "a picture of one's own": picture("own.svg", SVG % b'<rect width="9" height="9"/>'),
    "nothing": lambda review: None,
    "braces in a cell": cell("studies", "cartitude-1", "name", "CARTITUDE-1 {x} [a]{.b}"),
    "another target": cell("products", "cilta-cel", "target", "GPRC5D"),
    "braces in an audited statement": cell("article_claims", "s01", "source_says", "It was {foo}."),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", BUILT)
def test_what_is_valid_is_built(review: Path, case: str) -> None:
    BUILT[case](review)
    assert said(review) == ""
    built = quick_build(review)
    assert len(built.pages) == 7
    assert built.pdfs == ("review.pdf", "patient/review-patient.pdf")


def test_the_states_that_are_checked_are_those_a_document_may_print(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small)
    assert all(calls.state(name) for name in STATES)


def test_a_synonym_of_nothing_leads_nowhere(small: Path) -> None:
    data, _ = check_review(small)
    assert not any("nothing known" in concept.phrases for concept in concepts_of(data))
