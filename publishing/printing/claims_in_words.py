"""Says in words what each claim is about, from the evidence rows behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.ledger import Record
from analysis.measures import defined, distinct, label_of
from analysis.reads import Once
from analysis.registry import statistic_of
from analysis.review_data import ReviewData
from analysis.selection import row_or_none
from analysis.words import StatisticWords, say, section, words_of_statistic
from schemas.rounding import significant

TERMS = {
    "outcome": "outcome",
    "endpoint": "endpoint",
    "event": "event",
    "measure": "delivery",
    "characteristic": "characteristic",
}
"""Columns that hold a term of the vocabulary, with its kind."""

UNSTATED = "not_stated"  # a grade of which a title says nothing


@dataclass(frozen=True)
class Description:
    """A claim in words: a title to read, and further words to be found by."""

    title: str
    words: str
    minor: bool = False


class Filled(Mapping[str, Any]):
    """The filled cells of a row, each looked at when it is asked for; none where no row is."""

    def __init__(self, row: Mapping[str, Any] | None) -> None:
        self.row = row or {}

    def __getitem__(self, column: str) -> Any:
        if (value := self.row[column]) in (None, ""):
            raise KeyError(column)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name, value in self.row.items() if value not in (None, ""))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return bool(self.row)


class Describer:
    """Descriptions of the claims of one review."""

    def __init__(self, data: ReviewData) -> None:
        self.evidence = data.evidence
        self.review = data.evidence.review
        self._rows = Once()

    def row(self, table: str, key: str) -> Filled:
        """The filled cells of a row; none where there is no such row."""
        reference = f"{table}:{key}"
        return self._rows.of(reference, lambda: Filled(row_or_none(self.evidence, reference)))

    def describe(self, record: Record) -> Description:
        """What a claim is about."""
        statistic, said = statistic_of(record.statistic), words_of_statistic(record.statistic)
        if statistic.counts_rows or not record.rows:
            title, words = _counted(record), f"{said.search} {record.method} {record.note}"
        elif statistic.family == "rows":
            title, words = self._of_rows(record, said)
        else:
            title, words = self._of_synthesis(record, said)
        return Description(title, words, statistic.minor)

    def _of_rows(self, record: Record, said: StatisticWords) -> tuple[str, str]:
        rows = self._found(record.rows)
        about = self._about(rows, said)
        population = "" if record.subgroup == record.population else record.population
        title = _joined(distinct([*about, _subgroup(record.subgroup), population]))
        words = " ".join(distinct(w for table, row in rows for w in self._further(table, row)))
        return title, f"{words} {said.search} {record.note} {_topic(record)}"

    def title_of(self, rows: Sequence[str], statistic: str) -> str:
        """What a claim that is gone was about, by its rows; empty where one of them is gone too."""
        found = self._found(rows)
        about = self._about(found, words_of_statistic(statistic))
        return _joined(distinct(about)) if found and all(row for _, row in found) else ""

    def _found(self, references: Sequence[str]) -> list[tuple[str, Filled]]:
        """Table and cells of each row."""
        named = (reference.partition(":") for reference in references)
        return [(table, self.row(table, key)) for table, _, key in named]

    def _about(self, rows: list[tuple[str, Filled]], said: StatisticWords) -> tuple[str, ...]:
        """What was measured, by which statistic, in whom."""
        what = _joined(distinct(part for table, row in rows for part in self._what(table, row)))
        who = _joined(distinct(name for table, row in rows for name in self._who(table, row)))
        return _sentence(what), said.title, who

    def _of_synthesis(self, record: Record, said: StatisticWords) -> tuple[str, str]:
        name, _, rest = record.selector.partition(":")[2].partition("/")
        titles = {item.id: item.title for item in self.review.syntheses}
        title = titles.get(name) or self._outcome_in(name)
        title = _joined(distinct([_sentence(title), rest.replace("-", " "), said.title]))
        return title, f"{said.search} {record.note} {_topic(record)}"

    def _outcome_in(self, name: str) -> str:
        first, _, rest = name.partition(".")
        syntheses = [item for item in self.review.syntheses if item.id.startswith(f"{first}.")]
        outcome = syntheses[0].title.partition(":")[0] if syntheses else first.replace("-", " ")
        return _joined([outcome, rest.replace("-", " ")])

    def _what(self, table: str, row: Filled) -> Iterator[str]:
        for column, kind in TERMS.items():
            if row.get(column) and not (column == "measure" and table == "time_to_event"):
                yield label_of(self.evidence, kind, str(row[column]))
        if row.get("grade", UNSTATED) != UNSTATED:
            yield label_of(self.evidence, "grade", str(row["grade"]))
        if table == "time_to_event":
            yield section("titles").get(str(row.get("measure")), "")
            if row.get("time_months") and row.get("measure") == "landmark_rate":
                yield say("figures.at_months", months=significant(row["time_months"]))
        if table == "regulatory":
            for column, kind in (("action", "regulatory_action"), ("authority", "authority")):
                yield defined(self.evidence, kind, str(row.get(column, "")))
        if table == "judgements":
            topic = str(row.get("topic", "")).replace("-", " ")
            yield say("titles.certainty", topic=topic)
        if table == "sources":
            yield say("titles.label_read")

    def _who(self, table: str, row: Filled) -> Iterator[str]:
        arm = self.row("arms", str(row.get("arm_id", "")))
        study = self.row("studies", str(row.get("study_id", "")))
        yield str(arm.get("label", row.get("product_id", "")))
        if table == "arms":
            yield str(row.get("label", ""))
        other = self.row("arms", str(row.get("comparator_arm_id", "")))
        if other:
            yield say("figures.against", other=other.get("label", ""))
        if study.get("name"):
            yield str(study["name"])

    def _further(self, table: str, row: Filled) -> Iterator[str]:
        arm = self.row("arms", str(row.get("arm_id", "")))
        study = self.row("studies", str(row.get("study_id", "")))
        product = str(arm.get("product_id", row.get("product_id", "")))
        yield "" if product in str(arm.get("label", "")) else product
        yield section("search").get(str(study.get("setting")), "")
        yield str(study.get("registry_ids", ""))
        if row.get("window"):
            yield str(row["window"])
        if table == "adverse_events":
            yield say("search.adverse_event")
            yield section("search").get(f"grade_{row.get('grade')}", "")
            yield f"{row.get('definition', '')}"
        if table == "time_to_event" and row.get("comparator_arm_id"):
            yield say("search.comparison")
        if table == "regulatory":
            yield f"{row.get('indication', '')} {row.get('statement', '')} {say('search.date')}"


def _topic(record: Record) -> str:
    topic = record.topic.replace("-", " ")
    return say("search.certainty", topic=topic) if topic else ""


def _subgroup(text: str) -> str:
    return text.replace("e6", say("titles.million"))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _counted(record: Record) -> str:
    """Number of statements of the article, contradicted; from what the selector selects."""
    parts = [part.strip().partition("[") for part in record.selector.split("|")]
    tables = [section("counted").get(table, table.replace("_", " ")) for table, _, _ in parts]
    named = tables[0] if len(tables) == 1 else say("counted.several")
    kept = parts[0][2].removesuffix("]").partition("=")[2].replace("_", " ")
    return _joined([say("titles.number", rows=named), kept])


def _joined(parts: Any) -> str:
    return ", ".join(part for part in parts if part)
