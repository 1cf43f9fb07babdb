"""What fails says where and why, shuts its kernels down and leaves the last good site alone."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from publishing.render import execute, staging
from publishing.render.editions import workers
from publishing.site import writer
from schemas.problems import ReviewError
from tests.sample_review import copy_sample, render_sample


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A sample of two short documents, with a last good site."""
    root = copy_sample(tmp_path)
    (root / "_site").mkdir()
    (root / "_site" / "index.html").write_text("last good", encoding="utf-8")
    text = (root / "_quarto.yml").read_text(encoding="utf-8")
    for name in ("safety", "efficacy"):
        text = text.replace(f"        - report/{name}.qmd\n", "")
        (root / "report" / f"{name}.qmd").unlink()
    text = text.replace("    - part: Findings\n      chapters:\n", "")
    (root / "_quarto.yml").write_text(text, encoding="utf-8")
    index = "---\nengine: jupyter\n---\n\n# Summary {#sec-summary}\n\nWords.\n"
    (root / "index.qmd").write_text(index, encoding="utf-8")
    return root


def add(root: Path, text: str) -> None:
    with (root / "index.qmd").open("a", encoding="utf-8") as stream:
        stream.write(text)


def names_in(root: Path) -> list[str]:
    made = {"figures", "__pycache__", "pid"}
    return sorted(path.name for path in root.iterdir() if path.name not in made)


def failure(root: Path, **options: object) -> str:
    """The message of a render that fails; the last good site is as it was, nothing is left."""
    before = names_in(root)
    with pytest.raises(ReviewError) as caught:
        render_sample(root, **options)
    assert (root / "_site" / "index.html").read_text(encoding="utf-8") == "last good"
    assert names_in(root) == before
    return str(caught.value)


def test_a_crashed_cell_names_the_line_of_the_statement(root: Path) -> None:
    add(root, "\n```{python}\n#| include: false\na = 1\n\nb = a / 0\n```\n")
    message = failure(root)
    assert "index.qmd" in message
    assert "line 13" in message
    assert "ZeroDivisionError: division by zero" in message
    assert "Traceback" not in message
    assert "File" not in message


def test_the_traceback_is_given_when_asked_for(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEW_TRACEBACK", "1")
    add(root, "\n```{python}\n1 / 0\n```\n")
    assert "----> 1 1 / 0" in failure(root)


def test_a_failure_inside_a_module_names_the_line_of_the_document(root: Path) -> None:
    add(root, '\n```{python}\nfrom pathlib import Path\nPath("none").read_text()\n```\n')
    message = failure(root)
    assert "line 11" in message
    assert "FileNotFoundError" in message


def test_failed_inline_code_names_line_and_expression(root: Path) -> None:
    add(root, "\nA.\nB `{python} undefined_name` c.\n")
    message = failure(root)
    assert "line 10" in message
    assert "undefined_name" in message
    assert "NameError" in message


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("print('x')", "the cell prints text"),
        ("42", "the result has no Markdown form"),
        ("import sample_document as s\ns.table('x')", "a table without label and caption"),
    ],
)
def test_results_that_cannot_be_shown_are_refused(root: Path, code: str, expected: str) -> None:
    add(root, f"\n```{{python}}\n{code}\n```\n")
    assert expected in failure(root)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("<b>x</b>", "raw html is not supported"),
        ("$a$", "an equation is not supported"),
        ("![](/figures/x.svg)", "an image without fig-alt is not supported"),
        ("@fig-none", "@fig-none refers to nothing"),
        ("@nobody", "nobody"),
        ("[x](#nowhere)", "the link to #nowhere leads nowhere"),
    ],
)
def test_what_code_produces_is_held_to_the_same_rules(root: Path, made: str, expected: str) -> None:
    code = f"from sample_document import Markdown\nMarkdown('{made}')"
    add(root, f"\n```{{python}}\n#| output: asis\n{code}\n```\n")
    message = failure(root)
    assert expected in message
    if made != "@nobody":
        assert "index.qmd" in message


def test_a_document_knows_no_name_of_the_one_before(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execute, "AT_ONCE", 1)
    add(root, "\n```{python}\n#| include: false\nkept = 1\n```\n")
    path = root / "report" / "references.qmd"
    text = "---\nengine: jupyter\n---\n\n" + path.read_text(encoding="utf-8")
    path.write_text(text + "\n```{python}\n#| include: false\nkept\n```\n", encoding="utf-8")
    message = failure(root)
    assert "references.qmd" in message
    assert "name 'kept' is not defined" in message


def test_a_dead_kernel_is_reported(root: Path) -> None:
    add(root, "\n```{python}\nimport os\nos._exit(1)\n```\n")
    assert "line 9: the kernel died" in failure(root)


