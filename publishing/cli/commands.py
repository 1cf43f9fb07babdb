"""The command line: `python -m publishing <verb>`; `nox -l` lists the same things."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from publishing.cli.approval_commands import add_verbs as add_approval_verbs
from schemas.problems import ReviewError
from schemas.rounding import fixed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; 0 when it did its work, 1 with one clear message when it could not."""
    try:
        options = parser().parse_args(arguments)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except ReviewError as error:
        if os.environ.get("REVIEW_TRACEBACK") == "1":
            raise
        print(error, file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if os.environ.get("REVIEW_TRACEBACK") == "1":
            raise
        print(
            f"The package {error.name} is not installed here. Run this through nox, which makes "
            "the environment: python -m nox -s review",
            file=sys.stderr,
        )
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except OSError as error:
        if os.environ.get("REVIEW_TRACEBACK") == "1":
            raise
        where = f" ({error.filename})" if error.filename else ""
        print(
            f"{error.strerror or error}{where}. The last good _site/ is untouched.", file=sys.stderr
        )
        return 1
    except KeyboardInterrupt:
        print("stopped; the last good _site/ is untouched", file=sys.stderr)
        return 130


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are messages like all others, with the choices there are."""

    def error(self, message: str) -> NoReturn:
        """Raise ReviewError instead of leaving with exit code 2."""
        raise ReviewError(f"{message}\n{self.format_usage().strip()}")


def parser() -> argparse.ArgumentParser:
    """The verbs and their options."""
    top = Parser(prog="python -m publishing", description=__doc__)
    verbs = top.add_subparsers(dest="verb", required=True)

    build = verbs.add_parser("build", help="validate, compute and render the review")
    build.add_argument("--format", choices=("all", "html", "pdf"), default="all")
    build.add_argument("--engine", choices=("auto", "quarto", "built-in"), default="auto")
    build.add_argument("--edition", metavar="NAME", help="one edition alone, into _build/NAME")
    build.add_argument("--output", type=Path)
    build.set_defaults(run=run_build)

    validate = verbs.add_parser("validate", help="list every problem of the evidence")
    validate.set_defaults(run=run_validate)

    sources = verbs.add_parser("sources", help="ask Crossref and PubMed about every source")
    sources.add_argument("--contact", default="", help="an e-mail address both hosts may write to")
    sources.set_defaults(run=run_sources)

    explain = verbs.add_parser("explain", help="print how a claim was derived")
    explain.add_argument("claims", nargs="+", metavar="claim", help="a claim's id; `all` for all")
    explain.set_defaults(run=run_explain)

    ask = verbs.add_parser("ask", help="find what a finished review says on a question")
    ask.add_argument("question", nargs="+", help="in plain words; quotes keep a shell quiet")
    ask.add_argument("--output", type=Path, default=Path("_site"), help="the finished review")
    ask.set_defaults(run=run_ask)

    scan = verbs.add_parser("scan", help="read a finished site again")
    scan.add_argument("--output", type=Path, default=Path("_site"))
    scan.set_defaults(run=run_scan)

    reading = verbs.add_parser("reading", help="print how easy each page for patients reads")
    reading.add_argument("--output", type=Path, default=Path("_site"))
    reading.set_defaults(run=run_reading)

    release = verbs.add_parser("release", help="write releases/<version>/ for this commit")
    release.add_argument("--note", default="", help="a sentence kept with the release")
    release.set_defaults(run=run_release)

    changes = verbs.add_parser("changes", help="say what changed between two releases")
    changes.add_argument("versions", nargs="*", metavar="version", help="none, one or two")
    changes.set_defaults(run=run_changes)

    what_if = verbs.add_parser("what-if", help="rehearse an update of the evidence")
    what_if.add_argument("tables", nargs="+", type=Path, metavar="table.csv")
    what_if.add_argument("--replace", action="store_true", help="the whole table, not its rows")
    what_if.set_defaults(run=run_what_if)

    guard = verbs.add_parser("guard", help="check the wording of the documents")
    guard.set_defaults(run=run_guard)

    mutate = verbs.add_parser("mutate", help="change every evidence cell and watch what moves")
    mutate.add_argument("--workers", type=int, default=None)
    mutate.set_defaults(run=run_mutate)
    add_approval_verbs(verbs)
    return top


def run_validate(_: argparse.Namespace) -> int:
    """Check evidence, claims, displays, documents and wording; print every problem at once."""
    from analysis.review_data import describe_evidence, find_root
    from publishing.checks.validation import unshown_studies
    from publishing.lifecycle.build import check_review

    data = check_review(find_root())[0]
    if unshown := unshown_studies(data):
        print(f"Note: no table or figure shows a result of {'; '.join(unshown)}.")
    print(f"The review is valid: {describe_evidence(data.evidence)}.")
    return 0


def run_sources(options: argparse.Namespace) -> int:
    """Refresh evidence/source_status.csv; 1 where no register answered at all."""
    import datetime

    from analysis.review_data import find_root
    from publishing.lifecycle.registers import Client
    from publishing.lifecycle.sources import refresh_sources

    names = {"crossref": "Crossref", "pubmed": "PubMed"}
    done = refresh_sources(
        find_root(),
        today=datetime.date.today().isoformat(),
        clients={key: Client(name, options.contact) for key, name in names.items()},
        progress=lambda message: print(message, flush=True),
    )
    for remark in done.remarks:
        print(f"look at {remark}")
    print(done)
    if not done.answers:
        raise ReviewError("no register answered: every source without a finding is unchecked")
    return 0


def run_ask(options: argparse.Namespace) -> int:
    """Print the figures, passages and tables that bear on a question, or why there are none."""
    from contextlib import closing

    from analysis.content import compute_content_hash
    from analysis.review_data import find_root
    from publishing.site.ask.answer import answer_text
    from publishing.site.ask.engine import Engine

    root = find_root()
    with closing(Engine(root, (root / options.output).resolve())) as engine:
        if engine.words()["hash"] != compute_content_hash(root):
            print("note: the finished review is older than the evidence; build it again\n")
        print(answer_text(engine, " ".join(options.question)))
    return 0


def run_explain(options: argparse.Namespace) -> int:
    """Print the derivation of each claim asked for."""
    from analysis.explain import explain_record
    from analysis.review_data import find_root, load_review_data

    data = load_review_data(find_root())
    wanted = list(data.ledger.records) if options.claims == ["all"] else options.claims
    for claim_id in wanted:
        if claim_id not in data.ledger:
            near = get_close_matches(claim_id, list(data.ledger.records), n=3)
            hint = f"; the nearest are {', '.join(near)}" if near else ""
            raise ReviewError(f"report/claims.csv has no claim {claim_id!r}{hint}")
        print(explain_record(data.evidence, data.ledger, data.ledger[claim_id]) + "\n")
    return 0


def run_scan(options: argparse.Namespace) -> int:
    """Read the pages and the PDF of a finished site."""
    from analysis.review_data import find_root, load_review_data
    from publishing.lifecycle.build import render_context, scan_output
    from publishing.manuscript.book import load_books
    from publishing.site.version import load_version, version_of

    data = load_review_data(find_root())
    site = (data.root / options.output).resolve()
    if not (site / "ledger.json").is_file():
        raise ReviewError(f"{site} is no finished review; build one first")
    books = [book for book in load_books(data.root) if (site / book.place("index.html")).is_file()]
    version = version_of(data, load_version(site).engine.split()[0])
    print("\n".join(scan_output(data, site, render_context(data, version), books)))
    return 0


def run_reading(options: argparse.Namespace) -> int:
    """Print the reading grade of every page in plain words; fail for one that asks too much."""
    from analysis.review_data import find_root
    from publishing.checks.reading import grade_pages
    from publishing.manuscript.book import load_books

    root, hard = find_root(), []
    for book in (book for book in load_books(root) if book.plain):
        folder = (root / options.output / book.folder).resolve()
        if not (folder / "index.html").is_file():
            raise ReviewError(f"{folder} holds no edition in plain words; build one first")
        grades = grade_pages(folder)
        print("\n".join(f"{fixed(grade, 1):>5}  {path}" for path, grade in grades.items()))
        highest = book.plain["reading-grade"]
        hard += [f"{path} (above grade {highest})" for path, g in grades.items() if g > highest]
    if hard:
        raise ReviewError(f"{', '.join(hard)}; use shorter words")
    return 0


def run_guard(_: argparse.Namespace) -> int:
    """Check comparisons, causes, certainty, relative effects and harms in the prose."""
    from analysis.review_data import find_root, load_review_data
    from publishing.checks.guard import guard_prose
    from publishing.manuscript.book import all_chapters, load_books

    root = find_root()
    data = load_review_data(root)
    chapters = [chapter.path for chapter in all_chapters(load_books(root))]
    problems = guard_prose(root, chapters, data)
    if problems:
        raise ReviewError(problems)
    exceptions = len(data.evidence.wording_exceptions)
    print(
        f"The wording of {len(chapters)} documents follows the evidence; {exceptions} exceptions."
    )
    return 0


def progress_of(started: float) -> Callable[[str], None]:
    """Prints a message with the seconds since a start."""

    def progress(message: str) -> None:
        seconds = fixed(time.monotonic() - started, 1)
        print(f"{seconds:>6} s  {message}", flush=True)

    return progress


def run_mutate(options: argparse.Namespace) -> int:
    """Change every evidence cell; fail where something undeclared moves or nothing does."""
    from analysis.review_data import find_root
    from publishing.checks.mutation import prove, write_unused

    progress = progress_of(time.monotonic())
    root = find_root()
    proof = prove(root, progress, options.workers)
    print(f"{proof}\nUnused evidence is listed in {write_unused(root, proof)}")
    if problems := proof.problems():
        raise ReviewError(problems)
    return 0


def run_release(options: argparse.Namespace) -> int:
    """Compare, refuse what is not fit, build twice, write the release."""
    from analysis.review_data import find_root
    from publishing.lifecycle.release import make_release

    progress = progress_of(time.monotonic())
    root = find_root()
    made = make_release(root, note=options.note, progress=progress)
    place = made.folder.relative_to(root).as_posix()
    version = made.folder.name
    progress(f"{place} is written; the site is in _build/release")
    print(f"\n{made.tag}\nRead CHANGELOG.md, then:\n  git add {place} CHANGELOG.md")
    print(f'  git commit -m "Release {version}"\n  git tag -a v{version} -F {place}/tag.txt')
    return 0


def run_changes(options: argparse.Namespace) -> int:
    """Print what changed between two releases, or since the last one."""
    from analysis.review_data import find_root
    from publishing.history.releases import changes_between
    from publishing.lifecycle.changes_text import describe, propose
    from schemas.review import load_review

    root = find_root()
    changes = changes_between(root, *options.versions)
    if len(options.versions) < 2 and (correction := load_review(root).correction):
        reasons = "\n".join(f"  {', '.join(i.claims)}: {i.reason}" for i in correction.figures)
        print(f"A correction of {correction.of}\n{reasons}\n")
    print(describe(changes))
    if len(options.versions) < 2:
        print(propose(changes))
    return 0


def run_what_if(options: argparse.Namespace) -> int:
    """Print what an update of the evidence would move; nothing is written."""
    from analysis.review_data import find_root, load_review_data
    from publishing.lifecycle.changes_text import describe
    from publishing.lifecycle.what_if import rehearse

    data = load_review_data(find_root())
    changes = rehearse(data, options.tables, whole=options.replace)
    print(describe(changes))
    return 0


def run_build(options: argparse.Namespace) -> int:
    """Validate, compute, render; `_site/` is replaced only by a whole new one."""
    from analysis.review_data import find_root
    from publishing.lifecycle.build import build_review

    progress = progress_of(time.monotonic())
    root = find_root()
    usual = Path("_build") / options.edition if options.edition else Path("_site")
    output = (root / (options.output or usual)).resolve()
    refuse_foreign_output(root, output)
    formats = ("html", "pdf") if options.format == "all" else (options.format,)
    result = build_review(
        root,
        formats=formats,
        engine=options.engine,
        output=output,
        progress=progress,
        editions=[options.edition] if options.edition else [],
    )
    for remark in result.remarks:
        progress(f"note: {remark}")
    progress(f"done: {', '.join([f'{len(result.pages)} pages', *result.pdfs])}")
    print(f"\nOpen {result.output / result.pages[0] if result.pages else result.output}")
    return 0


def refuse_foreign_output(root: Path, output: Path) -> None:
    """Raise ReviewError for a folder without the mark that a build leaves in what it made."""
    from publishing.site.manifest import MARK, NAME

    ours = not output.exists() or (output.is_dir() and not any(output.iterdir()))
    ours = ours or (output / MARK).is_file()
    if output == root / "_site":  # made by 1.1.0 or earlier, which left no mark
        ours = ours or all((output / name).is_file() for name in (NAME, "status.json"))
    if not ours or output in (root, root / "_build") or output in root.parents:
        raise ReviewError(
            f"{output} is not empty and no earlier build of a review; a build replaces the whole "
            "folder. Name a new folder with --output, or remove this one if 1.1.0 built it"
        )


if __name__ == "__main__":
    sys.exit(main())
