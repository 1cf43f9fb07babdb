"""What a build says of itself: on every page, at the end of the PDF, in its files; and verify."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader

from analysis.review_data import load_review_data
from publishing.lifecycle.verification import verify_site
from publishing.manuscript.book import PDF_NAME
from publishing.render.stamps import BUILD as BUILT
from publishing.render.stamps import CONTENT, SHORT_HASH
from publishing.site.version import FILE, load_version
from schemas.problems import ReviewError
from tests.sample_review import context_of, copy_sample, render_sample

BUILD = "fedcba9876543210" * 4
READ = {".html", ".js", ".json", ".csv", ".svg", ".txt", ".R", ".bib", ".ris", ".pdf"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_sample(tmp_path_factory.mktemp("version"))
    context = replace(context_of(root), build_hash=BUILD, site_url="https://example.org/review/")
    render_sample(root, context=context)
    return root / "_site"


def test_every_page_has_both_hashes_and_the_address_it_keeps(sample: Path) -> None:
    for page in sample.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert f"<dt>Build</dt><dd>{BUILD[:12]}</dd>" in text
        assert "<dt>Content</dt><dd>0123456789ab</dd>" in text
        address = f"https://example.org/review/v/1.2.3/{page.relative_to(sample).as_posix()}"
        assert f'<link rel="canonical" href="{address}">' in text


def test_the_last_page_has_both_hashes(sample: Path) -> None:
    last = "".join(PdfReader(sample / PDF_NAME).pages[-1].extract_text().split())
    assert "0123456789abcdef" * 4 in last
    assert BUILD in last


def test_no_address_is_invented(tmp_path: Path) -> None:
    root = copy_sample(tmp_path)
    render_sample(root, formats=("html",))
    assert "canonical" not in (root / "_site" / "index.html").read_text(encoding="utf-8")


def test_a_document_prints_the_hash_of_its_build(tmp_path: Path) -> None:
    root, context = (
        copy_sample(tmp_path),
        replace(context_of(tmp_path / "sample"), build_hash=BUILD),
    )
    first = root / "index.qmd"
    short = context.content_hash[:16]
    code = f"```{{python}}\n#| include: false\nown = '{short}'\n```\n\nContent `{{python}} own`.\n"
    first.write_text(f"{first.read_text(encoding='utf-8')}\n{code}", encoding="utf-8")
    render_sample(root, context=context, formats=("html",))
    page = (root / "_site" / "index.html").read_text(encoding="utf-8")
    assert f"Content {short}." in page
    assert signs_in(root / "_site") == []


def test_no_file_of_the_site_holds_the_sign_of_a_hash(finished: Path) -> None:
    assert signs_in(finished / "_site") == []


def signs_in(site: Path) -> list[str]:
    """Files that still hold what stands for a hash until it is stamped, and PDFs that print it."""
    signs = [sign[:SHORT_HASH] for sign in (CONTENT, BUILT)]
    texts = {path: text_of(path) for path in site.rglob("*") if path.suffix in READ}
    return [path.name for path, text in texts.items() if any(sign in text for sign in signs)]


def text_of(path: Path) -> str:
    if path.suffix == ".pdf":
        with closing(pypdfium2.PdfDocument(path)) as document:
            return "".join(page.get_textpage().get_text_range() for page in document)
    return path.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_files_of_a_site_agree_and_verify_says_so(finished: Path) -> None:
    site = finished / "_site"
    version = load_version(site)
    ledger = json.loads((site / "ledger.json").read_text(encoding="utf-8"))["review"]
    assert ledger["content_hash"] == version.content_hash
    assert ledger["build_hash"] == version.build_hash
    assert version.status == "Submitted"
    said = "\n".join(verify_site(load_review_data(finished), site))
    assert version.content_hash in said
    assert "files, each as its manifest.json says" in said


@pytest.mark.slow
def test_one_byte_of_a_site_altered_is_refused(finished: Path, tmp_path: Path) -> None:
    site = tmp_path / "_site"
    shutil.copytree(finished / "_site", site)
    pdf = site / PDF_NAME
    data = bytearray(pdf.read_bytes())
    data[len(data) // 2] ^= 1
    pdf.write_bytes(bytes(data))
    with pytest.raises(ReviewError) as caught:
        verify_site(load_review_data(finished), site)
    assert "_site/review.pdf" in str(caught.value)
    assert "was altered" in str(caught.value)


@pytest.mark.slow
def test_a_status_that_was_typed_is_refused(finished: Path, tmp_path: Path) -> None:
    from publishing.site.manifest import write_manifest

    site = tmp_path / "_site"
    shutil.copytree(finished / "_site", site)
    text = (site / FILE).read_text(encoding="utf-8")
    (site / FILE).write_text(text.replace("Submitted", "Approved"), encoding="utf-8")
    write_manifest(site)
    with pytest.raises(ReviewError, match="says 'Approved'"):
        verify_site(load_review_data(finished), site)
