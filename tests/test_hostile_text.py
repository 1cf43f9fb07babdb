"""Text that means something to a browser, a spreadsheet or Pandoc, in each kind of input.

It is refused by its file, or it is text in every output: pages, PDF, JSON and CSV.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree
from lxml import html as pages

from publishing.lifecycle.checked import check_review
from schemas.problems import ReviewError
from tests.quick_build import quick_build
from tests.small_review import rewrite

pytestmark = pytest.mark.slow
TEXTS = {
    "a sign that turns reading": "zebra \u202earbez",
    "a control character": "zebra \x07",
    "a formula": "=HYPERLINK(zebra)",
    "a command": "+cmd|zebra",
    "a function": "@SUM(zebra)é",
    "a script": "<script>zebra()</script>",
    "a link that runs": "[zebra](javascript:zebra)",
    "a picture from elsewhere": "![zebra](https://example.org/zebra.png)",
    "a shortcode": "{{< zebra >}}",
    "dollars": "of $zebra$",
    "braces": "of {zebra}",
    "backticks": "of `zebra`",
}
Put = Callable[[Path, str], None]


def cell(table: str, column: str) -> Put:
    def put(review: Path, text: str) -> None:
        rewrite(review / table, lambda rows: [rows[0] | {column: text}, *rows[1:]])

    return put


def after(file: str, old: str, new: str) -> Put:
    def put(review: Path, text: str) -> None:
        whole = (review / file).read_text(encoding="utf-8")
        assert old in whole
        put_in = whole.replace(old, new.format(text.replace("\\", "\\\\")), 1)
        (review / file).write_text(put_in, encoding="utf-8")

    return put


def named_chair(review: Path, text: str) -> None:
    path = review / "governance" / "board.csv"
    head = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f'{head}\nada,"{text}",chair,,,,,,,no,,\n', encoding="utf-8")


PLACES: dict[str, Put] = {
    "evidence/article_claims.csv": cell("evidence/article_claims.csv", "article_statement"),
    "evidence/glossary.csv": cell("evidence/glossary.csv", "plain_language"),
    "evidence/references.bib": after("evidence/references.bib", "title = {{", "title = {{{} "),
    "report/response.qmd": after(
        "report/response.qmd", "engine: jupyter", "engine: jupyter\ntitle: '{}'"
    ),
    "report/tables/headline.yml": after(
        "report/tables/headline.yml", "A dash: not reported.", "{}"
    ),
    "governance/board.csv": named_chair,
}  # fmt: skip
SHOWN = {"evidence/article_claims.csv", "evidence/references.bib", "report/tables/headline.yml"}


def told(review: Path) -> str:
    try:
        check_review(review, draw=True)
    except ReviewError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_is_refused_by_its_file_or_is_text(
    small: Path, tmp_path: Path, name: str
) -> None:
    text, places = TEXTS[name], set(PLACES)
    for attempt in range(len(PLACES)):
        review = shutil.copytree(small, tmp_path / str(attempt))
        for place in sorted(places):
            PLACES[place](review, text)
        if not (said := told(review)):
            break
        refused = {place for place in places if place in said}
        assert refused, said
        places -= refused
    if places:
        quick_build(review)
        check_outputs(review / "_site", text)
        shown = places & SHOWN
        printed = squeezed(" ".join(words_of(path) for path in (review / "_site").rglob("*.html")))
        assert printed.count(squeezed(text)) >= len(shown), (shown, text)


def squeezed(text: str) -> str:
    return "".join(text.split())


def words_of(path: Path) -> str:
    return str(pages.parse(str(path)).getroot().text_content())


def check_outputs(site: Path, text: str) -> None:
    """Nothing runs, nothing is fetched, no cell is a formula; the text is on a page as it is."""
    for path in site.rglob("*.html"):
        page = pages.parse(str(path))
        for node in page.iter(etree.Element):
            assert not (node.tag == "script" and "zebra" in (node.text or "")), (path.name, text)
            for name, value in node.attrib.items():
                reaches = name in ("src", "href", "action") or name.startswith("on")
                assert not (reaches and "zebra" in value and ":" in value), (path.name, text, value)
    for path in site.rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            cells = [one for row in csv.reader(stream) for one in row if "zebra" in one]
        assert not [one for one in cells if one[0] in "=+-@\t\r"], (path.name, text)
    for path in site.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
