"""Risk of bias: a checklist with a line a study, or judgements with a line a domain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analysis.review_data import ReviewData
from publishing.displays.lines import Line, LineTable, ShownColumn, line
from publishing.printing.cells import evidence_rows
from publishing.printing.table import Cell

Judged = list[tuple[str, dict[str, str]]]
"""Reference and cells of each judgement on one study."""


class _Appraisal(LineTable):
    """Judgements of appraisal tools; `words` puts a sign beside a judgement."""

    def studies(self, data: ReviewData, tool: str) -> dict[str, Judged]:
        """The judgements made with a tool, by study."""
        found: dict[str, Judged] = {}
        for reference, row in evidence_rows(data, "appraisal[]"):
            if row["tool"] == tool:
                found.setdefault(row["study_id"], []).append((reference, row))
        return found

    def judgement(self, reference: str, row: dict[str, str]) -> Cell:
        """The judgement with its sign."""
        return Cell(self.word(row["judgement"]), row=reference)


class Checklist(_Appraisal):
    """A line a study appraised with `tool`. Columns show `study` or, in order, a `question`.

    The first note gives each question in full; the title of its column is its short name.
    """

    SHOWS = ("study", "question")
    kind: Literal["checklist"]
    tool: str

    def key(self, at: int, column: ShownColumn) -> str:
        """Questions are told apart by their place."""
        return column.show if column.show == "study" else str(self._questions.index(column))

    @property
    def _questions(self) -> list[ShownColumn]:
        return [column for column in self.columns if column.show == "question"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """A line a study, its answers in the order of the questions."""
        for study, judged in self.studies(data, self.tool).items():
            answers = {str(at): self.judgement(*found) for at, found in enumerate(judged)}
            yield "", {"study": study_name(data, study), **answers}

    def noted(self, data: ReviewData) -> tuple[str, ...]:
        """The questions in full, then the notes."""
        judged = next(iter(self.studies(data, self.tool).values()))
        asked = [row["domain"].partition(" ")[2] for _, row in judged]
        named = zip(self._questions, asked, strict=True)
        full = "; ".join(f"{column.title}: {question}" for column, question in named)
        return (f"{full}.", *super().noted(data))


class Judgements(_Appraisal):
    """A group a study, a line a domain, for each of `tools`. Columns show `domain`, `judgement`."""

    SHOWS = ("domain", "judgement")
    kind: Literal["appraisal-domains"]
    tools: tuple[str, ...]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """The tools in the order given, their studies in the order of the evidence."""
        for tool in self.tools:
            for study, judged in self.studies(data, tool).items():
                group = f"{study_name(data, study)} ({tool})"
                for reference, row in judged:
                    about = f", {row['outcome'].replace('_', ' ')}" if row["outcome"] else ""
                    yield line(
                        group,
                        domain=Cell(f"{row['domain']}{about}", row=reference),
                        judgement=self.judgement(reference, row),
                    )


def study_name(data: ReviewData, study: str) -> str:
    """The printed name of a study."""
    names = data.evidence.studies.set_index("study_id")["name"]
    return str(names[study])
