"""No content in code: what reaches a page comes from the review's files or from words.yml."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.words import InterfaceWords, interface_words
from publishing.lifecycle.build import MARKED
from publishing.printing.table import WHOLE
from publishing.site.latest import SCRIPT

ROOT = Path(__file__).parents[1]
LAYERS = ("schemas", "analysis", "publishing")
IDENTIFIERS = {
    "studies": ("study_id", "name"),
    "products": ("product_id", "generic_name", "brand_names", "code_names"),
    "arms": ("arm_id",),
    "article_claims": ("claim_id",),
    "judgements": ("row_id", "topic"),
    "reporting": ("row_id", "standard"),
    "screening": ("record_id",),
    "searches": ("search_id",),
    "sources": ("citekey",),
    "syntheses": ("row_id", "synthesis_id"),
}
"""Columns that name something of this review; in the other tables, `row_id`."""
GENERIC = {
    "ird": "the measure of an incidence rate difference",
    "response": "a word of every field; here of the domain dose response",
    **dict.fromkeys(
        ("counting", "phase", "setting", "verification"),
        "a column of the evidence, after which an analysis by its values is named",
    ),
    "origin": "where a number comes from; here a column of products too",
    "pubmed": "a register that any review asks about its sources; here a search of it too",
}
"""Identifiers of this review that are ordinary words too, with the reason."""
SUBJECT = re.compile(
    r"myeloma|plasma cell|bcma|gprc5d|cd19|car[- ]t\b|cilta|ide-cel|autoleucel|bispecific|"
    r"immunomodulatory|proteasome",
    re.IGNORECASE,
)
"""Diseases, targets and classes of drugs of this review."""
SENTENCE = re.compile(r"(?:^|\s)[A-Z“][\w’'-]*,?(?: [^\s.]+){3,}\.(?:\s|$)")
PHRASE = 4  # words from which a string is one
WORD = re.compile(r"(?<![\w.\-/=<\"])[A-Za-z][A-Za-z’'-]+(?=[\s,.;:!?)”]|$)")

TOLD = ("print", "progress", "complain", "finding", "line_problem", "rule", "nearest")
PARSER = ("add_argument", "add_parser", "ArgumentParser", "add_argument_group")
RAISED = ("Problem", "Error", "problem", "Finding", "_finding", "_found")
MESSAGE = ("what", "expected", "action", "problems", "found_problem")
"""Calls, ends of names of calls, and names that hold what a writer is told, not a reader."""

TO_WRITERS = {
    "schemas": "rules and forms of the evidence: all they say is said to those who write it",
    "analysis/board.py": "says what is wrong with a file of the board",
    "analysis/claim_names.py": "says what is wrong with claims.csv",
    "analysis/claims.py": "says what is wrong with claims.csv",
    "analysis/conclusions.py": "says which conclusion no longer holds, to its writer",
    "analysis/kept.py": "says in a terminal why a step of a build ran",
    "analysis/explain.py": "prints a derivation in a terminal",
    "analysis/signoffs.py": "says which decision is not as it was recorded",
    "analysis/formulae": "pure: reads no file, so its notes on method stand in it",
    "publishing/checks/files.py": "says which file cannot be read, and how to save it",
    "publishing/cli": "the command line",
    "publishing/documents/reads.py": "says in a terminal why a step of a build ran",
    "publishing/history/anchors.py": "says which commit or release holds what a file lost",
    "publishing/history/released.py": "says which file of a release is not as it was written",
    "publishing/history/signatures.py": "says in a terminal what a tag vouches for",
    "publishing/history/decision_record.py": "says what is wrong with a decision",
    "publishing/history/snapshot.py": "says what a decision was about, in a terminal",
    "publishing/history/status.py": "says what a decision was about, in a terminal",
    "publishing/lifecycle/attachments.py": "says in a terminal why a step of a build ran",
    "publishing/lifecycle/publication.py": "says what of a published version was altered",
    "publishing/lifecycle/signoff.py": "prints decisions and their proof in a terminal",
    "publishing/lifecycle/verification.py": "prints decisions and their proof in a terminal",
    "publishing/manuscript/book_settings.py": "says which setting of a book cannot be",
    "publishing/render/editions.py": "says in a terminal which engine is taken, and why",
    "publishing/render/kept_pages.py": "says in a terminal why a step of a build ran",
    "publishing/site/cards/placement.py": "says in a terminal why a step of a build ran",
    "publishing/site/version.py": "says which file says what a build is",
    "publishing/lifecycle/changes_text.py": "prints changes in a terminal",
    "publishing/displays/cohort_groups.py": "says what is wrong with cohort-groups.yml",
    "publishing/site/ask/asked.py": "says what is wrong with asked.yml",
    "publishing/checks/calls.py": "says which call of a document would fail",
    "publishing/documents/allowed_code.py": "says which code may not stand in a document",
    "publishing/documents/targets.py": "says which image is none",
    "publishing/lifecycle/page_format.py": "says which file of the format is damaged",
    "publishing/documents/leftovers.py": "says which marks a document left unclosed",
    "publishing/lifecycle/new_review.py": "writes the first files of a review for its writer",
    "publishing/checks/correction.py": "says what the first page lacks of a correction",
    "publishing/displays": "says what is wrong with a specification",
    "publishing/figures/event_matrix.py": "says what is wrong with its specification",
    "publishing/figures/forest.py": "says what is wrong with its specification",
    "publishing/checks/guard": "says what is wrong with prose",
    "publishing/checks/mutation": "says which evidence moves what",
    "publishing/documents/proof": "says which figure of a page is not that of its claim",
    "publishing/preview": "shows a document to its writer alone, with what is wrong with it",
    "publishing/printing/marks.py": "says which form a claim does not have",
    "publishing/lifecycle/unchanged.py": "names the inputs of a build, for a terminal",
    "publishing/lifecycle/registers.py": "asks registers, whose codes are in their words",
    "publishing/render/__init__.py": "says which renderer cannot be used",
    "publishing/manuscript/book.py": "says what is wrong with a profile",
    "publishing/documents/document_checks.py": "says what is wrong with documents",
    "publishing/documents/constructs.py": "says what documents may not hold",
    "publishing/documents/digits.py": "says which digits are typed",
    "publishing/manuscript/editions.py": "says what is wrong with conditional parts",
    "publishing/render/kept_editions.py": "names the inputs of steps, for a terminal",
    "publishing/documents/kept_results.py": "names the inputs of steps, for a terminal",
    "publishing/site/ask/index.py": "names the inputs of steps, for a terminal",
    "publishing/render/kept_documents.py": "names the inputs of steps, for a terminal",
    "publishing/render/execute.py": "says why a cell failed; holds the program of the kernel",
    "publishing/manuscript/qmd.py": "says what is wrong with a document",
    "publishing/render/finished_page.py": "lists names of HTML elements",
    "publishing/render/quarto.py": "says how Quarto failed",
    "publishing/render/quarto_pages.py": "finds elements of Quarto's pages, says which are missing",
    "publishing/render/quarto_program.py": "says which renderer cannot be used",
    "publishing/documents/calls_and_links.py": "says which cross-reference leads nowhere",
    "publishing/render/sheets.py": "says what is wrong with a sheet",
    "publishing/checks/scan": "says which figure of a page no source stands behind",
    "publishing/lifecycle/sources.py": "writes what registers answered into the evidence",
    "publishing/checks/validation.py": "says what is wrong with the review",
}
"""Places whose phrases reach writers alone; content of the review may not stand there either."""

BODY = "the board is the body that approves; an edition bears its name"
ALLOWED: dict[tuple[str, str], str] = {
    (
        "publishing/site/ask/engine.py",
        "var ranking = reviewRanking(reviewIndex, MiniSearch, {})",
    ): "code",
    ("publishing/site/latest.py", SCRIPT): "code",
    ("publishing/lifecycle/build.py", MARKED): "tells who finds the mark of a build what it is",
    (
        "publishing/printing/table.py",
        WHOLE.pattern,
    ): "the forms of figures, which no line may break",
    **{
        ("publishing/tables/absolute_effects.py", f"{way} $count $low $high"): "a word and its gaps"
        for way in ("fewer", "more")
    },
    **{
        ("publishing/lifecycle/board_pack.py", text): BODY
        for text in ("board-pack.pdf", "board-pack", "review-board-", "board-pack.typ")
    },
    ("publishing/tables/governance.py", "board"): BODY,
}
"""Strings that stay, by file and text, with the reason."""


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _told(node: ast.AST) -> bool:
    """Whether a node is a docstring, or says something to a writer."""
    if isinstance(node, ast.Raise | ast.Assert):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Call):
        name = _called(node)
        return name in (*TOLD, *PARSER) or name.endswith(RAISED)
    if isinstance(node, ast.Assign):
        return any(isinstance(name, ast.Name) and name.id in MESSAGE for name in node.targets)
    return isinstance(node, ast.keyword) and node.arg in MESSAGE


def strings(node: ast.AST, told: bool = False) -> Iterator[tuple[int, str, bool]]:
    """Line, text, and whether a writer is told it, of every string; `{}` for what is filled in."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    told = told or _told(node)
    if isinstance(node, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
        yield node.lineno, "".join(map(str, parts)), told
        inner: Iterable[ast.AST] = (p for p in node.values if isinstance(p, ast.FormattedValue))
    else:
        inner = ast.iter_child_nodes(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.lineno, node.value, told
    for child in inner:
        yield from strings(child, told)


def modules() -> Iterator[tuple[str, ast.Module]]:
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _ids(review: Any) -> Iterator[str]:
    """What review.yml defines: syntheses, conclusions, topics, and the analyses beside them."""
    lists = [value for value in (review, *review.values()) if isinstance(value, dict)]
    for items in (items for value in lists for items in value.values() if isinstance(items, list)):
        for item in (item for item in items if isinstance(item, dict)):
            yield from (item[key] for key in ("id", "topic") if isinstance(item.get(key), str))


def identifiers() -> frozenset[str]:
    """Everything that the evidence and the claims give a name, in small letters."""
    found = {row["id"] for row in _rows(ROOT / "report" / "claims.csv")}
    found |= set(_ids(yaml.safe_load((ROOT / "evidence" / "review.yml").read_text("utf-8"))))
    for path in sorted((ROOT / "evidence").glob("*.csv")):
        rows = _rows(path)
        for column in IDENTIFIERS.get(
            path.stem, ("row_id",) if rows and "row_id" in rows[0] else ()
        ):
            found |= {one.strip() for row in rows for one in row[column].split("|")}
    return frozenset({name.casefold() for name in found if name} - GENERIC.keys())


@cache
def editions() -> list[str]:
    """The names of the profiles."""
    settings = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
    return [str(name) for name in settings["profile"]["group"][0]]


@pytest.fixture(scope="module")
def named() -> frozenset[str]:
    return identifiers()


@pytest.fixture(scope="module")
def content(named: frozenset[str]) -> list[tuple[str, str, int, str]]:
    return list(findings(named))


@cache
def _spaced(named: frozenset[str]) -> re.Pattern[str]:
    """Names of several words, wherever they stand."""
    names = sorted((name for name in named if " " in name), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")


def content_in(text: str, named: frozenset[str]) -> Iterator[str]:
    """What of this review a text holds."""
    small = text.casefold()
    tokens = {small, *re.findall(r"[\w.-]+", small), *re.findall(r"[\w-]+", small)}
    yield from (f"the identifier {name}" for name in sorted(tokens & named))
    spaced = _spaced(named).findall(small) if " " in small and small not in named else []
    yield from (f"the name {name}" for name in spaced)
    yield from (f"the word {found[0]}" for found in SUBJECT.finditer(text))


def edition_in(text: str) -> Iterator[str]:
    for name in editions():
        if text == name or re.search(rf"(?:^|[/-]){name}[/-]", text):
            yield f"the edition {name}"


def printed_in(text: str) -> Iterator[str]:
    """Whether a text is a sentence or a phrase."""
    if SENTENCE.search(text):
        yield "a sentence"
    elif " " in text and len(WORD.findall(re.sub(r"<[^>]*>", " ", text))) >= PHRASE:
        yield "a phrase"


def to_writers(file: str) -> bool:
    return any(file == place or file.startswith(f"{place}/") for place in TO_WRITERS)


def findings(named: frozenset[str]) -> Iterator[tuple[str, str, int, str]]:
    """File, text, line and what is wrong, of every string that is content."""
    for file, tree in modules():
        for line, text, told in strings(tree):
            found = [*content_in(text, named)]
            if not told:
                found += edition_in(text)
            if not told and not to_writers(file):
                found += printed_in(text)
            yield from ((file, text, line, what) for what in found)


def test_no_module_holds_content(content: list[tuple[str, str, int, str]]) -> None:
    wrong = [
        f"{file}:{line}: {what}: {text[:80]!r}"
        for file, text, line, what in content
        if (file, text) not in ALLOWED
    ]
    assert wrong == []


def test_every_exception_is_needed(content: list[tuple[str, str, int, str]]) -> None:
    found = {(file, text) for file, text, _, _ in content}
    assert ALLOWED.keys() - found == set()
    assert [place for place in TO_WRITERS if not (ROOT / place).exists()] == []
    texts = {text.casefold() for _, tree in modules() for _, text, _ in strings(tree)}
    texts |= {text.casefold() for text in _words().values()}
    used = {word for text in texts for word in re.findall(r"\w+", text)}
    assert [word for word in GENERIC if word not in used] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("karmma-3.ide.crs.g3", "the identifier karmma-3.ide.crs.g3"),
        ("Cilta-cel, CARTITUDE-1", "the identifier cartitude-1"),
        ("after Carvykti", "the identifier carvykti"),
        ("orr.all-bcma", "the identifier orr.all-bcma"),
        ("for people with myeloma", "the word myeloma"),
    ],
)
def test_content_is_found(text: str, found: str, named: frozenset[str]) -> None:
    assert found in content_in(text, named)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('x = "The board reads it."', ["a sentence"]),
        ('x = f"{n} of the patients were treated"', ["a phrase"]),
        ('x = "report/patient/"', ["the edition patient"]),
        ('x = "not pooled"', []),
        ('raise ValueError("the rows of the table are none")', []),
        ('def f():\n    """The board reads it."""', []),
        ('what = "the rows of the table are none"', []),
    ],
)
def test_printed_texts_are_found(code: str, found: list[str]) -> None:
    texts = [text for _, text, told in strings(ast.parse(code)) if not told]
    assert [what for text in texts for what in (*edition_in(text), *printed_in(text))] == found


