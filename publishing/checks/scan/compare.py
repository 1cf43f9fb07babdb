"""Compares what the PDF prints with what the pages print: digits, claims, alt texts.

The PDF carries no marks, so its digit runs are aligned with those of the pages, in the
order of the chapters. What only one of them shows is a problem, unless it moved a little:
a page may break a table row or cut an address.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from publishing.checks.numbers import collapsed
from publishing.checks.scan.alignment import align
from publishing.checks.scan.paper import HYPHEN, Line, Paper
from publishing.checks.scan.rules import page_problem, sentence_of, whole_text
from publishing.documents.digits import SIGNS
from publishing.render.finished_page import Page, Passage, Piece
from schemas.problems import Problem

ASIDE = ("title", "description", "alt text", "label")  # not on paper, or not as text
NEARBY = 800  # digit runs of a dense page: so far a page break or a floating figure moves one


@dataclass(frozen=True)
class PageRun:
    """A digit run, or a word of a claim without digits, of an HTML page."""

    text: str
    passage: Passage
    piece: Piece
    start: int


@dataclass(frozen=True)
class PaperRun:
    """The same in the PDF, with its line."""

    text: str
    line: Line


def compare_paper(pages: Sequence[Page], paper: Paper, file: str) -> Iterator[Problem]:
    """Every difference between the pages, in the order of the chapters, and the PDF."""
    words = words_of_claims(pages)
    printed = list(printed_runs(pages, words))
    on_paper = list(paper_runs(paper.lines, words))
    pairs = align([run.text for run in printed], [run.text for run in on_paper])
    left, right = _unpaired(pairs, len(printed), len(on_paper))
    positions = _positions(pairs, len(on_paper))
    left, right = _moved(printed, on_paper, left, right, positions)
    left, right = _cut(printed, on_paper, left, right)
    yield from _only_on_paper(file, [on_paper[at] for at in right])
    yield from _only_on_pages([printed[at] for at in left], file)
    yield from compare_alts(pages, paper, file)


def words_of_claims(pages: Iterable[Page]) -> re.Pattern[str]:
    """Digit runs, and the words of claims that print no digit (`not reached`, `low`)."""
    texts = {
        collapsed(piece.text)
        for page in pages
        for passage in page.passages
        for piece in passage.claims
        if not re.search(r"\d", piece.text)
    }
    words = sorted({word for text in texts for word in re.findall(r"\w+", text)}, key=len)
    named = "".join(rf"|\b{re.escape(word)}\b" for word in reversed(words))
    return re.compile(rf"\d+|{SIGNS}{named}", re.IGNORECASE)


def printed_runs(pages: Iterable[Page], words: re.Pattern[str]) -> Iterator[PageRun]:
    """Runs of the pages in reading order, furniture left out."""
    for page in pages:
        for passage in page.passages:
            if passage.furniture or passage.kind in ASIDE:
                continue
            offset, ends = 0, []
            for piece in passage.pieces:
                offset += len(piece.text)
                ends.append((offset, piece))
            for match in words.finditer(whole_text(passage)):
                piece = next(piece for end, piece in ends if match.start() < end)
                yield PageRun(match[0].lower(), passage, piece, match.start())


def paper_runs(lines: Iterable[Line], words: re.Pattern[str]) -> Iterator[PaperRun]:
    """Runs of the PDF; a word cut at the end of a line belongs to that line."""
    rest = ""
    for line in lines:
        text = rest + line.text
        rest = ""
        if text.endswith(HYPHEN):
            head, _, tail = text.rpartition(" ")
            text, rest = head, tail.rstrip(HYPHEN)
        for match in words.finditer(text):
            yield PaperRun(match[0].lower(), line)


def _unpaired(pairs: Iterable[tuple[int, int]], n: int, m: int) -> tuple[list[int], list[int]]:
    left, right = set(range(n)), set(range(m))
    for one, other in pairs:
        left.discard(one)
        right.discard(other)
    return sorted(left), sorted(right)


def _positions(pairs: Sequence[tuple[int, int]], m: int) -> list[int]:
    """For each run of the PDF, about where it would stand among those of the pages."""
    places, at, last = [0] * m, 0, 0
    for other in range(m):
        while at < len(pairs) and pairs[at][1] <= other:
            last = pairs[at][0]
            at += 1
        places[other] = last
    return places


def _moved(
    printed: Sequence[PageRun],
    on_paper: Sequence[PaperRun],
    left: list[int],
    right: list[int],
    positions: Sequence[int],
) -> tuple[list[int], list[int]]:
    """Leave out runs that both print, one near the other."""
    free: dict[str, list[int]] = defaultdict(list)
    for at in left:
        free[printed[at].text].append(at)
    kept = []
    for at in right:
        near = [one for one in free[on_paper[at].text] if abs(one - positions[at]) <= NEARBY]
        if near:
            free[on_paper[at].text].remove(near[0])  # the first: a nearer one may be another's
        else:
            kept.append(at)
    return sorted(at for places in free.values() for at in places), kept


def _cut(
    printed: Sequence[PageRun], on_paper: Sequence[PaperRun], left: list[int], right: list[int]
) -> tuple[list[int], list[int]]:
    """Leave out runs of the PDF that together are one run of the pages: a cut address."""
    for at in list(left):
        text = printed[at].text
        for first in right:
            length = 0
            while length < len(text) and first + length in right:
                length += 1
                if "".join(run.text for run in on_paper[first : first + length]) == text:
                    left = [one for one in left if one != at]
                    right = [one for one in right if not first <= one < first + length]
                    break
            if at not in left:
                break
    return left, right


def _only_on_paper(file: str, runs: Sequence[PaperRun]) -> Iterator[Problem]:
    for run in runs:
        what = f"page {run.line.page} prints {run.text!r}: “{run.line.text.replace(HYPHEN, '-')}”"
        expected = "only what the HTML pages print at that place"
        yield Problem(file, what=what, expected=expected, action="print both from one source",
                      rule="scan")  # fmt: skip


def _only_on_pages(runs: Sequence[PageRun], file: str) -> Iterator[Problem]:
    claims = [(run.passage, run.piece) for run in runs if run.piece.role == "claim"]
    for passage, piece in dict.fromkeys(claims):
        what = f"the claim {piece.reference} ({collapsed(piece.text)}) is not in {file}"
        yield page_problem(passage, what, "the same claims in HTML and PDF")
    for run in runs:
        if run.piece.role != "claim" and not run.text.isalpha():
            sentence = sentence_of(whole_text(run.passage), run.start)
            what = f"{run.text!r} is not in {file}: “{sentence}”"
            yield page_problem(run.passage, what, "the same figures in HTML and PDF")


def compare_alts(pages: Iterable[Page], paper: Paper, file: str) -> Iterator[Problem]:
    """Each picture has the same alt text on the page and in the PDF."""
    passages = {
        collapsed(passage.text): passage
        for page in pages
        for passage in page.passages
        if passage.kind == "alt text"
    }
    html = Counter(passages.keys())
    pdf = Counter(collapsed(alt) for alt in paper.alts)
    for alt in html - pdf:
        yield page_problem(passages[alt], f"{file} has no picture with the alt text “{alt}”")
    for alt in pdf - html:
        what = f"a picture has the alt text “{alt}”, which no HTML page has"
        yield Problem(file, what=what, rule="scan")
