"""The text of a finished page as a reader reads it, for measures of how easy it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from publishing.render.finished_page import Page, Passage, read_page

ASIDE = ("title", "description", "alt text", "label", "heading")
BESIDE = ("caption", "cell")  # of figures and tables, which a count of the prose leaves out
LEAST = 3  # words: a shorter passage is a label


def read_prose_of(path: Path) -> str:
    """The prose of a page: sentences, lists, captions and cells, without citations."""
    return "\n".join(prose_passages(_page(path)))


def count_words(folder: Path) -> dict[str, int]:
    """Words of sentences and lists on each page of an edition, without captions, cells, sources."""
    return {
        path.relative_to(folder).as_posix(): sum(
            len(text.split()) for text in prose_passages(_page(path), BESIDE)
        )
        for path in _pages_of(folder)
    }


def _page(path: Path) -> Page:
    return read_page(path.read_text(encoding="utf-8"), path.name)


def _pages_of(folder: Path) -> list[Path]:
    """The pages of an edition; a list of references is no prose."""
    return [
        path
        for path in (*sorted(folder.glob("*.html")), *sorted((folder / "report").rglob("*.html")))
        if path.stem != "references"
    ]


def prose_passages(page: Page, beside: tuple[str, ...] = ()) -> Iterator[str]:
    """Passages of a page from its title on that hold prose, each ended like a sentence."""
    kinds = [passage.kind for passage in page.passages]
    title = kinds.index("heading") if "heading" in kinds else 0
    for passage in page.passages[title:]:
        if passage.furniture or passage.kind in (*ASIDE, *beside):
            continue
        text = _without_citations(passage)
        if len(text.split()) >= LEAST:
            yield text if text[-1] in ".?!:" else f"{text}."


def _without_citations(passage: Passage) -> str:
    kept = (piece.text for piece in passage.pieces if piece.role != "citation")
    return " ".join("".join(kept).split())


def grade_pages(folder: Path) -> dict[str, float]:
    """The Flesch-Kincaid grade of every page of an edition."""
    import textstat

    grades: dict[str, float] = {
        path.relative_to(folder).as_posix(): textstat.flesch_kincaid_grade(read_prose_of(path))
        for path in _pages_of(folder)
    }
    return grades
