"""What a release keeps for later comparison: its ledger, its rows, its prose, its protocol."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.ledger import Ledger
from analysis.wording import RENAMED_FORMS, Forms
from schemas.conclusions import Conclusion, parse_condition
from schemas.evidence import Evidence

if TYPE_CHECKING:
    from analysis.robustness import Analyses

KEPT = (
    "citekey", "latest", "events", "n", "percent", "value", "low", "high", "ci_low", "ci_high",
    "not_reached", "judgement", "include", "verdict", "relation", "choice", "finding",
)  # fmt: skip
"""Cells of a row that a release keeps as written; of the others it keeps one hash."""
LEFT_OUT = ("wording", "wording_exceptions", "vocabulary", "glossary")
"""Tables of words: their changes are seen in the prose."""
FURNITURE = ("version", "date", "evidence_to", "started", "conclusions", "quorum", "correction")


@dataclass(frozen=True)
class PastRecord:
    """A ledger record as a release holds it."""

    id: str
    statistic: str
    selector: str
    value: float | None
    lower: float | None
    upper: float | None
    certainty: str
    rows: tuple[str, ...]
    citekeys: tuple[str, ...]
    forms: Forms


@dataclass(frozen=True)
class Snapshot:
    """A state of the review: of a release, or of the work at hand.

    `rows` maps `table:key` to the kept cells and `hash`; `prose` a document to its sentences;
    `protocol` a key of review.yml to its value.
    """

    version: str
    date: str
    evidence_to: str
    records: Mapping[str, PastRecord]
    conclusions: tuple[Conclusion, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    prose: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    protocol: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def content(self) -> dict[str, Any]:
        """What a release writes beside its ledger."""
        prose = {name: list(lines) for name, lines in self.prose.items()}
        return {"rows": self.rows, "prose": prose, "protocol": self.protocol}


def snapshot_of(
    evidence: Evidence,
    ledger: Ledger,
    rows: dict[str, dict[str, str]],
    prose: Mapping[str, tuple[str, ...]],
    protocol: Any,
) -> Snapshot:
    """The state at hand. `rows` are those of `rows_of`, `protocol` is review.yml as YAML has it."""
    review = evidence.review
    return Snapshot(
        review.version,
        review.date,
        review.evidence_to,
        records_of(ledger),
        tuple(evaluated.conclusion for evaluated in ledger.conclusions),
        {evaluated.id: evaluated.text for evaluated in ledger.conclusions},
        rows,
        prose,
        protocol_of(protocol),
    )


def protocol_of(review: Any) -> dict[str, str]:
    """The protocol in review.yml, as YAML has it, key by key."""
    return flatten({key: value for key, value in review.items() if key not in FURNITURE})


def read_snapshot(release: Mapping[str, Any], ledger: Any, content: Mapping[str, Any]) -> Snapshot:
    """A release from its three files, as read from JSON."""
    return Snapshot(
        str(release["version"]),
        str(release["date"]),
        str(release["evidence_to"]),
        read_records(ledger["records"]),
        tuple(read_conclusion(item) for item in ledger["conclusions"]),
        {str(item["id"]): str(item["text"]) for item in ledger["conclusions"]},
        content["rows"],
        {name: tuple(lines) for name, lines in content["prose"].items()},
        content["protocol"],
        str(release.get("note", "")),
    )


def records_of(ledger: Ledger) -> dict[str, PastRecord]:
    """Records of the ledger at hand, as a release would hold them."""
    names = PastRecord.__dataclass_fields__
    return {
        record.id: PastRecord(**{name: getattr(record, name) for name in names})
        for record in ledger.records.values()
    }


def read_records(records: list[dict[str, Any]]) -> dict[str, PastRecord]:
    """Records of a published ledger, by identifier."""
    names = [name for name in PastRecord.__dataclass_fields__ if name != "forms"]
    found = {}
    for record in records:
        cells: dict[str, Any] = {
            name: tuple(record[name]) if isinstance(record[name], list) else record[name]
            for name in names
        }
        forms = {RENAMED_FORMS.get(form, form): text for form, text in record["forms"].items()}
        found[str(record["id"])] = PastRecord(**cells, forms=Forms(**forms))
    return found


def read_conclusion(item: Mapping[str, Any]) -> Conclusion:
    """A conclusion of a published ledger."""
    rule = [parse_condition(str(line["condition"])) for line in item["rule"]]
    conditions = tuple(condition for condition in rule if condition is not None)
    return Conclusion.model_construct(
        id=str(item["id"]), sentence=str(item["sentence"]), rule=conditions
    )


def rows_of(evidence: Evidence) -> dict[str, dict[str, str]]:
    """Every row of the evidence by `table:key`: the kept cells, and a hash of all of them."""
    found: dict[str, dict[str, str]] = {}
    for name, table in evidence.tables.items():
        if name in LEFT_OUT:
            continue
        for row in evidence.texts[name].fillna("").astype(str).to_dict("records"):
            cells = {
                str(column): " ".join(str(text).split())
                for column, text in row.items()
                if text or not (column in table.optional or column in table.own)
            }
            if name == "source_status":
                cells = {column: cells[column] for column in ("citekey", "finding")}
            found[f"{name}:{'/'.join(cells[key] for key in table.key)}"] = _kept(cells)
    return found


def rows_kept(evidence: Evidence, analyses: Analyses) -> dict[str, dict[str, str]]:
    """The same, computed once: what changed, the scan and cards ask for it."""
    found: dict[str, dict[str, str]] = analyses.keep("rows", "", lambda: rows_of(evidence))
    return found


def _kept(cells: dict[str, str]) -> dict[str, str]:
    sealed = json.dumps(cells, sort_keys=True, ensure_ascii=False)
    kept = {name: cells[name] for name in KEPT if cells.get(name)}
    return kept | {"hash": hashlib.sha256(sealed.encode()).hexdigest()[:12]}


def flatten(value: Any, place: str = "") -> dict[str, str]:
    """Nested pairs and lists as one: `syntheses.orr.primary.outcome` to its text.

    Items of a list are named by their id, topic or outcome where they have one.
    """
    if isinstance(value, dict):
        pairs = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        pairs = [(_named(item, at), item) for at, item in enumerate(value, start=1)]
    else:
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        return {place: " ".join(text.split())}
    found: dict[str, str] = {}
    for key, item in pairs:
        found |= flatten(item, f"{place}.{key}" if place else key)
    return found


def _named(item: Any, number: int) -> str:
    keys = ("id", "topic", "outcome") if isinstance(item, dict) else ()
    return str(next((item[key] for key in keys if item.get(key)), number))
