"""What the text of a finished page may not do: print a figure, in digits or words, unsourced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from analysis.selection import SelectionError
from publishing.checks.numbers import (
    Token,
    short_form,
    tokens_of,
)
from publishing.checks.phrases import Wording
from publishing.checks.scan.facts import Facts
from publishing.render.finished_page import Page, Passage, Piece
from schemas.problems import Problem

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[\w(\[‡])")
LONGEST = 180  # signs of a sentence that a message quotes


class PageProblem(Problem):
    """A problem on a finished page: its row is the identifier round it, its column what it is."""

    @property
    def place(self) -> str:
        """Where on the page, in words."""
        return " ".join(part for part in (self.column, self.row and f"in #{self.row}") if part)


def page_problem(
    passage: Passage, what: str, expected: str = "", action: str = "", rule: str = "scan"
) -> Problem:
    """Say what is wrong in a passage."""
    return PageProblem(passage.page, passage.place, passage.kind, what, expected, action, rule)


def check_page(
    page: Page, facts: Facts, wording: Wording, numbers: Mapping[str, str]
) -> Iterator[Problem]:
    """Every problem of the passages of a page; `numbers` are those of the whole site."""
    nearby: list[str] = []
    for passage in page.passages:
        nearby = [piece.reference for piece in passage.claims] or nearby
        if passage.kind in ("alt text", "description"):
            continue  # rules of their own
        for piece in passage.pieces:
            yield from _check_piece(passage, piece, facts, numbers)
        yield from check_typed(passage, facts, nearby)
        yield from check_quantities(passage, wording, facts, nearby)


def _check_piece(
    passage: Passage, piece: Piece, facts: Facts, numbers: Mapping[str, str]
) -> Iterator[Problem]:
    if piece.role == "claim":
        yield from _check_claim(passage, piece, facts)
    elif piece.role == "row":
        yield from _check_row(passage, piece, facts)
    elif piece.role == "cross-reference":
        yield from _check_reference(passage, piece, numbers)
    elif piece.role == "name" and not piece.reference.endswith(piece.text.strip()):
        what = f"the address #{piece.reference} shows {piece.text.strip()!r}"
        yield page_problem(passage, what, "the identifier it is the address of")


def _check_claim(passage: Passage, piece: Piece, facts: Facts) -> Iterator[Problem]:
    forms = facts.forms(piece.reference)
    shown = short_form(piece.text)
    if not forms:
        what = f"prints {shown!r} for the claim {piece.reference!r}, which the ledger has not"
        yield page_problem(passage, what, "a claim of the ledger")
    elif shown not in forms:
        what = f"prints {shown!r} for the claim {piece.reference}"
        expected = " or ".join(sorted({repr(form) for form in forms}, key=len)[:4])
        yield page_problem(passage, what, expected, "print a form of the ledger's record")


def _check_row(passage: Passage, piece: Piece, facts: Facts) -> Iterator[Problem]:
    try:
        unaccounted = facts.unaccounted(piece.reference, piece.text)
    except SelectionError as error:
        what = f"prints {piece.text.strip()!r} for {piece.reference!r}: {error}"
        yield page_problem(passage, what, "a row of the evidence")
        return
    for digits in unaccounted:
        what = f"{digits!r} in {piece.text.strip()!r} is no figure of {piece.reference}"
        yield page_problem(passage, what, "a figure of the row", "print the row as it is")


def _check_reference(
    passage: Passage, piece: Piece, numbers: Mapping[str, str]
) -> Iterator[Problem]:
    printed = [token.text for token in tokens_of(piece.text)]
    number = numbers.get(piece.reference)
    if printed and (number is None or printed != [number]):
        what = f"the cross-reference {piece.text.strip()!r} points to #{piece.reference}"
        yield page_problem(passage, what, f"the number {number}" if number else "a known place")


def own_text(passage: Passage) -> str:
    """The words no source stands behind; a sign stands for what a claim, row or citation prints."""
    return "".join(
        piece.text if piece.role == "text" else "\ufffc" * len(piece.text)
        for piece in passage.pieces
    )


def sentence_of(text: str, start: int) -> str:
    """The sentence round a position, white space collapsed, cut where it is long."""
    ends = [match.end() for match in SENTENCE.finditer(text)]
    low = max((end for end in ends if end <= start), default=0)
    high = min((end for end in ends if end > start), default=len(text))
    sentence = " ".join(text[low:high].split())
    if len(sentence) <= LONGEST:
        return sentence
    at = max(0, len(" ".join(text[low:start].split())) - LONGEST // 2)
    return ("… " if at else "") + sentence[at : at + LONGEST].strip() + " …"


def whole_text(passage: Passage) -> str:
    """The words as printed, with the positions of `own_text`."""
    return "".join(piece.text for piece in passage.pieces)


def check_typed(passage: Passage, facts: Facts, nearby: Iterable[str]) -> Iterator[Problem]:
    """Digit sequences that no claim, row, citation, date, number or name accounts for."""
    for token in facts.digits_of(own_text(passage)):
        yield typed(passage, token, facts, nearby)


def typed(passage: Passage, token: Token, facts: Facts, nearby: Iterable[str]) -> Problem:
    """A digit sequence no source stands behind, its sentence and the nearest claim."""
    sentence = sentence_of(whole_text(passage), token.start)
    what = f"{token.text!r} is typed: “{sentence}”"
    expected = (
        f"a claim or an evidence row; the nearest claim is {facts.nearest(token.text, nearby)}"
    )
    action = "print it by claim(...) or a row; a name that holds digits goes into the vocabulary"
    return page_problem(passage, what, expected, action)


def check_quantities(
    passage: Passage, wording: Wording, facts: Facts, nearby: Iterable[str]
) -> Iterator[Problem]:
    """Quantities in words, unless an exception names the sentence."""
    text = own_text(passage)
    for hit in wording.find("quantity", text):
        sentence = sentence_of(whole_text(passage), hit.start)
        if wording.excuse("quantity", passage.page, sentence):
            continue
        what = f"{hit.words!r} is a quantity in words: “{sentence}”"
        expected = f"a claim; the nearest is {facts.nearest(hit.words, nearby)}"
        action = "print the figure, or write the exception with its reason"
        yield page_problem(passage, what, expected, f"{action} in evidence/wording_exceptions.csv")
