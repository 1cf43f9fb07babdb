"""Reading documents, and refusing what the renderer does not support, by name and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from publishing.documents.constructs import check_constructs, check_headings
from publishing.manuscript.qmd import Cell, Document, Prose, read_document

START = "---\nengine: jupyter\n---\n\n# Title {#sec-title}\n\n"


def read(folder: Path, text: str) -> Document:
    (folder / "page.qmd").write_text(text, encoding="utf-8")
    document = read_document(folder, "page.qmd")
    check_constructs(document)
    check_headings(document)
    return document


def messages(document: Document) -> list[str]:
    return [str(problem) for problem in document.problems]


def test_cells_are_taken_out_with_their_lines(tmp_path: Path) -> None:
    text = START + '```{python}\n#| label: tbl-x\n#| tbl-cap: "A: b"\ntable("x")\n```\n\nAfter.\n'
    document = read(tmp_path, text)
    assert messages(document) == []
    before, cell, after = document.pieces
    assert isinstance(before, Prose)
    assert before.line == 4
    assert cell == Cell('table("x")', {"label": "tbl-x", "tbl-cap": "A: b"}, 7, 10)
    assert isinstance(after, Prose)
    assert after.text.strip() == "After."


def test_inline_code_is_found_outside_fences_and_literal_code(tmp_path: Path) -> None:
    text = (
        START + 'A `{python} claim("a")` b.\n\n```text\n`{python} no`\n```\n\n``x `{python} y` ``\n'
    )
    document = read(tmp_path, text)
    assert document.inlines[0] == (7, 'claim("a")')
    assert all(line != 10 for line, _ in document.inlines)


def test_longer_fences_hold_shorter_ones(tmp_path: Path) -> None:
    text = START + "````text\n```{python}\n1\n```\n````\n"
    assert read(tmp_path, text).cells == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{{< var x >}}", "line 7: a shortcode is not supported"),
        ("ok\n\n<b>x</b>", "line 9: raw HTML is not supported"),
        ("<!-- later -->", "line 7: raw HTML is not supported"),
        ("```{=html}\n<b>\n```", "line 7: a raw block {=html} is not supported"),
        ("`<b>`{=html}", "line 7: raw text for one format is not supported"),
        ("```{r}\n1\n```", "line 7: a cell of the engine {r} is not supported"),
        ("```{python echo=False}\n1\n```", "cell header {python echo=False} is not supported"),
        ("`{r} 1 + 1`", "inline code of another engine is not supported"),
        ("`r 1 + 1`", "inline code of another engine is not supported"),
        ("Then $a + b$ holds.", "an equation is not supported"),
        ("$$\na\n$$", "line 7: an equation is not supported"),
        (r"\newpage", "raw LaTeX is not supported"),
        ("::: {.panel-tabset}\n:::", "class .panel-tabset is not supported"),
        ("::: {.callout-danger}\n:::", "class .callout-danger is not supported"),
        ("::: callout-note\n:::", "a div written as ::: callout-note is not supported"),
        ('::: {.callout-note collapse="true"}\n:::', "attribute collapse is not supported"),
        ("::: {.callout-note}\n## X\n:::", "line 8: a heading in a callout is not supported"),
        ("::: {.callout-note}\nx", "line 7: ::: is opened and never closed"),
        (":::\n", "line 7: ::: closes nothing"),
        ("[x]{.mark}", "class .mark is not supported"),
        ("# Again {#sec-b}", "a second heading of the first level"),
        ("### Deep", "heading level 3 follows level 1"),
        ("## Two\n\n## Next\n\nText.", "line 7: the heading 'Two' heads nothing"),
        ("## A\n\nText.\n\n### B {#sec-b}\n\n## C\n\nText.", "the heading 'B' heads nothing"),
        ("## Last {.unnumbered}", "line 7: the heading 'Last' heads nothing; write text or a"),
        ("## No\n\n```{python}\n#| include: false\n1\n```", "the heading 'No' heads nothing"),
        ("Old heading\n===========", "an underlined heading is not supported"),
        ("> ## Said", "line 7: a heading in a list or quotation is not supported"),
        ("- a\n\n  ## Item", "line 9: a heading in a list or quotation is not supported"),
        ("1. ## Item", "line 7: a heading in a list or quotation is not supported"),
        ("![Cap](/x.svg){#fig-x}", "an image without fig-alt"),
        ('![](/x.pdf){fig-alt="An x."}', "an image of the kind /x.pdf is not supported"),
        ("See [@fig-x].", "a cross-reference in brackets is not supported"),
        ("See -@fig-x.", "a cross-reference without its name is not supported"),
        ("In @tbl-x [@a].", "a cross-reference right before a bracket or inline code"),
        ("In @tbl-x `{python} sources('a')`.", "a cross-reference right before a bracket"),
        ("(@) An example", "an example list is not supported"),
        ("| a line\n| block", "a line block is not supported"),
        ("## X {#eq-y}", "identifier #eq-y is not supported"),
        ("```{python}\n#| cache: true\n1\n```", "cell option cache is not supported"),
        ("```{python}\n#| fig-cap: x\n1\n```", "cell option fig-cap is not supported"),
        ("```{python}\n#| echo: fenced\n1\n```", "cell option echo: 'fenced' is not supported"),
        ("```{python}\n#| label: tbl-x\n1\n```", "label 'tbl-x' and caption do not go together"),
        ("```{python}\n#| label: fig-x\n1\n```", "a cell with the label fig-x is not supported"),
        ("```{python}\n#| a: [\n1\n```", "line 8: cell options are not YAML"),
        ("```{python}\n1", "a fence is opened and never closed"),
        ("- a\n\n  ```{python}\n  1\n  ```", "an indented cell is not supported"),
    ],
)
def test_refused_constructs_are_named(tmp_path: Path, body: str, expected: str) -> None:
    found = messages(read(tmp_path, START + body + "\n"))
    assert any(expected in message for message in found), found
    assert all(message.startswith("page.qmd line ") for message in found)


@pytest.mark.parametrize(
    "body",
    [
        "Costs of $5 and more, <https://example.org>, a < b > c, `<b>` and `$x$`.",
        '::: {.callout-tip title="A title"}\nText.\n:::',
        ":::: {.key-messages}\n::: {.callout-note}\nx\n:::\n::::",
        "| a | b |\n|---|---|\n| x | y |\n\n: Caption {#tbl-x}",
        "## Two {.unnumbered}\n\n### Three\n\nText.\n\n## Two again {#sec-again}\n\nText.",
        "## Cell\n\n```{python}\n1\n```\n\n## List\n\n::: {#refs}\n:::\n\n## Raw\n\n```\na\n```",
        '![](/figures/x.svg){fig-alt="A bar." width="60%"}',
        "In @tbl-x, [@a] and @sec-y; `{python} claim('a')`.",
        "Term\n:   Definition with a note.[^a]\n\n[^a]: Text.",
        "An escaped \\* star, a rule\n\n---\n\n> a quotation\n\n1. one\n2. two",
        "```text\n<b> {{< x >}} $a$\n```",
    ],
)
def test_supported_constructs_pass(tmp_path: Path, body: str) -> None:
    assert messages(read(tmp_path, START + body + "\n")) == []


def test_code_without_engine_is_refused(tmp_path: Path) -> None:
    document = read(tmp_path, '# Title {#sec-title}\n\nA `{python} claim("a")`.\n')
    assert "does not say engine: jupyter" in messages(document)[0]


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("---\ntitle: x\nengine: jupyter\n---", "front matter key title is not supported"),
        ("---\nengine: knitr\n---", "engine knitr is not supported"),
        ("---\na: [\n---", "the front matter is not YAML"),
        ("---\nengine: jupyter\ntopic: a.qmd\ntopic: b.qmd\n---", "line 4: "),
        ("---\nengine: jupyter\ntopic: a.qmd\ntopic: b.qmd\n---", "'topic' occurs twice"),
        ("---\ntopic:\n  a:\n    b: 1\n    b: 2\n---", "line 5: "),
        ("---\nengine: jupyter", "the front matter is not closed"),
    ],
)
def test_front_matter_problems(tmp_path: Path, front: str, expected: str) -> None:
    found = messages(read(tmp_path, front + "\n\n# Title {#sec-title}\n"))
    assert any(expected in message for message in found), found


@pytest.mark.parametrize("text", ["Text.\n", "```{python}\n1\n```\n\n# T {#sec-t}\n"])
def test_a_document_begins_with_its_title(tmp_path: Path, text: str) -> None:
    found = messages(read(tmp_path, "---\nengine: jupyter\n---\n" + text))
    assert any("does not begin with its title" in message for message in found)
