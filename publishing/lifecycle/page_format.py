"""Whether the format of the pages is whole: its files are there, and it sets a page and a PDF.

The program's own is tried by its tests; a review may have one of its own, and files get damaged.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from analysis.kept import Keeping, hash_files
from publishing.manuscript.book import Chapter, load_book
from publishing.manuscript.context import RenderContext
from publishing.manuscript.extension import EXTENSION, PROGRAM, is_of_program
from publishing.render.built_in import book_metadata, resolve_edition, set_edition
from publishing.render.executed import Executed
from publishing.render.fonts import check_fonts
from publishing.render.pandoc import BOOK, write_typst
from publishing.render.paper import render_pdf
from publishing.render.sheets import NAMED_IN_FULL
from publishing.render.sheets import TEMPLATE as SHEET
from publishing.site.assets import OF_CARDS, OF_PAGES, OF_SEARCH
from schemas.problems import Problem, ReviewError

COPIED = (*OF_PAGES, *OF_SEARCH, *OF_CARDS)  # as they are, beside the pages
RESTORE = "restore it from the repository"
PAGE = Executed("index.qmd", "# A page {#sec-page}\n\nIts words, and a list:\n\n- one\n- two\n")


def format_problems(root: Path, context: RenderContext, keeping: Keeping) -> list[Problem]:
    """Each file of the format that is missing or damaged, or else why it sets no page."""
    try:
        check_fonts(root / EXTENSION)
    except ReviewError as error:
        return error.problems
    if missing := list(_unreadable(root)):
        return missing
    if root != PROGRAM and is_of_program(root):
        return []
    files = hash_files(root, sorted((root / EXTENSION).rglob("*")))
    inputs = {"the format": files, "the program": keeping.program}
    check = keeping.steps.unless_clean
    return check("try the format", inputs, lambda: _tried(root, context))


def _unreadable(root: Path) -> Iterator[Problem]:
    for name in COPIED:
        path = root / EXTENSION / name
        try:
            empty = not path.read_text(encoding="utf-8").strip()
            what = "is empty" if empty else ""
        except OSError:
            what = "is missing"
        except UnicodeDecodeError:
            what = "is damaged: it is no text"
        if what:
            yield Problem(path.relative_to(root).as_posix(), what=what, action=RESTORE)


def _tried(root: Path, context: RenderContext) -> Iterator[Problem]:
    """What a page and a PDF of one paragraph say of the format."""
    from jinja2 import TemplateError  # which a review with the program's own format needs not

    from publishing.site.pages import page_template

    try:
        page_template(root / EXTENSION).get_template("page.html")
        _set_page(root, context)
    except (ReviewError, TemplateError, OSError) as error:
        what = f"sets no page: {' '.join(str(error).split())}"
        yield Problem(EXTENSION.as_posix(), what=what, action=RESTORE)


def _set_page(root: Path, context: RenderContext) -> None:
    extension, book = root / EXTENSION, load_book(root)
    with tempfile.TemporaryDirectory(prefix="review-format-") as scratch:
        work = Path(scratch)
        references = work / "references.bib"
        references.touch()
        one = replace(book, chapters=(Chapter(PAGE.path),))
        own = replace(context, bibliography=references)
        metadata = book_metadata(root, one, (), own)
        sheet = metadata | {"sheet": PAGE.path, "csl": str(extension / NAMED_IN_FULL)}
        for name, said in ((BOOK, metadata), (SHEET, sheet)):
            folder = work / name.removesuffix(".typ")
            folder.mkdir()
            set_edition(extension, folder, [PAGE], said)
            source = write_typst(extension, resolve_edition(extension, folder, [PAGE], said), name)
            render_pdf(source, folder, work / "none", (), own, extension / "fonts")
