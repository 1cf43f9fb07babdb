"""What code a document may hold: all else is named before a kernel starts, and never run."""

from __future__ import annotations

from pathlib import Path

import pytest

from publishing.documents import calls
from publishing.documents.allowed_code import OPTIONS, misuses
from publishing.lifecycle.board_pack import build_board_pack
from publishing.lifecycle.checked import check_review
from publishing.manuscript.qmd import read_document
from schemas.problems import ReviewError
from tests.small_review import PROJECT

START = """---
engine: jupyter
---

# T {#sec-t}

```{python}
#| include: false
from publishing.documents.calls import claim, sources, state, table, figure, term, meanings, words
```

"""
TABLE = '```{python}\n#| label: tbl-x\n#| tbl-cap: "A"\ntable("x")\n```'
IN_A_LINE = {
    "1/0": "a document may not run 1 / 0",
    '__import__("os").system("id")': "a document may not run __import__('os').system('id')",
    'open("x")': "a document may not run open('x')",
    'claims("a")': "a document may not run claims('a'): did you mean 'claim'?",
    'claim("a").record.rows': "a document may not run claim('a').record.rows",
    'claim("a").ci.n': "a document may not run claim('a').ci.n",
    'claim("a").__class__': "a claim has no form '__class__'",
    'claim("a").text': "a claim has no form 'text'",
    'claim("a").ful': "a claim has no form 'ful': did you mean 'full'?",
    'claim("a").told': "it is called natural_full now",
    'sources("a").ci': "sources(...) has no form 'ci'",
    'claim("a") + claim("b")': "a document may not run claim('a') + claim('b')",
    'claim("a"); claim("b")': "inline code is one call",
    'claim("a");': "inline code is one call",
    "x = 1": "inline code is one call",
    "import os": "inline code is one call",
    "claim(name)": "claim(...) is not given a plain id",
    'claim(f"a{x}")': "claim(...) is not given a plain id",
    "claim(1)": "claim(...) is not given a plain id",
    'claim(claim_id="a")': "claim(...) is not given a plain id",
    'claim(*["a"])': "claim(...) is not given a plain id",
    "claim()": "claim(): missing a required argument: 'claim_id'",
    "sources()": "sources(): missing a required argument",
    'claim("a", "b")': "claim('a', 'b'): too many positional arguments",
    'table("x")': "table(...) stands in a line of text",
    'conclusion("x")': "conclusion is not imported",
}
CELLS = {
    "1 / 0": "line 14: a document may not run 1 / 0",
    "import os": "line 14: a document may not run import os",
    "while True:\n    pass": "line 14: a document may not run while True:",
    "words()\nimport os": "line 15: a document may not run import os",
    "from os import system": "a document imports from publishing.documents.calls alone",
    "from publishing.documents import calls": "imports from publishing.documents.calls alone",
    "from publishing.documents.calls import *": "publishing.documents.calls has no *",
    "from publishing.documents.calls import claims": "has no claims: did you mean 'claim'?",
    "from publishing.documents.calls import claim as c": "claim is given another name",
    "words()\nfrom publishing.documents.calls import conclusion": "words() would not be printed",
    "words()\nwords()": "line 14: words() would not be printed",
    "words();": "words() would not be printed",
    'claim("a")': "a cell does not print claim(...): write it in a line of text",
    "#| output: false\nwords()": "line 13: cell option output is False: write output: asis",
    "#| echo: true\nwords()": "line 13: cell option echo is True: write echo: false",
    "#| include: false\nwords()": "cell option include has no place in a cell of words(...)",
    "#| label: x\nwords()": "cell option label has no place in a cell of words(...)",
    '#| label: tbl-x\n#| tbl-cap: "A"': "option label has no place in a cell that shows nothing",
    '#| output: asis\n#| label: tbl-x\n#| tbl-cap: "A"\ntable("x")': "option output has no place",
}  # fmt: skip


def told(folder: Path, text: str) -> str:
    (folder / "x.qmd").write_text(text, encoding="utf-8")
    found = misuses(read_document(folder, "x.qmd"))
    return "\n".join(f"line {line}: {what}: {action}" for line, what, action in found)


@pytest.mark.parametrize("code", IN_A_LINE)
def test_code_in_a_line_is_one_call_with_texts(tmp_path: Path, code: str) -> None:
    found = told(tmp_path, f"{START}Words `{{python}} {code}`.\n")
    assert found.startswith("line 12: ")
    assert IN_A_LINE[code] in found


@pytest.mark.parametrize("code", CELLS)
def test_a_cell_imports_or_shows_one_thing(tmp_path: Path, code: str) -> None:
    found = told(tmp_path, f"{START}\n```{{python}}\n{code}\n```\n")
    assert CELLS[code] in found


def test_what_a_document_may_do_is_not_named(tmp_path: Path) -> None:
    text = f'{START}`{{python}} claim("a").full` `{{python}} term("a", "b")`.\n\n{TABLE}\n'
    assert told(tmp_path, text) == ""
    assert OPTIONS.keys() - {""} < set(calls.__all__)


def test_a_name_is_imported_before_it_is_used(tmp_path: Path) -> None:
    found = told(tmp_path, START.replace("{#sec-t}", '{#sec-t}\n\n`{python} claim("a")`', 1))
    assert found.startswith("line 7: claim is not imported: add it to `from publishing")


DOCUMENTS = [
    path.relative_to(PROJECT).as_posix()
    for review in (".", "examples/bcg", "publishing/lifecycle/scaffold")
    for pattern in ("*.qmd", "report/**/*.qmd")
    for path in sorted((PROJECT / review).glob(pattern))
]


def test_the_documents_of_all_reviews_keep_to_it() -> None:
    assert len(DOCUMENTS) > 50
    assert [list(misuses(read_document(PROJECT, path))) for path in DOCUMENTS if
            [*misuses(read_document(PROJECT, path))]] == []  # fmt: skip


def test_no_verb_runs_what_a_document_may_not(review: Path) -> None:
    path, trace = review / "report" / "response.qmd", review / "was-run"
    cell = f"```{{python}}\nopen({str(trace)!r}, 'w')\n```"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{cell}\n", encoding="utf-8")
    for verb in (check_review, lambda root: build_board_pack(root, lambda said: None)):
        with pytest.raises(ReviewError, match="a document may not run open"):
            verb(review)
    assert not trace.exists()
