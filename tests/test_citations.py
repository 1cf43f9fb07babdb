"""A citation is a number on the page: its link says which source, and the page holds its words."""

from __future__ import annotations

import pytest

from publishing.render.finished_page import read_page
from publishing.site.cards.citations import name_citations, references_on
from publishing.site.cards.content import source_name

LIST = """<div id="refs"><div id="ref-lee2023" class="csl-entry">
1. Lee A (2023). <em>A title</em> &amp; more. <a href="https://doi.org/10.1/x">10.1/x</a>.
</div>
<div id="ref-smith2021" class="csl-entry">Smith B (2021). By name.</div></div>"""
CITED = '<p>So [<a href="references.html#ref-lee2023">1</a>], <a href="#ref-lee2023">Lee</a>.</p>'


def test_an_entry_is_read_apart_from_its_number() -> None:
    assert references_on(LIST) == {
        "lee2023": ("1", "Lee A (2023). A title & more. 10.1/x."),
        "smith2021": ("", "Smith B (2021). By name."),
    }


def test_a_number_gets_a_name_and_words_keep_their_own() -> None:
    found = name_citations(CITED, lambda key: f'Reference 1: "{key}"')
    assert '#ref-lee2023" aria-label="Reference 1: &quot;lee2023&quot;">1</a>' in found
    assert '<a href="#ref-lee2023">Lee</a>' in found
    assert name_citations(CITED, lambda _: "") == CITED


def test_the_name_of_a_citation_is_no_sentence_of_the_page() -> None:
    named = name_citations(CITED, lambda _: "Reference 1: Lee 2023")
    page = read_page(f'<span class="citation" data-cites="lee2023">{named}</span>', "a.html")
    assert [passage.kind for passage in page.passages] == ["paragraph"]


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Berdeja, JG and Madduri, D and Usmani, SZ", "Berdeja et al. 2021"),
        ("Berdeja, JG and others", "Berdeja et al. 2021"),
        ("Clopper, CJ and Pearson, ES", "Clopper and Pearson 2021"),
        ("van de Donk, NWCJ", "van de Donk 2021"),
        ("{Food and Drug Administration}", "Food and Drug Administration 2021"),
        ("{Johnson \\& Johnson, Inc.} and {Arcellx}", "Johnson & Johnson, Inc. and Arcellx 2021"),
        ("", "key 2021"),
    ],
)
def test_a_source_is_named_by_its_authors_and_year(author: str, name: str) -> None:
    assert source_name({"key": {"author": author, "year": "2021"}}, "key") == name
