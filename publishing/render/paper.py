"""Sets the PDF with Typst: PDF/UA-1 and PDF/A-3a at once, the same bytes each time."""

from __future__ import annotations

import calendar
import shutil
from collections.abc import Sequence
from pathlib import Path

import typst

from publishing.manuscript.context import Attachment, RenderContext
from publishing.printing.fallback_subsets import write_fallback_fonts
from publishing.render.kept_editions import PICTURE
from schemas.fonts import STANDARDS
from schemas.problems import ReviewError


def render_pdf(
    source: str,
    work: Path,
    figures: Path,
    attachments: Sequence[Attachment],
    context: RenderContext,
    font_folder: Path,
) -> bytes:
    """Compile Typst source; `work` is emptied into Typst's only visible folder."""
    from publishing.printing.page_drawing import is_drawing  # lxml takes long to import

    folder = work / "paper"
    folder.mkdir()
    if figures.is_dir():
        shutil.copytree(figures, folder / figures.name)
    for name in PICTURE.findall(source):
        if (own := figures.parent / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(own, folder / name)
    drawn = [file for name in PICTURE.findall(source) if is_drawing(file := folder / name)]
    for attachment in attachments:
        place = folder / attachment.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(attachment.path, place)
    (folder / "review.typ").write_text(source, encoding="utf-8")
    texts = (source, *(file.read_text(encoding="utf-8") for file in drawn))
    write_fallback_fonts("".join(texts), work / "fallback-fonts")
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[font_folder, work / "fallback-fonts"],
    )
    try:
        pdf = typst.compile(
            folder / "review.typ",
            root=folder,
            font_paths=fonts,
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=calendar.timegm(context.date.timetuple()),
        )
    except typst.TypstError as error:
        raise ReviewError(f"Typst could not set the PDF: {_explain(error)}") from error
    return bytes(pdf)


def count_pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def _explain(error: typst.TypstError) -> str:
    hints = " ".join(getattr(error, "hints", []) or [])
    return f"{getattr(error, 'message', error)} {hints}".strip()
