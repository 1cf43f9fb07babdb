"""Entries of the index that come from the ledger: claims, conclusions and judgements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.certainty import compute_ratings
from analysis.findings import word_finding
from analysis.ledger import Record
from analysis.registry import statistic_of
from analysis.review_data import ReviewData
from publishing.printing.claims_in_words import Describer, Filled
from publishing.site.ask.lexicon import outcomes_within
from schemas.conclusions import PLACEHOLDER
from schemas.rounding import round_half_up

HOME = "index.html"
WEIGHTS = {
    "headline": 1.6,
    "concluded": 1.3,
    "home": 1.2,
    "judged": 1.1,
    "older": 0.6,
    "minor": 0.6,
}
ROUTINE = ("real_world", "registry")
ABOUT_TRIALS = ("meta_analysis", "label_pool", "indirect_comparison")
Addresses = Mapping[str, Sequence[str]]


class Entries:
    """What the ledger gives to the index, with the places where it is printed.

    `entries` holds the addresses of each claim in the ledger, `places` those where documents
    print it, `said` those where pages say a conclusion.
    """

    def __init__(
        self, data: ReviewData, entries: Addresses, places: Addresses, said: Addresses
    ) -> None:
        self.data = data
        self.entries = entries
        self.places = places
        self.said = said
        self.describer = Describer(data)
        self.records = data.ledger.records
        self.concluded = {name for item in data.ledger.conclusions for name in _claims_of(item)}
        self.ratings = {rating.topic.topic: rating for rating in compute_ratings(data.analyses)}
        self.outcomes = outcomes_within(data)

    def claims(self) -> list[dict[str, Any]]:
        """One entry a claim; empty cells are left out."""
        made = [self._claim(record) for record in self.records.values()]
        return [
            {name: value for name, value in one.items() if value not in ("", 1.0)} for one in made
        ]

    def _claim(self, record: Record) -> dict[str, Any]:
        said = self.describer.describe(record)
        subset = record.subgroup if record.subgroup != record.population else ""
        return {
            "i": record.id,
            "t": said.title,
            "v": record.forms.full,
            "w": " ".join([*said.words.split(), *self.outcomes.get(_measured(said.title), ())]),
            "c": record.certainty,
            "k": list(record.citekeys),
            "a": list(self.entries.get(record.id, ())),
            "b": self._weight(record, said.minor),
            "m": _manner(record),
            "u": " ".join(subset.split()),
            "q": self._setting(record),
        }

    def _weight(self, record: Record, minor: bool) -> float:
        """How much a claim counts before any question: conclusions first, side results last."""
        home = any(place.startswith(HOME) for place in self.places.get(record.id, ()))
        rows = list(self._rows(record))
        traits = {
            "headline": self._headline(record),
            "concluded": record.id in self.concluded,
            "home": home,
            "judged": bool(record.topic),
            "older": bool(rows) and all(str(row.get("latest")) == "no" for row in rows),
            "minor": minor,
        }
        weight = 1.0
        for trait, holds in traits.items():
            weight *= WEIGHTS[trait] if holds else 1.0
        return float(round_half_up(weight, 3))

    def _headline(self, record: Record) -> bool:
        """Whether the certainty of a rate is judged on this very evidence."""
        synthesis = f"synthesis:{record.selector.partition(':')[2].partition('/')[0]}"
        own = {synthesis, *_only_row(record)}
        return any(r.kind == "rate" and r.topic.evidence in own for r in self.ratings.values())

    def _rows(self, record: Record) -> Iterator[Filled]:
        for reference in record.rows:
            table, _, key = reference.partition(":")
            yield self.describer.row(table, key)

    def _setting(self, record: Record) -> str:
        """`routine` for practice, `second` for pooled or indirect reports; empty for a trial."""
        studies = {str(row["study_id"]) for row in self._rows(record) if row.get("study_id")}
        settings = {str(self.describer.row("studies", one).get("setting")) for one in studies}
        if settings & set(ROUTINE):
            return "routine"
        return "second" if settings & set(ABOUT_TRIALS) else ""

    def conclusions(self) -> list[dict[str, Any]]:
        """One entry a conclusion: its sentence, what it compares by, and where it is printed."""
        made = []
        for item in self.data.ledger.conclusions:
            names = list(dict.fromkeys(_claims_of(item)))
            keys = (key for name in names for key in self.records[name].citekeys)
            made.append({
                "i": item.id, "t": f"{item.text[:1].upper()}{item.text[1:]}.",
                "w": self._titles(names),
                "c": names, "k": list(dict.fromkeys(keys)), "a": list(self.said[item.id]),
                "m": self._compares(_printed_by(item)),
            })  # fmt: skip
        return made

    def _titles(self, names: Sequence[str]) -> str:
        said = (self.describer.describe(self.records[name]).title for name in names)
        return "; ".join(dict.fromkeys(said))

    def _compares(self, names: Sequence[str]) -> str:
        """`randomised` or `indirect` where a conclusion prints a comparison, else empty."""
        starts = {
            self.ratings[topic].start
            for name in names
            for topic in self._topics(self.records[name])
            if self.ratings[topic].kind == "comparative"
        }
        return ("randomised" if "high" in starts else "indirect") if starts else ""

    def _topics(self, record: Record) -> Iterator[str]:
        """Topics of certainty that a claim states, is judged by or is the evidence of."""
        judged = (str(row.get("topic", "")) for row in self._rows(record))
        own = _only_row(record)
        rests = (name for name, rating in self.ratings.items() if rating.topic.evidence in own)
        topics = dict.fromkeys((record.topic, *judged, *rests))
        yield from (topic for topic in topics if topic in self.ratings)

    def judgements(self) -> list[dict[str, Any]]:
        """One entry a topic of certainty: the level, what may be said, and the reason."""
        held: dict[str, list[str]] = {}
        for record in self.records.values():
            for topic in self._topics(record):
                held.setdefault(topic, []).append(record.id)
        made = []
        for topic, rating in self.ratings.items():
            names = held.get(topic, [])
            stated = [name for name in names if not self.records[name].topic] or names
            places = [place for name in stated[:1] for place in self.entries.get(name, ())]
            made.append({
                "i": topic, "t": rating.topic.title, "l": rating.drafted,
                "s": word_finding(rating), "y": rating.drafts["overall"].reason,
                "w": f"{rating.topic.about} {topic.replace('-', ' ')} {self._titles(names)}",
                "n": int(rating.signed), "m": rating.kind,
                "c": names[:8], "a": places,
            })  # fmt: skip
        return made


def _measured(title: str) -> str:
    """What a claim measures: the first words of its title."""
    return re.split("[,:]", title)[0].casefold()


def _printed_by(item: Any) -> list[str]:
    """Claims whose values a conclusion prints in its sentence."""
    return [match[1] for match in PLACEHOLDER.finditer(item.conclusion.sentence)]


def _claims_of(item: Any) -> Iterator[str]:
    """Claims that a conclusion prints or whose values decide it."""
    yield from _printed_by(item)
    for condition in item.conclusion.conditions:
        yield from (name for name in (condition.claim, condition.other) if name)


def _only_row(record: Record) -> Sequence[str]:
    """The row of a claim that is read from one row, which a judgement may name as its evidence."""
    return record.rows if len(record.rows) == 1 else ()


def _manner(record: Record) -> str:
    """What kind of statement a claim is, where it is no rate or time of patients."""
    statistic = statistic_of(record.statistic)
    tables = {row.partition(":")[0] for row in record.rows}
    kinds = {
        "date": record.unit == "date",
        "count": statistic.says == "count",
        "spread": statistic.minor,
        "certainty": "judgements" in tables,
        "baseline": "baseline" in tables,
        "ratio": record.unit == "ratio",
        "difference": record.unit == "points",
        "pooled": statistic.family != "rows",
    }
    return next((kind for kind, holds in kinds.items() if holds), "")


def anchors_of(texts: Mapping[str, str], prefix: str) -> dict[str, list[str]]:
    """Addresses of identifiers with this prefix, one an edition."""
    found: dict[str, list[str]] = {}
    for path, text in texts.items():
        for name in re.findall(rf'id="{prefix}([^"]+)"', text):
            found.setdefault(name, []).append(f"{path}#{prefix}{name}")
    return found