def test_inline_code_that_ends_the_kernel_is_named_by_its_line(root: Path) -> None:
    add(root, '\nSome words.\n\nIt is `{python} __import__("os")._exit(1)`.\n')
    assert "line 11: the kernel died" in failure(root)


def test_a_cell_that_never_ends_is_stopped(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "CELL_SECONDS", 1)
    add(root, "\n```{python}\nwhile True:\n    pass\n```\n")
    assert "line 9: the code did not end within 1 s" in failure(root)


def test_standard_error_becomes_a_remark(root: Path) -> None:
    add(root, "\n```{python}\nimport sys\nx = sys.stderr.write('a remark\\n')\n```\n")
    assert render_sample(root).remarks == ("index.qmd line 9: a remark",)


def test_kernels_are_shut_down_when_one_document_crashes(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execute, "FEW", 1)  # each document has a kernel of its own
    pid_file = root / "pid"
    path = root / "report" / "references.qmd"
    path.write_text("---\nengine: jupyter\n---\n\n" + path.read_text("utf-8"), encoding="utf-8")
    wait = f"\n```{{python}}\nimport os, pathlib, time\n_ = pathlib.Path({str(pid_file)!r})"
    wait += ".write_text(str(os.getpid()))\ntime.sleep(60)\n```\n"
    path.write_text(path.read_text(encoding="utf-8") + wait, encoding="utf-8")
    crash = f"import pathlib, time\nwhile not pathlib.Path({str(pid_file)!r}).exists():\n"
    add(root, f"\n```{{python}}\n{crash}    time.sleep(0.05)\n1 / 0\n```\n")
    failure(root)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_what_waits_is_not_begun_once_a_build_is_broken_off() -> None:
    begun, hold = list[str](), Event()

    def build() -> None:
        with workers(1) as pool:
            pool.submit(hold.wait, 60)
            pool.submit(begun.append, "a PDF").add_done_callback(lambda _: hold.set())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build()
    assert begun == []


def test_a_full_disk_leaves_the_last_good_site(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "page.html")

    monkeypatch.setattr(writer, "write_site", full)
    message = failure(root)
    assert "No space left on device" in message
    assert "what was there is as it was" in message


def test_a_failed_swap_brings_the_old_site_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "_site"
    output.mkdir()
    (output / "a").write_text("old", encoding="utf-8")
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if target == output and not self.name.endswith("-old"):
            raise OSError(errno.EACCES, "denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(ReviewError, match="denied"), staging.staged(output) as stage:
        (stage / "a").write_text("new", encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["_site"]
    assert (output / "a").read_text(encoding="utf-8") == "old"


def test_a_build_that_was_killed_in_the_swap_is_repaired_by_the_next(tmp_path: Path) -> None:
    old = tmp_path / "._site-abc-old"
    old.mkdir()
    (old / "a").write_text("old", encoding="utf-8")
    with pytest.raises(ReviewError, match="later"), staging.staged(tmp_path / "_site"):
        raise ReviewError("later")
    assert (tmp_path / "_site" / "a").read_text(encoding="utf-8") == "old"


def test_an_output_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ReviewError, match="cannot write beside"):
        render_sample(copy_sample(tmp_path), output=tmp_path / "file" / "_site")


def test_typst_refusals_are_one_message(root: Path) -> None:
    made = '![](/figures/none.svg){fig-alt="A figure that is not there."}'
    code = f"from sample_document import Markdown\nMarkdown('{made}')"
    add(root, f"\n```{{python}}\n#| output: asis\n{code}\n```\n")
    message = failure(root, formats=["pdf"])
    assert "Typst could not set the PDF" in message
    assert "none.svg" in message


def test_documents_run_with_the_interpreter_of_the_build(root: Path) -> None:
    check = f"import sys\nassert sys.executable == {sys.executable!r}"
    add(root, f"\n```{{python}}\n{check}\n```\n")
    assert render_sample(root).engine == "built-in"


def test_the_documents_run_without_a_network(root: Path) -> None:
    probe = subprocess.run(["unshare", "-rn", "true"], check=False, capture_output=True)
    if probe.returncode:
        pytest.skip("this machine forbids a process without a network")
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from pathlib import Path\n"
        "from tests.sample_review import render_sample\n"
        f"render_sample(Path({str(root)!r}))"
    )
    project = Path(__file__).parents[1]
    done = subprocess.run(
        ["unshare", "-rn", sys.executable, "-c", code],
        cwd=project, check=False, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows reaches kernels over loopback alone")
def test_a_long_temporary_folder_stops_no_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 120)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    render_sample(copy_sample(tmp_path / "project"))
