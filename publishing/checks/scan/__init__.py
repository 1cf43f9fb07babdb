"""Reads the finished pages and the finished PDF as a reader gets them, and refuses what they
print without a source: a digit, or a quantity in words, that no claim and no row stands behind.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from analysis.kept import Keeping, hash_of_bytes
from analysis.reads import Once, note_read
from analysis.review_data import ReviewData
from publishing.checks.phrases import Wording, wording_of
from publishing.checks.scan.alts import Asked, check_alts
from publishing.checks.scan.compare import compare_paper
from publishing.checks.scan.facts import Facts, facts_of
from publishing.checks.scan.paper import read_paper
from publishing.checks.scan.rules import check_page
from publishing.documents.catalogue import list_displays
from publishing.documents.kept_results import recall
from publishing.documents.reads import watched_data
from publishing.printing.analysis_cells import PREFIX
from publishing.render.finished_page import Page, read_page, texts_of_site, without_scripts
from schemas.problems import Problem, ReviewError

__all__ = ["Edition", "Scan", "check_site", "scan_site"]
READ_MUCH = (PREFIX, "due")  # what these rest on is sooner computed than compared


@dataclass(frozen=True)
class Edition:
    """One edition in the site: its folder, its pages in the order of the PDF, the PDF.

    `pages` are paths in the folder, `pdf` is a path in the site; `others` are folders of
    other editions, which are left alone.
    """

    folder: str = ""
    pages: tuple[str, ...] = ()
    pdf: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scan:
    """What was read in one edition, and every problem of it."""

    pages: int
    claims: int
    rows: int
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return f"{self.pages} pages read: {self.claims} claims and {self.rows} row figures printed"


def scan_site(
    site: Path,
    data: ReviewData,
    editions: Sequence[Edition],
    *,
    names: Iterable[str],
    words: Iterable[str] = (),
    hashes: Sequence[str] = (),
    keeping: Keeping | None = None,
    papers: Callable[[], None] = lambda: None,
) -> tuple[Scan, ...]:
    """Read every page of these editions of a finished site, then the PDFs that are there.

    `papers` is called between the two: PDFs may be set while pages are read.
    `names` may hold digits; `words` are the version and such, `hashes` those of the build. Pages
    without a problem are kept as such, and read again when they, or what they rest on, change.
    """
    keeping, named = keeping or Keeping(), sorted({*names, *words})
    lists = ("table:wording", "table:wording_exceptions")
    inputs = {
        "the protocol": keeping.now("review"),
        "names with digits": hash_of_bytes(*named),
        "the lists of words": hash_of_bytes(*map(keeping.now, lists)),
        "the names of figures": hash_of_bytes(*sorted(list_displays(data.root).figures)),
    }
    watched, wording = watched_data(data), wording_of(data.evidence)
    facts = facts_of(watched, named, (*words, *hashes))
    shared = _Shared(watched, facts, wording, keeping, inputs, hashes)
    step = "what is printed of rows"
    keep_printed = recall(keeping, step, facts.printed, inputs, _is_soon_compared)
    read = [_read_edition(site, edition, shared) for edition in editions]
    keep_printed()
    papers()
    return tuple(one.scan(site) for one in read)


def _is_soon_compared(key: Hashable) -> bool:
    reference = str(key[0]) if isinstance(key, tuple) else ""
    return reference.partition(":")[0] not in READ_MUCH


@dataclass(frozen=True)
class _Shared:
    """What the scans of all editions share; `asked` holds the figures that were drawn again.

    `data` notes what is read of it, so that a page is read again when that changes.
    """

    data: ReviewData
    facts: Facts
    wording: Wording
    keeping: Keeping
    inputs: Mapping[str, str]
    hashes: Sequence[str]
    asked: Once = field(default_factory=Once)

    def unstamped(self, text: str) -> str:
        """A page as it is in every build of the same content: without hashes."""
        for printed in sorted(filter(None, self.hashes), key=len, reverse=True):
            text = text.replace(printed, "")
        return text

    def problems_of(self, page: Page, numbers: Mapping[str, str]) -> list[Problem]:
        """Every problem of one page; `numbers` are those of its edition."""
        names = figures_on([page], list_displays(self.data.root).figures)
        asked = {name: self.asked.of(name, partial(self._asked_by, name)) for name in names}
        return [
            *check_page(page, self.facts, self.wording, numbers),
            *check_alts(page, self.facts, self.wording, asked),
        ]

    def _asked_by(self, name: str) -> Asked:
        """What a figure says and asks for; it is drawn again where what it reads has changed."""

        def draw_again() -> bytes:
            from publishing.displays.tracing import draw  # matplotlib takes long to import

            note_read(f"display:figures/{name}")
            drawn = draw(self.data, list_displays(self.data.root).figures[name])
            claims, rows = sorted(drawn.accessed.claims), sorted(drawn.accessed.rows)
            return json.dumps([drawn.figure.alt, claims, rows]).encode()

        kept = self.keeping.run(f"ask what figure {name} rests on", {}, draw_again)
        alt, claims, rows = json.loads(kept or b"")
        return Asked(alt, tuple(claims), tuple(rows))


def _read_edition(site: Path, edition: Edition, shared: _Shared) -> _Read:
    """Read the pages of one edition."""
    texts = texts_of_site(site / edition.folder, edition.others)
    pages = [
        _KeptPage(path, without_scripts(text), edition.folder, shared)
        for path, text in texts.items()
    ]
    numbers = {key: number for page in pages for key, number in page.told["numbers"].items() if key}
    problems = [problem for page in pages for problem in page.problems(numbers)]
    claims, rows = (sum(page.told[role] for page in pages) for role in ("claim", "row"))
    problems += _without_claims(shared.data, len(pages), claims)
    return _Read(edition, shared, pages, Scan(len(pages), claims, rows, tuple(problems)))


@dataclass(frozen=True)
class _Read:
    """The pages of one edition as they were read, which are then compared with its PDF."""

    edition: Edition
    shared: _Shared
    pages: Sequence[_KeptPage]
    found: Scan

    def scan(self, site: Path) -> Scan:
        """What was found, with every difference from the PDF if there is one."""
        problems, edition = self.found.problems, self.edition
        if edition.pdf is not None and (site / edition.pdf).is_file() and self.pages:
            ordered = [page for path in edition.pages for page in self.pages if page.path == path]
            problems += tuple(_compare(ordered or self.pages, site / edition.pdf, self.shared))
        if edition.folder:
            problems = tuple(
                replace(item, file=f"{edition.folder}/{item.file}") for item in problems
            )
        return replace(self.found, problems=problems)


@dataclass(frozen=True)
class _KeptPage:
    """A page that is read when what was kept of it is old."""

    path: str
    text: str
    folder: str
    shared: _Shared

    @cached_property
    def plain_text(self) -> str:
        return self.shared.unstamped(self.text)

    @cached_property
    def hash(self) -> str:
        return hash_of_bytes(self.plain_text)

    @cached_property
    def page(self) -> Page:
        return read_page(self.text, self.path)

    @cached_property
    def plain(self) -> Page:
        """The page without hashes, as it was kept where only what it rests on has changed."""
        step, keeping = f"pieces of {self.folder}/{self.path}", self.shared.keeping
        inputs = {"its text": self.hash, "the program": keeping.program}
        found: Page = pickle.loads(keeping.steps.run(step, inputs, self._pieces))
        return found

    def _pieces(self) -> bytes:
        return pickle.dumps(read_page(self.plain_text, self.path))

    @cached_property
    def told(self) -> dict[str, Any]:
        """The numbers printed on the page, and how many claims and rows it prints."""
        step = f"read {self.folder}/{self.path}"
        kept = self.shared.keeping.run(step, {"its text": self.hash}, self._tell)
        return dict(json.loads(kept or b"{}"))

    def _tell(self) -> bytes:
        counts = {role: _count([self.plain], role) for role in ("claim", "row")}
        return json.dumps({"numbers": self.plain.numbers, **counts}).encode()

    def problems(self, numbers: Mapping[str, str]) -> list[Problem]:
        inputs = {"its text": self.hash, "numbers": _hash(numbers), **self.shared.inputs}
        return self.shared.keeping.check(
            f"scan {self.folder}/{self.path}", inputs,
            lambda: self.shared.problems_of(self.plain, numbers),
        )  # fmt: skip


def _compare(pages: Sequence[_KeptPage], pdf: Path, shared: _Shared) -> list[Problem]:
    """Every difference between the pages and the PDF."""
    paper = read_paper(pdf)
    texts = {f"page {page.path}": page.hash for page in pages}
    inputs = {**texts, "the PDF": _hash(asdict(paper))}
    return shared.keeping.check(
        f"compare {pdf.name}", inputs,
        lambda: compare_paper([page.page for page in pages], paper, pdf.name),
    )  # fmt: skip


def _hash(value: Mapping[str, Any]) -> str:
    return hash_of_bytes(json.dumps(value, sort_keys=True))


def check_pages(
    pages: Sequence[Page], facts: Facts, data: ReviewData, wording: Wording
) -> list[Problem]:
    """Every problem of the pages of one edition; one without any claim is a problem."""
    numbers = {key: number for page in pages for key, number in page.numbers.items() if key}
    shared = _Shared(data, facts, wording, Keeping(), {}, ())
    problems = [problem for page in pages for problem in shared.problems_of(page, numbers)]
    return problems + _without_claims(data, len(pages), _count(pages, "claim"))


def _without_claims(data: ReviewData, pages: int, claims: int) -> list[Problem]:
    if not pages or not data.ledger.records or claims:
        return []
    what = "no page prints a claim: the documents were not run, or the marks of claims are lost"
    return [Problem("the site", what=what, expected="claims", rule="scan")]


def figures_on(pages: Iterable[Page], names: Iterable[str]) -> list[str]:
    """Names of the project's figures that pages show."""
    places = {
        passage.place.removeprefix("fig-")
        for page in pages
        for passage in page.passages
        if passage.kind == "alt text"
    }
    return sorted(places & set(names))


def _count(pages: Iterable[Page], role: str) -> int:
    return sum(
        piece.role == role
        for page in pages
        for passage in page.passages
        for piece in passage.pieces
    )


def check_site(scans: Iterable[Scan]) -> None:
    """Raise ReviewError with every problem of every edition."""
    problems = [problem for scan in scans for problem in scan.problems]
    if problems:
        raise ReviewError(problems)
