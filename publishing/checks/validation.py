"""Everything that is wrong with a review, in one list, before anything is drawn.

Where evidence is withdrawn or renamed, all that hangs on it is named at once: claims, syntheses,
conclusions, tables and figures, and the lines of documents that print them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path

from analysis.board import load_board
from analysis.claim_names import name_problems
from analysis.claims import Claim, collect_claims, selector_problems
from analysis.conclusions import check_conclusions
from analysis.content import hash_of_program
from analysis.kept import Keeping, Steps, hash_files, hash_of_bytes
from analysis.ledger import compute_records
from analysis.retractions import check_retracted
from analysis.review_data import ReviewData, load_review_data
from analysis.selection import Selection, SelectionError, frame_of, select_rows
from publishing.checks.calls import call_problems
from publishing.checks.correction import check_correction
from publishing.checks.display_words import book_word_problems, display_word_problems
from publishing.checks.guard import guard_prose
from publishing.displays.cohort_groups import group_problems
from publishing.displays.labels import problems_of_labels
from publishing.displays.specification import Specification
from publishing.documents.calls_and_links import calls_in
from publishing.documents.catalogue import load_displays
from publishing.documents.document_checks import check_documents
from publishing.history.releases import documents_of
from publishing.manuscript.context import RenderContext, line_problem
from publishing.manuscript.qmd import read_document
from schemas.conclusions import Conclusion
from schemas.evidence import Evidence
from schemas.problems import Problem, ReviewError
from schemas.review import Review
from schemas.typed_yaml import KeyProblem

REVIEW = "evidence/review.yml"
LIST = "register"  # the kind of display that lists rows as they stand
PLANNED: Mapping[str, Callable[[Review], Iterable[str]]] = {  # what the protocol names
    "synthesis": lambda review: (item.id for item in review.syntheses),
    "family": lambda review: (item.id.partition(".")[0] for item in review.syntheses),
    "subgroups": lambda review: (item.id for item in review.robustness.subgroups),
    "regression": lambda review: (item.id for item in review.robustness.regressions),
    "multiverse": lambda review: (item.id for item in review.robustness.multiverses),
}


def find_problems(root: Path) -> list[Problem]:
    """Every problem of evidence, claims, board and displays, and of what hangs on them."""
    try:
        data = load_review_data(root)
    except ReviewError:
        return _one_by_one(root)
    lost: dict[str, Problem] = {}
    claims = collect_claims(root / "report" / "claims.csv")[0]
    return [
        *_of(load_board, root),
        *name_problems(data.evidence, claims, data.ledger.records),
        *_dangling_references(root, data.evidence, data.ledger.records, lost),
    ]


def find_wording_problems(
    data: ReviewData, context: RenderContext, keeping: Keeping
) -> list[Problem]:
    """Every problem of valid evidence in words: conclusions, documents, the wording guard."""
    checks = (
        lambda: check_conclusions(data.ledger.conclusions),
        lambda: check_retracted(data.evidence, data.ledger),
        lambda: check_correction(data),
    )
    problems = [problem for check in checks for problem in _raised(check)]
    problems += check_documents(data.root, context, keeping)
    problems += _word_problems(data.root, context.names, keeping)
    paths = documents_of(data.root)
    documents = [read_document(data.root, path) for path in paths]
    called = call_problems(data, documents, keeping)
    guarded = [] if problems else guard_prose(data.root, paths, data, keeping)
    return [*problems, *called, *guarded]


def _word_problems(root: Path, names: Collection[str], keeping: Keeping) -> list[Problem]:
    places = (*root.glob("report/*/*.yml"), *root.glob("_quarto*.yml"))
    inputs = {
        "tables, figures and editions": hash_files(root, sorted(places)),
        "names with digits": hash_of_bytes(*sorted(names)),
    }
    return keeping.check(
        "check the words of tables, figures and editions", inputs,
        lambda: [*display_word_problems(root, names), *book_word_problems(root, names)],
    )  # fmt: skip


def _one_by_one(root: Path) -> list[Problem]:
    """The same where the review cannot be computed as a whole."""
    from schemas.reading_evidence import read_evidence  # Pandas, which few of the checks need

    evidence, problems = read_evidence(root)
    claims, wrong = collect_claims(root / "report" / "claims.csv")
    problems += wrong + _of(load_board, root)
    if evidence is None:
        return problems
    if wrong:
        return problems + selector_problems(evidence, claims)
    lost = lost_claims(evidence, claims, whole=not problems)
    known = {claim.id for claim in claims} - lost.keys()
    return [*problems, *lost.values(), *_dangling_references(root, evidence, known, lost)]


def _dangling_references(
    root: Path, evidence: Evidence, known: Collection[str], lost: Mapping[str, Problem]
) -> Iterator[Problem]:
    """What names evidence or claims that are not there, or no longer."""
    read = {item.id: _read_by(item) & lost.keys() for item in evidence.review.conclusions}
    fallen = {name: claims for name, claims in read.items() if claims}
    yield from (_lost_conclusion(name, claims) for name, claims in fallen.items())
    yield from group_problems(root, evidence)
    if unread := _of(load_displays, root):
        yield from unread
    else:
        yield from _display_problems(root, evidence, known, lost)
    yield from _document_problems(root, lost, fallen)


def _of(load: Callable[[Path], object], root: Path) -> list[Problem]:
    return _raised(lambda: load(root))


def _raised(check: Callable[[], object]) -> list[Problem]:
    try:
        check()
    except ReviewError as error:
        return error.problems or [Problem("the review", what=str(error))]
    return []


# claims ----------------------------------------------------------------------------------------


def lost_claims(evidence: Evidence, claims: Iterable[Claim], *, whole: bool) -> dict[str, Problem]:
    """Every claim that cannot be computed, with its problem.

    Where the evidence is not `whole` it may break in more places than one, and the claims that
    select nothing are all that can be said.
    """
    from analysis.robustness import Analyses  # and NumPy
    from analysis.syntheses import compute_syntheses

    try:
        syntheses = compute_syntheses(evidence)
        return compute_records(claims, Analyses(evidence, syntheses))[1]
    except (ReviewError, KeyError, ValueError, IndexError, ArithmeticError):
        if whole:
            raise
        found = selector_problems(evidence, claims)
        return {problem.row.partition("(")[2].rstrip(")"): problem for problem in found}


def _read_by(conclusion: Conclusion) -> set[str]:
    """The claims that its rule reads and that its sentence prints."""
    read = {claim for condition in conclusion.conditions for claim in condition.claims}
    return read | set(conclusion.printed)


def _lost_conclusion(conclusion: str, lost: Collection[str]) -> Problem:
    return Problem(
        REVIEW,
        column=f"conclusions[{conclusion}]",
        what=f"rests on {', '.join(sorted(lost))}, which can no longer be computed",
        expected="claims that the evidence supports",
        action="rewrite its rule and sentence, or delete the conclusion",
    )


# tables and figures ----------------------------------------------------------------------------


def _display_problems(
    root: Path, evidence: Evidence, known: Collection[str], lost: Mapping[str, Problem]
) -> Iterator[Problem]:
    planned = {kind: set(names(evidence.review)) for kind, names in PLANNED.items()}
    displays = load_displays(root)
    listed = {"claims": known, "tables": displays.tables, **planned}
    for display in displays:
        asked = dict.fromkeys(display.names())
        missing = [(place, what) for place, name in asked
                   if (what := _missing(evidence, name, listed, lost))]  # fmt: skip
        for place, what in missing or display.unclear(evidence):
            yield _named(display, place, what)
        for place, what in display.misfits(evidence):
            row = str(display.line_of(place))
            yield KeyProblem(display.file, row=row, column=place, what=what)
    yield from problems_of_labels(evidence, displays)


def _missing(
    evidence: Evidence,
    name: str,
    listed: Mapping[str, Collection[str]],
    lost: Mapping[str, Problem],
) -> str:
    """What is wrong with a name that a display asks for, or nothing."""
    kind, _, key = name.partition(":")
    if kind == "claims" and key in lost:
        return f"shows the claim {key}, which can no longer be computed"
    if kind in listed:
        where = {"claims": "report/claims.csv", "tables": "report/tables"}.get(kind, REVIEW)
        what = {"claims": "claim", "tables": "table", "family": "family of syntheses"}
        missing = f"names the {what.get(kind, kind)} {key}, which {where} lacks"
        return "" if key in listed[kind] else missing
    try:
        parts = select_rows(evidence, name)
    except SelectionError as error:
        return str(error)
    empty = not any(part.positions for part in parts)
    begun = any(len(frame_of(evidence, part.table)) for part in parts)  # else nothing can be there
    return f"{name} selects no row" if empty and begun else ""


def _named(display: Specification, place: str, what: str) -> Problem:
    return KeyProblem(
        display.file,
        row=str(display.line_of(place)),
        column=place,
        what=what,
        expected="something that the evidence has, and one row where one is shown",
        action="correct the name or the conditions, or take the line out",
    )


def unshown_studies(data: ReviewData, steps: Steps | None = None) -> list[str]:
    """Names of the studies that no table or figure asks for, lists of evidence rows apart."""
    root = data.root
    files = [*sorted((root / "evidence").iterdir()), root / "report" / "claims.csv"]
    files += sorted((root / "report").rglob("*.yml"))
    inputs = {"evidence and displays": hash_files(root, files), "program": hash_of_program(root)}
    found: list[str] = json.loads(
        (steps or Steps()).run(
            "studies that nothing shows", inputs, lambda: json.dumps(_unshown(data)).encode()
        )
    )
    return found


def _unshown(data: ReviewData) -> list[str]:
    displays = load_displays(data.root)
    asked = {name for one in displays if one.kind != LIST for _, name in one.names()}
    parts = {part for name in asked for part in _parts_of(data, name)}
    shown = {study for part in parts for study in _studies_of(data, part)}
    studies = data.evidence.studies
    return [str(name) for name in studies.loc[~studies["study_id"].isin(shown), "name"]]


def _parts_of(data: ReviewData, name: str) -> list[str]:
    """The selectors behind a claim, a synthesis or a selector."""
    kind, _, key = name.partition(":")
    members = data.evidence.syntheses
    if kind == "claims":
        return list(data.ledger[key].rows) if key in data.ledger else []
    if kind == "synthesis":
        return [f"arms:{arm}" for arm in members.loc[members["synthesis_id"] == key, "arm_id"]]
    return [name]


def _studies_of(data: ReviewData, selector: str) -> Iterator[str]:
    """The studies behind a selector."""
    for part in _selected(data, selector):
        yield from (str(study) for study in part.cells("study_id") if study is not None)


def _selected(data: ReviewData, name: str) -> list[Selection]:
    try:
        return select_rows(data.evidence, name)
    except SelectionError:
        return []


# documents -------------------------------------------------------------------------------------


def _document_problems(
    root: Path, lost: Collection[str], fallen: Collection[str]
) -> Iterator[Problem]:
    gone = {"claim": lost, "sources": lost, "conclusion": fallen}
    for path in documents_of(root):
        for line, function, name in calls_in(read_document(root, path)):
            if name in gone.get(function, ()):
                what = f"prints the {function if function != 'sources' else 'sources of'} {name}"
                action = "rewrite or delete the sentence"
                yield line_problem(path, line, f"{what}, which can no longer be computed", action)