# the words -------------------------------------------------------------------------------------


def _words() -> Mapping[str, str]:
    """Every word of the interface by `section.key`."""
    words = interface_words()
    return {
        f"{name}.{key}": text
        for name in InterfaceWords.model_fields
        if name != "statistics"
        for key, text in getattr(words, name).items()
    }


SAID = re.compile(r"""\bsay\("([\w.]+)"(?: ~ (\w+))?\)""")
FILLED = {"status.": ("done", "current", "to come"), "page.": ("previous", "next")}
"""What the templates put after the beginning of a place."""


def _asked() -> Iterator[tuple[str, str]]:
    """The file and place of every `say` and `section`; `{}` for what is filled in."""
    for path in sorted((ROOT / "_extensions").rglob("*.html")):
        for place, name in SAID.findall(path.read_text(encoding="utf-8")):
            for end in FILLED[place] if name else ("",):
                yield path.relative_to(ROOT).as_posix(), place + end
    for file, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) in ("say", "section") and node.args:
                asked = node.args[0]
                ways = [asked.body, asked.orelse] if isinstance(asked, ast.IfExp) else [asked]
                for place in (next((text for _, text, _ in strings(way)), "") for way in ways):
                    if place:
                        yield file, place if _called(node) == "say" else f"{place}.{{}}"


def test_words_are_asked_for_and_there() -> None:
    words, asked = _words(), list(_asked())
    patterns = [re.escape(place).replace(r"\{\}", ".*") for _, place in asked]
    assert [
        place
        for (_, place), pattern in zip(asked, patterns, strict=True)
        if not any(re.fullmatch(pattern, word) for word in words)
    ] == []
    assert [
        word for word in words if not any(re.fullmatch(pattern, word) for pattern in patterns)
    ] == []


def test_the_words_hold_no_content(named: frozenset[str]) -> None:
    texts = [*_words().values()]
    texts += [text for item in interface_words().statistics.values() for text in
              (item.title, item.head, item.search)]  # fmt: skip
    assert [(text, what) for text in texts for what in content_in(text, named)] == []
