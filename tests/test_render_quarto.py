"""The Quarto engine against a stand-in with recorded pages: what it is given, what it makes."""

from __future__ import annotations

import re
import shutil
import sys
from io import BytesIO
from pathlib import Path

import pytest
import typst
import yaml
from pypdf import PdfReader

from publishing.lifecycle import build
from publishing.lifecycle.parity import compare_pages
from publishing.render import quarto_program
from publishing.render.editions import choose_engine
from publishing.render.pandoc import run_pandoc
from publishing.render.quarto import run_quarto
from publishing.render.quarto_pages import read_chapter, titles_of
from publishing.render.quarto_program import QuartoError, find_quarto
from schemas.problems import ReviewError
from tests.quarto_stand_in import PAGES, calls, install
from tests.sample_editions import copy_editions
from tests.sample_review import PROJECT, copy_sample, render_sample

RENDERED_BY = {"list text: quarto renderer", "list text: built-in renderer"}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


def test_quarto_is_looked_for_in_its_variable_and_on_the_path(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_quarto() is None
    assert choose_engine("auto") == "built-in"
    with pytest.raises(ReviewError, match="QUARTO_PATH"):
        choose_engine("quarto")
    install(tmp_path / "bin", log, monkeypatch)
    assert choose_engine("auto") == "built-in"
    assert choose_engine("quarto") == "quarto"
    monkeypatch.delenv("QUARTO_PATH")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    found = find_quarto()
    assert found is not None
    assert found.version == (1, 10, 17)
    assert choose_engine("built-in") == "built-in"


def test_auto_takes_quarto_only_in_a_version_that_was_compared(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = {"versions": ["1.11.0"], "differences": []}
    monkeypatch.setattr(quarto_program, "recorded_parity", lambda: recorded)
    install(tmp_path / "bin", log, monkeypatch, version="1.11.1")
    assert choose_engine("auto") == "built-in"
    install(tmp_path / "bin", log, monkeypatch, version="1.11.0")
    assert choose_engine("auto") == "quarto"


def test_an_old_quarto_is_not_taken(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "bin", log, monkeypatch, version="1.9.38")
    assert choose_engine("auto") == "built-in"
    with pytest.raises(ReviewError, match=r"1\.9\.38 is too old.*1\.10\.17"):
        choose_engine("quarto")


def test_quarto_gets_executed_documents_in_a_copy_and_the_source_stays_as_it_was(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_sample(tmp_path)
    before = {p: p.read_bytes() for p in root.rglob("*.qmd")} | {root / ".gitignore": None}
    install(tmp_path / "bin", log, monkeypatch)
    said: list[str] = []
    result = render_sample(root, engine="quarto", progress=said.append)
    assert result.engine == "quarto"
    assert (root / "_site/review.pdf").read_bytes() == b"%PDF"
    assert (root / "_site/evidence/time_to_event.csv").is_file()
    assert "[1/4] index.qmd" in said
    paper, pages = calls(log)
    for call in (paper, pages):
        assert call["folder"] != str(root)
        assert call["python"] == sys.executable
        assert {"evidence/time_to_event.csv", "_references.bib"} <= set(call["files"])
        assert "bibliography: _references.bib" in call["settings"]
        assert all(text.startswith("---\nengine: markdown\n---") for text in
                   call["documents"].values())  # fmt: skip
        assert not any("{python}" in text for text in call["documents"].values())
    assert [paper["arguments"][2], pages["arguments"][2]] == ["review-typst", "review-html"]
    assert paper["metadata"]["review"]["version"] == r"1\.2\.3"
    assert pages["metadata"]["nocite"] == "@lee2023, @smith2021"
    assert "<table" in pages["documents"]["report/efficacy.qmd"]
    assert "<table" not in paper["documents"]["report/efficacy.qmd"]
    after = {p: p.read_bytes() if p.exists() else None for p in before}
    assert after == before


def test_each_document_is_executed_once_for_all_editions_and_formats(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_editions(tmp_path)
    count = tmp_path / "count"
    for path in ("index.qmd", "report/efficacy.qmd"):
        with (root / path).open("a", encoding="utf-8") as stream:
            code = f"with open({str(count)!r}, 'a') as f: _ = f.write({path!r} + '\\n')"
            stream.write(f"\n```{{python}}\n#| include: false\n{code}\n```\n")
    install(tmp_path / "bin", log, monkeypatch)
    render_sample(root, engine="quarto")
    assert len(calls(log)) == 4
    assert sorted(count.read_text().split()) == ["index.qmd", "report/efficacy.qmd"]


@pytest.mark.parametrize("make", [copy_sample, copy_editions])
def test_the_pages_are_those_of_the_built_in_engine(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch, make: type[Path]
) -> None:
    root = make(tmp_path)
    install(tmp_path / "bin", log, monkeypatch)
    sites = [tmp_path / "one", tmp_path / "two"]
    for engine, site in zip(("built-in", "quarto"), sites, strict=True):
        result = render_sample(root, engine=engine, output=site, formats=("html",))
    assert len(result.pages) >= 4
    for page in result.pages:
        first, second = ((site / page).read_text(encoding="utf-8") for site in sites)
        assert [
            difference
            for difference in compare_pages(page, first, second)
            if {difference.built_in, difference.quarto} != RENDERED_BY
        ] == []
        assert not re.search(r"requirejs|jquery|bootstrap|quarto-|//cdn", second)


def test_a_page_that_is_not_as_quarto_writes_it_is_refused() -> None:
    with pytest.raises(ValueError, match="has no <main id=quarto-document-content>"):
        titles_of({"index.html": "<html><body><article>x</article></body></html>"})
    page = '<html><body><main id="quarto-document-content"><p>x</p></main></body></html>'
    with pytest.raises(ValueError, match="lacks the title"):
        read_chapter(page, "a.qmd", "a.html", {})


def test_a_picture_of_the_first_page_is_named_as_by_the_built_in_engine() -> None:
    page = (PAGES / "full" / "index.html").read_text(encoding="utf-8")
    page = page.replace("</main>", '<img src="./figures/a.svg" alt="A"></main>')
    chapter = read_chapter(page, "index.qmd", "index.html", titles_of({"index.html": page}))
    assert '<img src="figures/a.svg"' in chapter.body


def test_a_link_to_a_section_of_its_own_page_is_written_as_by_the_built_in_engine() -> None:
    page = (PAGES / "full" / "index.html").read_text(encoding="utf-8")
    page = page.replace("</main>", '<a href="./index.html#sec-own">Own</a></main>')
    chapter = read_chapter(page, "index.qmd", "index.html", titles_of({"index.html": page}))
    assert '<a href="#sec-own">' in chapter.body


def callout(title: str, body: str) -> str:
    return (
        '<div class="callout callout-style-default callout-note callout-titled">'
        '<div class="callout-header"><div class="callout-title-container flex-fill">'
        f"{title}</div></div>"
        f'<div class="callout-body-container callout-body">{body}</div></div>'
    )


def test_a_callout_within_another_takes_nothing_from_it() -> None:
    page = (PAGES / "full" / "index.html").read_text(encoding="utf-8")
    nested = callout("Outer", f"<p>Words.</p>{callout('Inner', '<p>More.</p>')}")
    page = page.replace("</main>", f"{nested}</main>")
    chapter = read_chapter(page, "index.qmd", "index.html", titles_of({"index.html": page}))
    said = re.findall(r"Outer|Words|Inner|More", chapter.body)
    assert said == ["Outer", "Words", "Inner", "More"]


def test_the_title_of_a_callout_is_read_as_quarto_reads_it(tmp_path: Path) -> None:
    text = '::: {.callout-note title="It\'s *so*"}\nText.\n:::\n'
    (tmp_path / "one.md").write_text(text, encoding="utf-8")
    reader = PROJECT / "_extensions/review/lua/reader.lua"
    read = run_pandoc(["one.md", f"--from={reader}", "--to=native"], tmp_path)
    assert r'"It\8217s so"' in read


def test_a_failed_render_is_told_and_leaves_the_last_good_site(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_sample(tmp_path)
    (root / "_site").mkdir()
    (root / "_site/index.html").write_text("last good", encoding="utf-8")
    install(tmp_path / "bin", log, monkeypatch, fails=True)
    with pytest.raises(ReviewError, match=r"exit code 1:\nERROR: report/safety\.qmd went wrong$"):
        render_sample(root, engine="quarto")
    pages = shutil.copytree(PAGES, tmp_path / "pages")
    (pages / "alone/report/safety.html").unlink()
    install(tmp_path / "bin", log, monkeypatch, pages=pages)
    with pytest.raises(ReviewError, match=r"Quarto wrote no safety\.html"):
        render_sample(root, engine="quarto")
    assert (root / "_site/index.html").read_text(encoding="utf-8") == "last good"


def test_where_nobody_named_quarto_the_build_goes_on_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines: list[str] = []

    def fail(*_: object, engine: str, **__: object) -> str:
        engines.append(engine)
        if engine != "built-in":
            raise QuartoError("Quarto stopped with exit code 1:\nno space")
        return "a site"

    monkeypatch.setattr(build, "_build", fail)
    said: list[str] = []
    settings = {"formats": ("html",), "output": tmp_path, "progress": said.append}
    made: object = build.build_review(tmp_path, engine="auto", **settings)  # type: ignore[arg-type]
    assert made == "a site"
    assert said == ["Quarto stopped with exit code 1:\nno space\nGoing on with the built-in engine"]
    with pytest.raises(QuartoError, match="no space"):
        build.build_review(tmp_path, engine="quarto", **settings)  # type: ignore[arg-type]
    assert engines == ["auto", "built-in", "quarto"]


def test_the_checks_come_before_quarto(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_sample(tmp_path)
    install(tmp_path / "bin", log, monkeypatch)
    with (root / "report/safety.qmd").open("a", encoding="utf-8") as stream:
        stream.write("\nSee [@nobody].\n")
    with pytest.raises(ReviewError, match="unknown citekey @nobody"):
        render_sample(root, engine="quarto")
    assert not log.exists()


def test_the_extension_names_files_that_are_there() -> None:
    folder = PROJECT / "_extensions" / "review"
    formats = yaml.safe_load((folder / "_extension.yml").read_text(encoding="utf-8"))["contributes"]
    named = [
        name["path"] if isinstance(name, dict) else name
        for settings in formats["formats"].values()
        for key in ("template-partials", "filters", "css")
        for name in settings.get(key, [])
    ]
    assert len(named) >= 6
    assert all((folder / name).is_file() for name in named)
    assert formats["formats"]["typst"]["pdf-standard"] == ["ua-1", "a-3a"]
    assert formats["formats"]["html"]["html-math-method"] == "mathml"


def test_numbering_defines_what_quarto_asks_for() -> None:
    text = (PROJECT / "_extensions/review/numbering.typ").read_text(encoding="utf-8")
    defined = set(re.findall(r"#let ([\w-]+)", text))
    assert {
        "equation-numbering",
        "callout-numbering",
        "subfloat-numbering",
        "theorem-inherited-levels",
        "theorem-numbering",
        "theorem-render",
    } <= defined


def test_the_partials_stand_alone_when_quarto_previews_without_the_build(tmp_path: Path) -> None:
    extension = PROJECT / "_extensions" / "review"
    text = "# One {#sec-one}\n\n::: {.table-notes}\nA note.\n:::\n\n## Two\n\nText.^[Note.]\n"
    (tmp_path / "one.md").write_text(text, encoding="utf-8")
    source = run_pandoc(
        ["one.md", "--to", "typst", "--template", str(extension / "built-in.typ"),
         "--lua-filter", str(extension / "lua" / "paper.lua"), "--metadata", "title=T"],
        tmp_path,
    )  # fmt: skip
    (tmp_path / "one.typ").write_text(source, encoding="utf-8")
    pdf = typst.compile(tmp_path / "one.typ", format="pdf")
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    assert "Version draft · Draft preview" in pages[-1]


def test_what_quarto_notes_of_a_document_stands_not_between_a_part_and_its_chapter(
    tmp_path: Path,
) -> None:
    note = "`<!-- quarto-file-metadata: e30= -->`{=html}"
    part = "::: {.quarto-book-part}\n# Part {.unnumbered}\n:::"
    (tmp_path / "one.md").write_text(f"{part}\n\n{note}\n\n# One\n\nText.\n", encoding="utf-8")
    lua = PROJECT / "_extensions/review/lua"
    filters = [f"--lua-filter={lua / name}.lua" for name in ("paper-columns", "paper")]
    source = run_pandoc(["one.md", "--to", "typst", *filters], tmp_path)
    assert re.search(r"#review-part\[Part\]\n+= One\n", source)
    assert source.count("#review-prose[") == 1


def test_a_chapter_without_a_number_lends_none_to_its_tables(tmp_path: Path) -> None:
    numbering = (PROJECT / "_extensions/review/numbering.typ").read_text(encoding="utf-8")
    table = '#figure([x], caption: [y], kind: "t", supplement: [Table])\n'
    reset = '#counter(figure.where(kind: "t")).update(0)\n'
    source = (
        f'{numbering}\n#set heading(numbering: "1.1")\n#set figure(numbering: in-chapter)\n'
        f"= One\n{table}{reset}#heading(numbering: none)[Two]\n{table}{reset}"
        f"#heading(numbering: none, supplement: [Part])[Part]\n= Three\n{table}"
    )
    (tmp_path / "one.typ").write_text(source, encoding="utf-8")
    pdf = typst.compile(tmp_path / "one.typ", format="pdf")
    text = PdfReader(BytesIO(pdf)).pages[0].extract_text()
    assert re.findall(r"Table.([\d.]+):", text) == ["1.1", "1", "2.1"]


def test_columns_are_as_wide_before_citations_are_resolved_as_after(tmp_path: Path) -> None:
    extension = PROJECT / "_extensions" / "review"
    row = "| [@smith2021; @lee2023] | " + "many words of a long text " * 8 + "|\n"
    text = f"# One {{#sec-one}}\n\n| A | B |\n|---|---|\n{row}\n@smith2021 said so.\n"
    (tmp_path / "one.md").write_text(text, encoding="utf-8")
    references = PROJECT / "tests/fixtures/sample_review/references.bib"
    paper = ["--lua-filter", str(extension / "lua/paper.lua")]
    common = ["one.md", "--to", "typst-citations", f"--bibliography={references}",
              f"--csl={extension / 'numbered.csl'}"]  # fmt: skip
    before, after = (
        run_pandoc([*common, *order], tmp_path)
        for order in ([*paper, "--citeproc"], ["--citeproc", *paper])
    )
    assert "columns: (" in after
    assert re.findall(r"columns: .*", before) == re.findall(r"columns: .*", after)


def test_a_filter_that_fails_is_named_by_its_reason_not_by_the_end_of_its_stack(
    tmp_path: Path,
) -> None:
    stack = "".join(f"print('main.lua:{line}: in function')\n" for line in range(40))
    script = f"print('[ 1/14] index.qmd')\nprint('Error running filter main.lua:')\n{stack}exit(1)"
    with pytest.raises(QuartoError, match=r"exit code 1:\nError running filter main\.lua:\n"):
        run_quarto([sys.executable, "-c", script], tmp_path, lambda said: None)
