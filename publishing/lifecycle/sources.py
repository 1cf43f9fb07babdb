"""Refreshes `evidence/source_status.csv`: what the registers say of each source today."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.selection import records_of
from analysis.words import say
from publishing.lifecycle.registers import (
    CROSSREF,
    PUBMED,
    Client,
    NoAnswerError,
    Notice,
    ask_crossref,
    ask_pubmed,
)
from schemas.cells import for_csv
from schemas.choices import FINDINGS, REGISTERS
from schemas.loading import load_table
from schemas.patterns import SEPARATOR
from schemas.registry import TABLES

Row = dict[str, str]
Answers = Mapping[str, list[Notice] | str]
TABLE = TABLES["source_status"]
NO_IDENTIFIER = say("sources.no_numbers")


@dataclass(frozen=True)
class Refresh:
    """The new rows, how many answers came, and what a person must look at."""

    rows: list[Row]
    answers: int
    remarks: list[str]

    def __str__(self) -> str:
        counts = Counter(row["state"] for row in self.rows)
        unasked = sum(row["reason"] == NO_IDENTIFIER for row in self.rows)
        return (
            f"{len(self.rows)} sources: {counts['clean']} clean, {counts['flagged']} flagged, "
            f"{counts['unchecked']} unchecked ({unasked} of them have no DOI and no PMID)"
        )


def refresh_sources(
    root: Path,
    *,
    today: str,
    clients: Mapping[str, Client],
    progress: Callable[[str], None] = lambda _: None,
    crossref: str = CROSSREF,
    pubmed: str = PUBMED,
) -> Refresh:
    """Ask for every source and write the table; an earlier finding is never lost."""
    earlier = {row["citekey"]: row for row in _rows(load_table(root, "source_status"))}
    rows, remarks, answered = [], [], 0
    sources = _rows(load_table(root, "sources"))
    for number, source in enumerate(sources, start=1):
        answers: dict[str, list[Notice] | str] = {}
        if source["doi"]:
            answers["crossref"] = _ask(ask_crossref, clients["crossref"], source["doi"], crossref)
        if source["pmid"]:
            answers["pubmed"] = _ask(ask_pubmed, clients["pubmed"], source["pmid"], pubmed)
        answered += sum(isinstance(answer, list) for answer in answers.values())
        row, remark = merge_state(source["citekey"], answers, earlier.get(source["citekey"]), today)
        rows.append(row)
        remarks += [f"{source['citekey']}: {remark}"] if remark else []
        if number % 20 == 0:
            progress(f"{number} of {len(sources)} sources")
    _write(root / TABLE.file, rows)
    return Refresh(rows, answered, remarks)


def _ask(
    ask: Callable[[Client, str, str], list[Notice]], client: Client, name: str, base: str
) -> list[Notice] | str:
    try:
        return ask(client, name, base)
    except NoAnswerError as error:
        return str(error)


def merge_state(citekey: str, answers: Answers, earlier: Row | None, today: str) -> tuple[Row, str]:
    """The new row of a source, and what a person must be told about it.

    Any finding flags it, whoever else failed. It is clean when every register that could be
    asked answered and none has a notice. What was flagged stays flagged until a person
    deletes the row: a register that fails or falls silent takes nothing back.
    """
    found = {name: answer for name, answer in answers.items() if isinstance(answer, list)}
    failed = [answer for answer in answers.values() if isinstance(answer, str)]
    was_flagged = earlier is not None and earlier["state"] == "flagged"
    if any(found.values()):
        return _flagged(citekey, found, failed, earlier if was_flagged else None, today)
    if was_flagged and earlier is not None:
        said = "; ".join(failed) or say("sources.gone")
        reason = f"asked again on {today}: {said}"
        return {**earlier, "reason": reason}, f"stays flagged ({earlier['finding']}); {reason}"
    if failed or not answers:
        reason = "; ".join(failed) or NO_IDENTIFIER
        before = earlier["checked_on"] if earlier and earlier["state"] == "clean" else ""
        reason += f"; clean when it was asked on {before}" if before else ""
        return _row(citekey, "unchecked", reason=reason), ""
    return _row(citekey, "clean", register=SEPARATOR.join(found), checked_on=today), ""


def _flagged(
    citekey: str,
    found: Mapping[str, list[Notice]],
    failed: list[str],
    earlier: Row | None,
    today: str,
) -> tuple[Row, str]:
    now = {notice for notices in found.values() for notice in notices}
    before = set(_notices(earlier)) if earlier else set()
    ordered = sorted(now | before, key=lambda n: (FINDINGS.index(n.finding), n.place))
    who = {name for name, notices in found.items() if notices}
    who |= set(earlier["register"].split(SEPARATOR)) if earlier else set()
    row = _row(
        citekey,
        "flagged",
        finding=SEPARATOR.join(notice.finding for notice in ordered),
        notice=SEPARATOR.join(notice.place for notice in ordered),
        register=SEPARATOR.join(name for name in REGISTERS if name in who),
        checked_on=today,
        reason="; ".join(failed),
    )
    new = sorted(now - before)
    said = ", ".join(f"{notice.finding} ({notice.place})" for notice in new)
    return row, f"newly flagged: {said}" if new else ""


def _notices(row: Row) -> list[Notice]:
    pairs = zip(row["finding"].split(SEPARATOR), row["notice"].split(SEPARATOR), strict=True)
    return [Notice(finding, place) for finding, place in pairs]


def _row(citekey: str, state: str, **cells: str) -> Row:
    return {**dict.fromkeys(TABLE.columns, ""), "citekey": citekey, "state": state, **cells}


def _rows(frame: pd.DataFrame) -> list[Row]:
    return [{k: str(v or "") for k, v in record.items()} for record in records_of(frame)]


def _write(path: Path, rows: list[Row]) -> None:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, TABLE.columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: for_csv(text) for name, text in row.items()} for row in rows)
    part = path.with_suffix(".part")
    part.write_text(stream.getvalue(), encoding="utf-8")
    part.replace(path)
