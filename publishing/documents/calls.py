"""What a document may call: claim, conclusion, sources, state, table, figure, term."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from analysis.reads import note_read, noted_as
from analysis.review_data import ReviewData, load_review_data
from publishing.documents.reads import watched_data
from publishing.printing.marks import Citation, ClaimText
from publishing.printing.table import escape
from schemas.conclusions import PLACEHOLDER
from schemas.nearest import hint
from schemas.root import find_root

if TYPE_CHECKING:
    from analysis.conclusions import EvaluatedConclusion
    from analysis.ledger import Ledger
    from publishing.printing.figure import Figure
    from publishing.printing.table import Table

__all__ = [
    "claim", "conclusion", "figure", "meanings", "sources", "state", "table", "term", "words",
]  # fmt: skip


@dataclass(frozen=True)
class ConclusionText:
    """The sentence a rule licenses; the claims in it are printed as claims."""

    evaluated: EvaluatedConclusion
    ledger: Ledger

    def _repr_markdown_(self) -> str:
        def printed(match: re.Match[str]) -> str:
            return str(ClaimText(self.ledger[match[1]], match[2] or "plain"))

        return PLACEHOLDER.sub(printed, self.evaluated.conclusion.sentence)

    def __str__(self) -> str:
        return self._repr_markdown_()


@dataclass(frozen=True)
class TermText:
    """A term of the glossary as a document says it; `meanings` explains it below."""

    words: str

    def _repr_markdown_(self) -> str:
        return f"[{self.words}]{{.term}}"

    def __str__(self) -> str:
        return self._repr_markdown_()


Showing = Callable[[str, Callable[[], Any]], Any]


def _drawn(_: str, draw: Callable[[], Any]) -> Any:
    return draw()


showing: Showing = _drawn
"""Shows a table or figure by its name: draws it, or what a preview kept of it stands for it."""
_watched: list[tuple[ReviewData, ReviewData]] = []  # of the review as it was loaded last


def review_data() -> ReviewData:
    """The project's evidence and ledger, computed once in a kernel; it notes what is read of it."""
    data = load_review_data(find_root())
    if not _watched or _watched[0][0] is not data:
        _watched[:] = [(data, watched_data(data))]
    return _watched[0][1]


def claim(claim_id: str) -> ClaimText:
    """The ledger's record of this claim, ready to be printed."""
    return ClaimText(review_data().ledger[_known(claim_id)])


def conclusion(conclusion_id: str) -> ConclusionText:
    """The sentence this conclusion licenses, ready to be printed; it ends without a full stop."""
    ledger = review_data().ledger
    found = {evaluated.id: evaluated for evaluated in ledger.conclusions}
    if conclusion_id not in found:
        meant = hint(conclusion_id, found)
        raise KeyError(f"evidence/review.yml has no conclusion {conclusion_id!r}{meant}")
    return ConclusionText(found[conclusion_id], ledger)


def sources(claim_id: str, *more: str) -> Citation:
    """A citation of every source behind these claims."""
    records = [review_data().ledger[_known(each)] for each in (claim_id, *more)]
    keys = dict.fromkeys(key for record in records for key in record.citekeys)
    return Citation(tuple(keys))


def _said() -> set[str]:
    """The terms this document has used; they are forgotten with the document's names."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    names = globals() if shell is None else shell.user_ns
    found: set[str] = names.setdefault("_terms_said", set())
    return found


def forget_terms() -> None:
    """Another document begins in this process; a kernel forgets them with all names."""
    globals().pop("_terms_said", None)


def term(name: str, words: str = "") -> TermText:
    """A term of the glossary, said as `words`; `meanings` lists what it means."""
    known = review_data().evidence.rows["glossary"].cells("term")
    if name not in known:
        raise KeyError(f"evidence/glossary.csv has no term {name!r}{hint(name, known)}")
    _said().add(name)
    return TermText(words or name)


@dataclass(frozen=True)
class Words:
    """Every term of the glossary with its plain meaning, as a list of definitions."""

    meanings: tuple[tuple[str, str], ...]

    def _repr_markdown_(self) -> str:
        return "\n\n".join(
            f'[{escape(name)}]{{data-row="glossary:{name}"}}\n'
            f':   [{escape(_typographic(meaning))}]{{data-row="glossary:{name}"}}'
            for name, meaning in self.meanings
        )


def words() -> Words:
    """The glossary in the order of the alphabet."""
    rows = review_data().evidence.rows["glossary"].all()
    meanings = ((str(row["term"]), str(row["plain_language"])) for row in rows)
    return Words(tuple(sorted(meanings, key=lambda pair: pair[0].lower())))


def meanings() -> Words:
    """The terms that this document has used so far, with their plain meaning."""
    return Words(tuple(pair for pair in words().meanings if pair[0] in _said()))


def _typographic(text: str) -> str:
    """Straight quotation marks and apostrophes of a table as they are printed."""
    return re.sub(r"(?<!\w)'([^']+)'(?!\w)", r"‘\1’", text).replace("'", "’")


def _known(claim_id: str) -> str:
    ledger = review_data().ledger
    if claim_id in ledger:
        return claim_id
    meant = hint(claim_id, ledger.records)
    raise KeyError(f"report/claims.csv has no claim {claim_id!r}{meant}")


def state(name: str) -> str:
    """The state of this version in words: `version`, `status`, `date`, `evidence_to`.

    `corrects` is the released version whose figures this one corrects; `decided` and `approval` say
    whether a board was appointed and what it decided, the latter in plain words.
    """
    with noted_as(f"state:{name}"):
        return state_of(review_data(), name)


def state_of(data: ReviewData, name: str) -> str:
    """The same, of a review that was loaded."""
    from analysis.statistics import format_date
    from publishing.history.status import describe_approval, describe_board, status_of

    review = data.evidence.review
    corrects = review.correction.of if review.correction else "no version"
    words = {
        "version": lambda: review.version,
        "status": lambda: status_of(data).name,
        "date": lambda: format_date(review.date),
        "evidence_to": lambda: format_date(review.evidence_to),
        "corrects": lambda: corrects,
        "decided": lambda: describe_board(data),
        "approval": lambda: describe_approval(data),
    }
    return str(words[name]())


def table(name: str) -> Table:
    """The table of this name."""
    return cast("Table", showing(f"table {name}", lambda: _table(name)))


def _table(name: str) -> Table:
    from publishing.documents.catalogue import list_displays
    from publishing.documents.proof import prove_table

    note_read(f"display:tables/{name}")
    display = list_displays(find_root()).tables[name]
    return replace(prove_table(review_data(), display), on_paper=display.on_paper)


def figure(name: str) -> Figure:
    """The figure of this name; drawing it writes figures/<name>.svg."""
    return cast("Figure", showing(f"figure {name}", lambda: _figure(name)))


def _figure(name: str) -> Figure:
    from publishing.documents.catalogue import list_displays
    from publishing.documents.proof import prove_figure

    note_read(f"display:figures/{name}")
    return prove_figure(review_data(), list_displays(find_root()).figures[name])
