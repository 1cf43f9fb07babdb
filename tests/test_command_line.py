"""What a user's mistake at the command line is answered with: one message, exit 1."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from publishing.cli.commands import main
from publishing.cli.verbs import verbs
from publishing.render.editions import choose_engine
from publishing.site.manifest import MARK, refuse_foreign_output
from schemas.problems import ReviewError
from tests.project_copy import ProjectCopy


@pytest.fixture
def project(copy: ProjectCopy, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("report", "governance", "releases"):
        shutil.copytree(root / name, copy.root / name)
    for path in (*root.glob("_quarto*.yml"), *root.glob("*.qmd")):
        shutil.copyfile(path, copy.root / path.name)
    monkeypatch.chdir(copy.root)
    return copy.root


def test_a_valid_review(
    review: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(review)
    assert main(["validate"]) == 0
    assert "The review is valid: " in capsys.readouterr().out


def test_validate_reads_the_claims_too(
    review: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(review)
    claims = review / "report" / "claims.csv"
    text = claims.read_text(encoding="utf-8")
    claims.write_text(text + "x.y,proportion,outcomes:nothing,percent1,,\n", encoding="utf-8")
    assert main(["validate"]) == 1
    assert "evidence/outcomes.csv has no row 'nothing'" in capsys.readouterr().err


def test_a_missing_claims_table_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "report" / "claims.csv").unlink()
    assert main(["validate"]) == 1
    assert "report/claims.csv" in capsys.readouterr().err


def test_outside_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["validate"]) == 1
    assert "no _quarto.yml" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["evidence", ".", "..", "_build", "releases/1.1.0", "published/v/1.0.0"]
)
def test_a_build_never_replaces_a_folder_it_did_not_make(project: Path, name: str) -> None:
    folder = (project / name).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for file in ("ledger.json", "manifest.json", "status.json"):
        (folder / file).write_text("{}", encoding="utf-8")
    with pytest.raises(ReviewError, match="is not empty and no earlier build"):
        refuse_foreign_output(project, folder)


def test_a_build_may_replace_an_earlier_one(project: Path) -> None:
    site = project / "elsewhere"
    refuse_foreign_output(project, site)
    site.mkdir()
    (site / MARK).write_text("", encoding="utf-8")
    (site / "ledger.json").write_text("{}", encoding="utf-8")
    refuse_foreign_output(project, site)


def test_a_build_may_replace_the_site_of_a_version_that_left_no_mark(project: Path) -> None:
    site = project / "_site"
    site.mkdir()
    for name in ("ledger.json", "manifest.json"):
        (site / name).write_text("{}", encoding="utf-8")
        with pytest.raises(ReviewError, match="no earlier build"):
            refuse_foreign_output(project, site)
    (site / "status.json").write_text("{}", encoding="utf-8")
    refuse_foreign_output(project, site)


def test_no_build_replaces_the_cache_even_where_it_is_new(project: Path) -> None:
    with pytest.raises(ReviewError, match="_build"):
        refuse_foreign_output(project, project / "_build")


def test_a_document_that_is_not_utf_8_is_named_with_its_line(project: Path) -> None:
    from analysis.content import compute_content_hash

    (project / "report" / "page.qmd").write_bytes(b"# Title\n\nna\xefve\n")
    with pytest.raises(ReviewError, match=r"report/page\.qmd"):
        compute_content_hash(project)


def test_everything_wrong_with_evidence_and_claims_comes_in_one_run(
    project: Path, copy: ProjectCopy, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = project / "report" / "claims.csv"
    text = claims.read_text(encoding="utf-8")
    wrong = "x.y,proportion,outcomes:nothing,percent1,,\nx.z,nonsense,outcomes[],percent1,,\n"
    claims.write_text(text + wrong, encoding="utf-8")
    assert main(["validate"]) == 1
    said = capsys.readouterr().err
    assert "'nonsense' is unknown" in said
    assert "evidence/outcomes.csv has no row 'nothing'" in said
    copy.change("arms", copy.find("arms", arm_id="cartitude-1"), n_infused="9")
    assert main(["validate"]) == 1
    said = capsys.readouterr().err
    assert "'nonsense' is unknown" in said
    assert "column n_infused: 54 cells elsewhere do not fit it" in said


DECISION = ("signoff", "--reviewer", "ada", "--role", "chair", "--decision", "approve",
            "--hash", "0" * 12)  # fmt: skip


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "validate    List every problem"),
        (["bild"], "No such command 'bild'. Did you mean 'build'?"),
        (["build", "--engine", "latex"], "'latex' is not one of 'auto', 'quarto', 'built-in'."),
        (["build", "--fast"], "No such option '--fast'"),
        (["explain"], "Missing argument 'CLAIM...'."),
        (["due", "--on", "soon"], "--on 'soon' is no date; write YYYY-MM-DD"),
        ([*DECISION, "--date", "30.11.2026"], "--date '30.11.2026' is no date; write YYYY-MM-DD"),
        ([*DECISION, "--date", "9999-11-30"], "--date 9999-11-30 is still to come"),
    ],
)
def test_a_slip_in_the_command_is_one_message(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 1
    said = capsys.readouterr()
    assert says in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("words", "begun", "expected"),
    [
        ([], "va", ["validate"]),
        (["build", "--engine"], "", ["auto", "quarto", "built-in"]),
        (["explain"], "egger.orr.a", ["egger.orr.all-bcma"]),
    ],
)
def test_a_shell_completes_verbs_options_and_claims(
    root: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], begun: str, expected: list[str]
) -> None:
    monkeypatch.chdir(root)
    shell = ShellComplete(verbs, {}, "clinical-review", "_CLINICAL_REVIEW_COMPLETE")
    assert [item.value for item in shell.get_completions(words, begun)] == expected


def test_questions_without_their_engine_say_what_to_do(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    assert main(["ask", "anything"]) == 1
    assert "need the extra `ask`" in capsys.readouterr().err


def test_only_the_environment_that_asks_has_the_engine_for_it(root: Path) -> None:
    held = {path.stem: "mini-racer==" in path.read_text("utf-8")
            for path in (root / "locks").glob("*.txt")}  # fmt: skip
    assert not held["review"]
    assert held["ask"]


def test_a_quarto_path_that_leads_nowhere_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTO_PATH", "/nonsense")
    with pytest.raises(ReviewError, match="QUARTO_PATH is /nonsense, and no Quarto"):
        choose_engine("quarto")
    for engine in ("auto", "built-in"):
        assert choose_engine(engine) == "built-in"
