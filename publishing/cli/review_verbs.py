"""The verbs of those who write and check a review: build, validate, explain, ask, scan."""

from __future__ import annotations

import csv
import datetime
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from publishing.cli.verbs import FINISHED, progress_from_now, project, review_data, verbs
from schemas.nearest import hint
from schemas.problems import ReviewError
from schemas.rounding import fixed

REGISTERS = {"crossref": "Crossref", "pubmed": "PubMed"}


@verbs.command()
@click.option("--format", "wanted", type=click.Choice(["all", "html", "pdf"]), default="all")
@click.option("--engine", type=click.Choice(["auto", "quarto", "built-in"]), default="auto")
@click.option("--edition", metavar="NAME", help="One edition alone, into _build/NAME.")
@click.option("--output", type=click.Path(path_type=Path), help="The folder to replace; _site.")
@click.option("--clean", is_flag=True, help="Use nothing that an earlier build kept.")
@click.option("--explain", is_flag=True, help="Say why each step ran, and which did not.")
def build(
    wanted: str, engine: str, edition: str | None, output: Path | None, clean: bool, explain: bool
) -> None:
    """Validate, compute and render the review; only a whole new site replaces `_site/`.

    A step whose inputs are those of an earlier build is not run again (CI=1 builds clean).
    """
    from analysis.kept import steps_of
    from publishing.lifecycle.unchanged import unchanged_site
    from publishing.site.manifest import refuse_foreign_output

    progress, root = progress_from_now(), project()
    usual = Path("_build") / edition if edition else Path("_site")
    folder = (root / (output or usual)).resolve()
    refuse_foreign_output(root, folder)
    steps = steps_of(root, clean=clean, explain=progress if explain else None)
    asked: dict[str, Any] = {
        "formats": ("html", "pdf") if wanted == "all" else (wanted,),
        "engine": engine,
        "output": folder,
        "editions": [edition] if edition else [],
    }
    result = unchanged_site(root, steps, **asked)
    if result is None:
        from publishing.lifecycle.build import build_review

        result = build_review(root, progress=progress, steps=steps, **asked)
        if explain:
            progress(f"{len(steps.ran)} steps ran, {len(steps.found)} were kept")
    else:
        progress("nothing changed since the last build")
    for remark in result.remarks:
        progress(f"note: {remark}")
    progress(f"done: {', '.join([f'{len(result.pages)} pages', *result.pdfs])}")
    print(f"\nOpen {result.output / result.pages[0] if result.pages else result.output}")


@verbs.command()
@click.argument("document", default="", metavar="[DOCUMENT]")
@click.option("--edition", default="", metavar="NAME", help="The first that has it, unless given.")
@click.option("--port", type=click.IntRange(0, 65535), default=4848, show_default=True)
@click.option("--pages-alone", is_flag=True, help="Build no PDF and no search in the background.")
def preview(document: str, edition: str, port: int, pages_alone: bool) -> None:
    """Show DOCUMENT in a browser and follow every save: text, evidence, tables, figures."""
    from publishing.preview.command import preview as run

    run(project(), document, edition, port, whole=not pages_alone, progress=progress_from_now())


@verbs.command()
def validate() -> None:
    """List every problem of evidence, claims, displays, documents and wording at once."""
    from publishing.checks.files import check_files
    from publishing.checks.verdict import keep_verdict, read_verdict, verdict_path

    root = project()
    check_files(root)
    path = verdict_path(root)
    if (said := read_verdict(path)) is None:
        said = _verdict(root)
        keep_verdict(path, said)
    print(said)


def _verdict(root: Path) -> str:
    """What is said of a valid review; ReviewError lists every problem of another one."""
    from analysis.kept import steps_of
    from analysis.review_data import describe_evidence
    from publishing.checks.validation import unshown_studies
    from publishing.lifecycle.checked import check_review

    steps = steps_of(root)
    data = check_review(root, steps=steps, draw=True, files_are_checked=True)[0]
    unshown = "; ".join(unshown_studies(data, steps))
    note = f"Note: no table or figure shows a result of {unshown}.\n" if unshown else ""
    return f"{note}The review is valid: {describe_evidence(data.evidence)}."


