"""Every defensible analysis: what each decision is, in how many a conclusion holds, where least."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Literal

from analysis.multiverse import MEASURE_NAMES, TEST_NAMES, WIDER, Multiverse
from analysis.review_data import ReviewData
from analysis.robustness_measures import BOUND_NAMES
from analysis.rounding import format_number, format_percent
from publishing.displays.lines import Line, LineTable, ShownColumn
from publishing.displays.specification import MultiverseName
from publishing.printing.analysis_cells import analysis_cell, ask
from publishing.printing.table import Cell
from schemas.robustness import Option


class _Choices(LineTable):
    """`words` name the parts of a model (`measure`, `test`, `estimator`) and the model `GLMM`."""

    WORDS: ClassVar[tuple[str, ...]] = ("measure", "test", "estimator", "GLMM")

    def choices(self, found: Multiverse) -> Iterator[tuple[str, str, str, str]]:
        """Decision, option and their titles; parts of the model last."""
        options = {(decision.id, option.id): (decision.title, option.title)
                   for decision in found.decisions for option in decision.options}  # fmt: skip
        names = {"GLMM": self.word("GLMM"), **MEASURE_NAMES, **TEST_NAMES}
        for choice, value in found.choices:
            words = (self.word(choice), names.get(value, value))
            yield choice, value, *options.get((choice, value), words)


class MultiverseTable(_Choices):
    """Every conclusion of every multiverse of the protocol, a group a multiverse.

    Columns show `conclusion`, `rule`, `count` and `share` of the analyses that follow the
    protocol in which it holds, `wider` (the share of the wider set), `own` (whether in the
    protocol's own), `option` (of those that follow, with which it holds least often) and
    `there` (the share with that option). `words` hold also `holds` and `fails`.
    """

    SHOWS = ("conclusion", "rule", "count", "share", "wider", "own", "option", "there")
    WORDS = (*_Choices.WORDS, "holds", "fails")
    kind: Literal["multiverse"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """A line a conclusion."""
        for definition in data.evidence.review.robustness.multiverses:
            ask(data, f"multiverse.{definition.id}")
            found = data.analyses.multiverse(definition.id)
            for conclusion in definition.conclusions:
                yield definition.title, self._line(data, found, conclusion.id)

    def _line(self, data: ReviewData, found: Multiverse, name: str) -> dict[str, Cell | str]:
        conclusion, outcome = found.conclusion(name), found.definition.id
        record, key = data.ledger[f"multiverse.{outcome}.{name}"], f"multiverse.{outcome}/{name}"
        option, share = self._least(found, name)
        held, total = found.share(name, {"analyses": WIDER})
        own = ""
        if found.baseline is not None:
            own = "holds" if found.holds(conclusion)[found.baseline, 0] else "fails"
        bound = BOUND_NAMES[conclusion.bound].capitalize()
        limit = f"{format_number(conclusion.value, 0)}%"
        return {
            "conclusion": conclusion.title,
            "rule": analysis_cell(f"{bound} {conclusion.relation} {limit}", key),
            "count": Cell(record.forms.n, claim=record.id),
            "share": Cell(record.forms.plain, claim=record.id),
            "wider": analysis_cell(format_percent(100 * held / total, 0), key),
            "own": self.word(own),
            "option": option,
            "there": analysis_cell(f"{format_number(100 * share, 0)}%", key),
        }

    def _least(self, found: Multiverse, name: str) -> tuple[str, float]:
        """The option under which a conclusion holds least often, and its share there."""
        shares = []
        for decision, option, title, words in self.choices(found):
            holding, total = found.share(name, {decision: option})
            if total and not found.is_against(decision, option):
                shares.append((f"{title}: {words}", holding / total))
        return min(shares, key=lambda item: item[1])


class MultiverseOptions(_Choices):
    """The options of one multiverse, `of`, a group a decision.

    Columns show `option`, `analyses` (how many there are) and `conclusions`, which is repeated
    for each conclusion under its own title: the share of the analyses in which it holds. They
    are those that follow the protocol; with an option `against` it, of the wider set.
    """

    SHOWS = ("option", "analyses", "conclusions")
    WORDS = (*_Choices.WORDS, "against")
    kind: Literal["multiverse-options"]
    of: MultiverseName

    def shown(self, data: ReviewData) -> Sequence[ShownColumn]:
        """The columns, one for each conclusion."""
        conclusions = data.analyses.multiverse(self.of).definition.conclusions
        return [
            shown
            for column in self.columns
            for shown in (
                [column.model_copy(update={"title": item.title, "show": item.id})
                 for item in conclusions]
                if column.show == "conclusions" else [column]
            )
        ]  # fmt: skip

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """A line an option; none for one that no analysis takes."""
        ask(data, f"multiverse.{self.of}")
        found = data.analyses.multiverse(self.of)
        conclusions = [item.id for item in found.definition.conclusions]
        for decision, option, title, words in self.choices(found):
            key = f"multiverse.{self.of}/{decision}={option}"
            shares = {name: found.share_with(name, decision, option) for name in conclusions}
            total = shares[conclusions[0]][1]
            if total:
                marked = f" ({self.word('against')})" if found.is_against(decision, option) else ""
                yield title, {
                    "option": words + marked,
                    "analyses": analysis_cell(format_number(total, 0), key),
                    **{name: analysis_cell(format_percent(100 * held / total, 0), key)
                       for name, (held, _) in shares.items()},
                }  # fmt: skip


class MultiverseDecisions(LineTable):
    """Every decision of the protocol with its options, a group a decision.

    Columns show `option`, `rows` (what it does with the rows, in words) and `against` (the rule
    of the protocol that it breaks, else the word `follows`). `words` hold a sentence for `keep`,
    `drop` and `prefer`, with `$column` and `$values`, what `all` rows and a `missing` cell are
    called, how values are joined (`or`, `then`), and may name columns and values.
    """

    SHOWS = ("option", "rows", "against")
    WORDS = (
        "keep $column $values", "drop $column $values", "prefer $column $values",
        "all", "missing", "or", "then", "follows",
    )  # fmt: skip
    kind: Literal["multiverse-decisions"]

    def lines(self, data: ReviewData) -> Iterator[Line]:
        """A line an option."""
        for decision in data.evidence.review.robustness.decisions:
            for option in decision.options:
                told = "; ".join(self._told(option)) or self.word("all")
                against = option.against or self.word("follows")
                rows = Cell(told, row=f"options:{decision.id}.{option.id}")
                yield decision.title, {"option": option.title, "rows": rows, "against": against}

    def _told(self, option: Option) -> Iterator[str]:
        for does, joined in (("keep", "or"), ("drop", "or"), ("prefer", "then")):
            choices: Mapping[str, tuple[str, ...]] = getattr(option, does)
            for column, values in choices.items():
                names = [self._named(value or "missing") for value in values]
                said = f" {self.word(joined)} ".join(names)
                yield self.word(does, column=self._named(column), values=said)

    def _named(self, code: str) -> str:
        return self.word(code).replace("_", " ")
