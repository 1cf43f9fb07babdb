"""The Quarto engine against a stand-in program: what it is given, where, what is kept."""

from __future__ import annotations

import json
import re
import stat
import sys
from io import BytesIO
from pathlib import Path

import pytest
import typst
import yaml
from pypdf import PdfReader

from publishing.render import choose_engine
from publishing.render.pandoc import run_pandoc
from publishing.render.quarto import find_quarto
from schemas.problems import ReviewError
from tests.sample_editions import copy_editions
from tests.sample_review import PROJECT, copy_sample, render_sample

PROGRAM = """#!{python}
import json, os, sys
from pathlib import Path
if sys.argv[1:] == ["--version"]:
    print("{version}")
    sys.exit()
Path({log!r}).open("a").write(json.dumps([sys.argv[1:], os.getcwd(), os.environ["QUARTO_PYTHON"],
    os.environ["REVIEW_ENGINE"], json.loads(Path(sys.argv[-2]).read_text()),
    sorted(str(p) for p in Path(".").rglob("*"))]) + "\\n")
if {fails}:
    print("ERROR: report/safety.qmd went wrong")
    sys.exit(1)
print("[1/4] index.qmd")
nurse = "nurse" in sys.argv
site = Path("_site/nurse" if nurse else "_site")
(site / "report").mkdir(parents=True, exist_ok=True)
page = "<html><head></head><body class=x>page</body></html>"
if "review-html" in sys.argv:
    (site / "index.html").write_text(page); (site / "report/safety.html").write_text(page)
else:
    (site / ("review-nurse.pdf" if nurse else "review.pdf")).write_bytes(b"%PDF")
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


def install(
    folder: Path, log: Path, monkeypatch: pytest.MonkeyPatch, version: str = "1.10.17",
    fails: bool = False,
) -> Path:  # fmt: skip
    folder.mkdir(exist_ok=True)
    program = folder / "quarto"
    text = PROGRAM.format(python=sys.executable, version=version, log=str(log), fails=fails)
    program.write_text(text, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("QUARTO_PATH", str(folder))
    return program


def calls(log: Path) -> list[list[object]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


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


def test_an_old_quarto_is_not_taken(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "bin", log, monkeypatch, version="1.9.38")
    assert choose_engine("auto") == "built-in"
    with pytest.raises(ReviewError, match=r"1\.9\.38 is too old.*1\.10\.17"):
        choose_engine("quarto")


def test_it_renders_in_a_copy_and_the_site_is_taken_from_it(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_sample(tmp_path)
    install(tmp_path / "bin", log, monkeypatch)
    said: list[str] = []
    result = render_sample(root, engine="quarto", progress=said.append)
    assert result.engine == "quarto"
    assert result.pages == ("index.html", "report/safety.html")
    assert (root / "_site/review.pdf").read_bytes() == b"%PDF"
    assert (root / "_site/evidence/time_to_event.csv").is_file()
    assert "[1/4] index.qmd" in said
    first, second = calls(log)
    for arguments, folder, python, engine, metadata, files in (first, second):
        assert folder != str(root)
        assert python == sys.executable
        assert engine == "quarto"
        assert "evidence/time_to_event.csv" in files
        assert "index.qmd" in files
        assert "_references.bib" in files
        assert metadata["review"]["version"] == r"1\.2\.3"
        assert arguments[0] == "render"
    assert [first[0][2], second[0][2]] == ["review-html", "review-typst"]
    assert sorted(p.name for p in root.iterdir() if p.name.startswith("_")) == [
        "_extensions", "_quarto.yml", "_site",
    ]  # fmt: skip


def test_each_edition_is_rendered_by_its_profile_and_has_the_chooser(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_editions(tmp_path)
    install(tmp_path / "bin", log, monkeypatch)
    result = render_sample(root, engine="quarto")
    assert result.pdfs == ("review.pdf", "nurse/review-nurse.pdf")
    profiles = [arguments[0][arguments[0].index("--profile") + 1] for arguments in calls(log)]  # type: ignore[index,attr-defined]
    assert profiles == ["full", "full", "nurse", "nurse"]
    audiences = [arguments[4]["review"]["rows"] for arguments in calls(log)]  # type: ignore[index,call-overload]
    assert "Nurse" in str(audiences[2])
    assert "Nurse" not in str(audiences[0])
    page = (result.output / "nurse/index.html").read_text(encoding="utf-8")
    assert '<body class=x>\n<nav class="audience"' in page
    assert 'href="../index.html" data-edition="full"' in page
    assert (result.output / "assets/audience.js").is_file()


def test_a_failed_render_leaves_the_last_good_site(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_sample(tmp_path)
    (root / "_site").mkdir()
    (root / "_site/index.html").write_text("last good", encoding="utf-8")
    install(tmp_path / "bin", log, monkeypatch, fails=True)
    with pytest.raises(ReviewError, match=r"report/safety\.qmd went wrong"):
        render_sample(root, engine="quarto")
    assert (root / "_site/index.html").read_text(encoding="utf-8") == "last good"


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
