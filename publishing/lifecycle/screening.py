"""Takes the export of a search into screening.csv: RIS, or the MEDLINE format of PubMed."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rispy

from publishing.lifecycle.what_if import read
from schemas.problems import ReviewError
from schemas.reading import evidence_file
from schemas.registry import TABLES

OPEN = "to be screened"
DUPLICATE = "duplicate"
DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>|\]]+")
SUFFIXES = {".ris": "RIS", ".nbib": "MEDLINE", ".txt": "MEDLINE"}
MEDLINE_TAGS = {
    "PMID": "pmid", "TI": "title", "LID": "places", "AID": "places", "DP": "year",
}  # fmt: skip
MEDLINE_LISTS = ["LID", "AID"]
NO_DELIMITERS: dict[str, str] = {}


class MedlineParser(rispy.RisParser):
    """The MEDLINE format: tags of up to four letters, a blank line after each record."""

    START_TAG = "PMID"
    DEFAULT_MAPPING = MEDLINE_TAGS
    DEFAULT_LIST_TAGS = MEDLINE_LISTS
    DEFAULT_DELIMITER_MAPPING = NO_DELIMITERS

    def parse_line(self, line: str) -> tuple[str, str] | tuple[None, str]:
        """Tag and content; no tag on a line that goes on, the end tag on an empty one."""
        if not line.strip():
            return self.END_TAG, ""
        return (line[:4].strip(), line[6:].strip()) if line[4:6] == "- " else (None, line.strip())


@dataclass(frozen=True)
class Record:
    """What an export says of one publication."""

    title: str
    doi: str = ""
    pmid: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """By what it is known again: DOI, PMID, title without case, spaces and signs."""
        found = (f"doi {self.doi.lower()}", f"pmid {self.pmid}", f"title {plain(self.title)}")
        return tuple(key for key in found if key.partition(" ")[2])


def plain(title: str) -> str:
    """A title as two databases agree on it: letters and digits, in lower case."""
    return "".join(sign for sign in title.lower() if sign.isalnum())


def read_export(path: Path) -> list[Record]:
    """The records of an export; ReviewError where it has none or its kind is not known."""
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise ReviewError(f"{path.name}: expected a file that ends in {', '.join(SUFFIXES)}")
    text = path.read_text(encoding="utf-8-sig", errors="replace").replace("\r\n", "\n")
    parser = rispy.RisParser() if kind == "RIS" else MedlineParser(skip_unknown_tags=True)
    try:
        found = [_record(entry) for entry in parser.parse(f"{text}\n\n")]
    except (AttributeError, KeyError, TypeError) as error:
        raise ReviewError(f"{path.name}: not in the {kind} format ({error})") from error
    if not found:
        raise ReviewError(f"{path.name}: no record in the {kind} format; export it again")
    return found


def _record(entry: Mapping[str, Any]) -> Record:
    title = entry.get("title") or entry.get("primary_title") or ""
    places = " ".join([*entry.get("places", ()), *entry.get("urls", ()), entry.get("doi", "")])
    doi = DOI.search(places)
    return Record(" ".join(title.split()), doi[0] if doi else "", entry.get("pmid", ""))


def import_export(root: Path, path: Path, search_id: str) -> tuple[int, int]:
    """Add the records of an export to screening.csv; how many, and how many are duplicates."""
    known = {row["search_id"] for row in _rows(root, "searches") if row["kind"] == "search"}
    if search_id not in known:
        said = f"{evidence_file('searches.csv')} has no search {search_id!r}"
        raise ReviewError(f"{said}; it has {', '.join(sorted(known)) or 'none'}")
    before = _rows(root, "screening")
    if any(row["search_id"] == search_id for row in before):
        raise ReviewError(f"the records of {search_id} are in screening.csv already")
    seen = _seen(before, _rows(root, "sources"))
    added: list[dict[str, str]] = []
    for number, record in enumerate(read_export(path), start=1):
        first = next((seen[key] for key in record.keys if key in seen), "")
        name = f"{search_id}-{number:05d}"
        seen.update({key: first or name for key in record.keys if key not in seen})
        added.append(_screening_row(record, name, search_id, path.name, first))
    _write(root, [*before, *added])
    return len(added), sum(bool(row["duplicate_of"]) for row in added)


def _screening_row(
    record: Record, name: str, search_id: str, source: str, first: str
) -> dict[str, str]:
    return {
        "record_id": name, "description": record.title, "record_type": "search record",
        "source": source, "stage": "identified", "search_id": search_id,
        "doi": record.doi, "pmid": record.pmid, "duplicate_of": first,
        "decision": DUPLICATE if first else OPEN,
        "reason": f"the record is {first}" if first else "",
    }  # fmt: skip


def _seen(rows: Iterable[Mapping[str, str]], sources: list[dict[str, str]]) -> dict[str, str]:
    """The row of each key that is known: by its own cells, or by those of its source."""
    cited = {row["citekey"]: row for row in sources}
    seen: dict[str, str] = {}
    for row in rows:
        source = cited.get(row["citekey"], {})
        doi, pmid = (row[name] or source.get(name, "") for name in ("doi", "pmid"))
        for key in Record(row["description"], doi, pmid).keys:
            seen.setdefault(key, row["record_id"])
    return seen


def _rows(root: Path, table: str) -> list[dict[str, str]]:
    return read(TABLES[table], root / evidence_file(f"{table}.csv"))[1]


def _write(root: Path, rows: list[dict[str, str]]) -> None:
    with (root / evidence_file("screening.csv")).open("w", encoding="utf-8", newline="") as stream:
        columns = TABLES["screening"].columns
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
