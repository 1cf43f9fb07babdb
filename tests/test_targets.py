"""Links that run something and images from elsewhere are refused, however they are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.documents.targets import check_targets, scheme_of
from publishing.manuscript.qmd import read_document

START = "---\nengine: markdown\n---\n\n# Title {#sec-title}\n\n"


def complaints(folder: Path, text: str) -> list[tuple[str, str]]:
    (folder / "page.qmd").write_text(START + text, encoding="utf-8")
    document = read_document(folder, "page.qmd")
    before = len(document.problems)
    check_targets(document)
    return [(problem.row, problem.what) for problem in document.problems[before:]]


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JavaScript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "[x](&#106;avascript:alert(1))",
        "[x](&amp;#106;avascript:alert(1))",
        "[x](javascript&colon;alert(1))",
        "[x](java\\script:alert(1))",
        "[x](\n javascript:alert(1))",
        "[x [y] z](javascript:alert(1))",
        "[x](vbscript:x)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](file:///etc/passwd)",
        "[x][y]\n\n[y]: javascript:alert(1)",
        "[x][y]\n\n[y]: <javascript:alert(1)> 'z'",
        "<javascript:alert(1)>",
    ],
)
def test_a_link_that_runs_something_is_refused(tmp_path: Path, text: str) -> None:
    (found,) = complaints(tmp_path, f"A line.\n\n{text}\n")
    assert "is not supported" in found[1]
    line = 9 + text[: text.find("\n\n") + 2].count("\n") * ("\n\n" in text)
    assert found[0] == str(line)


@pytest.mark.parametrize(
    "text",
    [
        "![x](https://example.org/x.png)",
        "![x](//example.org/x.png)",
        "![x](\\\\\\\\example.org/x.png)",
        "![x [y]](http://example.org/x.png)",
        "![x](data:image/png;base64,AAAA)",
        "![x](https&colon;//example.org/x.png)",
        "![x][y]\n\n[y]: https://example.org/x.png",
        "![x]\n\n[x]: https://example.org/x.png",
    ],
)
def test_an_image_from_elsewhere_is_refused(tmp_path: Path, text: str) -> None:
    found = complaints(tmp_path, f"A line.\n\n{text}\n")
    assert [line for line, _ in found] == ["9"]
    assert "image" in found[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "[x](https://example.org/a:b), [y](safety.qmd#sec-x), [z](mailto:a@example.org)",
        "![x](figures/x.svg){fig-alt='y'}",
        "The data: all of them (see [above](#sec-title)). Ratio 2:1.",
        "A note.[^n]\n\n[^n]: Note: the rest.",
        "`[x](javascript:alert(1))` is code.",
        "```\n[x](javascript:alert(1))\n```",
        "\\![x](https://example.org)",
    ],
)
def test_a_link_to_a_page_is_left_alone(tmp_path: Path, text: str) -> None:
    assert complaints(tmp_path, text + "\n") == []


HIDDEN = ["\t", "\n", "\x00", "\u200b", "&Tab;", "&#10;", "\\"]


@given(st.lists(st.sampled_from(HIDDEN), max_size=4), st.integers(0, 10))
def test_nothing_a_browser_leaves_out_hides_a_scheme(signs: list[str], place: int) -> None:
    hidden = "javascript"[:place] + "".join(signs) + "javascript"[place:] + ":x"
    assert scheme_of(hidden) == "javascript"