@verbs.command()
@click.argument("export", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--search", required=True, metavar="ID", help="The search in searches.csv.")
def screen(export: Path, search: str) -> None:
    """Add a search's export (RIS, or MEDLINE of PubMed) to screening.csv, duplicates named."""
    from publishing.lifecycle.screening import import_export

    added, duplicates = import_export(project(), export, search)
    print(f"{added} records of {search}, {duplicates} of them duplicates, are in screening.csv.")


@verbs.command()
@click.option("--contact", default="", help="An e-mail address both hosts may write to.")
def sources(contact: str) -> None:
    """Ask Crossref and PubMed about every source; fails where no register answered at all."""
    from publishing.lifecycle.registers import Client
    from publishing.lifecycle.sources import refresh_sources

    done = refresh_sources(
        project(),
        today=datetime.date.today().isoformat(),
        clients={key: Client(name, contact) for key, name in REGISTERS.items()},
        progress=lambda message: print(message, flush=True),
    )
    for remark in done.remarks:
        print(f"look at {remark}")
    print(done)
    if not done.answers:
        raise ReviewError("no register answered: every source without a finding is unchecked")


def _claim_ids(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """What a shell may complete: claims that begin so."""
    with (project() / "report" / "claims.csv").open(encoding="utf-8-sig", newline="") as stream:
        ids = [row.get("id") or "" for row in csv.DictReader(stream)]
    return [name for name in ids if name.startswith(begun)]


@verbs.command()
@click.argument("claims", nargs=-1, required=True, metavar="CLAIM...", shell_complete=_claim_ids)
def explain(claims: tuple[str, ...]) -> None:
    """Print how each claim was derived; `all` prints every one."""
    from analysis.explain import explain_record

    data = review_data()
    for claim_id in data.ledger.records if claims == ("all",) else claims:
        if claim_id not in data.ledger:
            meant = hint(claim_id, data.ledger.records)
            raise ReviewError(f"report/claims.csv has no claim {claim_id!r}{meant}")
        print(explain_record(data.evidence, data.ledger, data.ledger[claim_id]) + "\n")


@verbs.command()
@click.argument("question", nargs=-1, required=True, metavar="QUESTION...")
@click.option("--after", multiple=True, metavar="QUESTION", help="A question asked before.")
@click.option("--edition", default="", metavar="NAME", help="As the page of this edition answers.")
@FINISHED
def ask(question: tuple[str, ...], after: tuple[str, ...], edition: str, output: Path) -> None:
    """Find what a finished review says on a question in plain words, or why there is nothing."""
    from analysis.content import compute_content_hash
    from publishing.site.ask.answer import answer_text
    from publishing.site.ask.engine import Engine

    root = project()
    with closing(Engine(root, (root / output).resolve(), edition)) as engine:
        if engine.words()["hash"] != compute_content_hash(root):
            print("note: the finished review is older than the evidence; build it again\n")
        print(answer_text(engine, " ".join(question), after))


@verbs.command()
@FINISHED
def scan(output: Path) -> None:
    """Read the pages and the PDF of a finished site again."""
    from publishing.lifecycle.build import scan_output
    from publishing.lifecycle.checked import render_context
    from publishing.manuscript.book import load_books
    from publishing.site.version import load_version, version_of

    data = review_data()
    site = (data.root / output).resolve()
    if not (site / "ledger.json").is_file():
        raise ReviewError(f"{site} is no finished review; build one first")
    books = [book for book in load_books(data.root) if (site / book.place("index.html")).is_file()]
    version = version_of(data, load_version(site).engine.split()[0])
    print("\n".join(scan_output(data, site, render_context(data, version), books)))


@verbs.command()
@FINISHED
def reading(output: Path) -> None:
    """Print words and reading grade of every page; fails for plain words that ask too much."""
    from publishing.checks.reading import count_words, grade_pages
    from publishing.manuscript.book import load_books

    root, hard = project(), []
    site = (root / output).resolve()
    books = [book for book in load_books(root) if (site / book.place("index.html")).is_file()]
    if not books:
        raise ReviewError(f"{site} holds no edition; build one first")
    for book in books:
        grades, words = (of(site / book.folder) for of in (grade_pages, count_words))
        for path, grade in grades.items():
            print(f"{words[path]:>6} words  grade {fixed(grade, 1):>4}  {book.place(path)}")
        print(f"{sum(words.values()):>6} words  in all: {book.audience}")
        highest = book.plain["reading-grade"] if book.plain else max(grades.values())
        hard += [f"{path} (above grade {highest})" for path, g in grades.items() if g > highest]
    if hard:
        raise ReviewError(f"{', '.join(hard)}; use shorter words")


@verbs.command()
def guard() -> None:
    """Check the wording: comparisons, causes, certainty, relative effects and harms."""
    from publishing.checks.guard import guard_prose
    from publishing.manuscript.book import all_chapters, load_books

    data = review_data()
    chapters = [chapter.path for chapter in all_chapters(load_books(data.root))]
    if problems := guard_prose(data.root, chapters, data):
        raise ReviewError(problems)
    count = f"{len(chapters)} documents"
    exceptions = f"{len(data.evidence.wording_exceptions)} exceptions"
    print(f"The wording of {count} follows the evidence; {exceptions}.")


@verbs.command()
@click.option("--workers", type=int, help="How many processes; one a core unless given.")
@click.option(
    "--every", type=click.IntRange(min=1), default=1, help="Change each n-th row only: a sample."
)
def mutate(workers: int | None, every: int) -> None:
    """Change every evidence cell; fails where what moves is not exactly what is declared."""
    from publishing.checks.mutation import prove, write_unused

    root = project()
    proof = prove(root, progress_from_now(), workers, every)
    print(proof)
    if every == 1:
        print(f"Unused evidence is listed in {write_unused(root, proof)}")
    if problems := proof.problems():
        raise ReviewError(problems)


class Asked(click.Option):
    """An option that is asked for at a terminal; elsewhere one message names all of them."""

    def prompt_for_value(self, ctx: click.Context) -> Any:
        """What is typed; UsageError where nobody is there to type it."""
        try:
            return super().prompt_for_value(ctx)
        except click.Abort as error:
            if sys.stdin.isatty():
                raise
            said = "no terminal is here to ask at; give the answers as options, for example\n"
            said += '--question "Does it work?" --population "adults with it" --design two-arms'
            raise click.UsageError(said, ctx) from error


@verbs.command("new-review")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--question", cls=Asked, prompt="The question", help="What the review asks.")
@click.option("--population", cls=Asked, prompt="The population", help="In whom.")
@click.option(
    "--design", cls=Asked, prompt="The design", type=click.Choice(["single-arm", "two-arms"]),
    help="Whether studies are pooled as single arms or as comparisons of two.",
)  # fmt: skip
@click.option("--title", default="", help="The title; the question, where none is given.")
def new_review(folder: Path, question: str, population: str, design: str, title: str) -> None:
    """Begin a review: a folder that validates and builds at once, its tables empty.

    At a terminal it asks for what no option says.
    """
    from publishing.lifecycle.new_review import NewReview, write_review

    today = datetime.datetime.now(datetime.UTC).date()
    written = write_review(folder, NewReview(question, population, design, title), today)
    print(f"{len(written)} files are in {folder}. Next, in that folder: python -m nox -s validate")
