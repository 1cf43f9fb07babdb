"""A small review, cut from the real one: four studies, two syntheses, two editions, real tables.

Its evidence is the rows of the real evidence that hang on four studies, so that it follows every
change of the tables; its documents and displays are in `fixtures/small_review`.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml

from schemas.strict_yaml import load_yaml

PROJECT = Path(__file__).parents[1]
FIXTURE = Path(__file__).parent / "fixtures" / "small_review"
STUDIES = {"cartitude-1", "karmma", "bms-986354", "anito-ph1"}
SYNTHESES = {"orr.primary", "crs-any.primary"}
CLAIMS = {
    "orr.cilta", "orr.ide", "crs.any.cilta", "crs.any.ide", "pfs.median.cilta", "pfs.median.ide",
    "pooled.orr.primary", "pooled.orr.primary.prediction", "count.sources",
    "count.sources.unchecked",
}  # fmt: skip
KEPT_OF_REVIEW = (
    "date", "evidence_to", "started", "language", "licence", "search", "search_statement", "quorum",
    "review_months", "protocol", "conventions", "characteristics", "populations",
)  # fmt: skip
EMPTY = (
    "judgements", "reporting", "wording_exceptions", "searches",
    "screening", "regulatory", "unverified", "source_acceptances", "overlaps",
)  # fmt: skip
# Of the whole review: they name what is not here.
WORDS = {"synonym", "topic", "emergency", "not_covered"}
Row = dict[str, str]


def read(path: Path) -> list[Row]:
    """Rows of a table."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def rewrite(path: Path, change: Callable[[list[Row]], Iterable[Row]]) -> None:
    """Write a table anew, its head as it was."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, head = list(reader), list(reader.fieldnames or ())
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, head, lineterminator="\n")
        writer.writeheader()
        writer.writerows(change(rows))


def small_review(folder: Path, *, engine: bool = False) -> Path:
    """Write the small review into `folder`; with its format extension where it is to be built."""
    shutil.copytree(FIXTURE, folder, dirs_exist_ok=True)
    shutil.copytree(PROJECT / "evidence", folder / "evidence")
    shutil.copytree(PROJECT / "governance", folder / "governance")
    if engine:
        shutil.copytree(PROJECT / "_extensions", folder / "_extensions")
    _cut_evidence(folder)
    _cut_review(folder)
    shutil.copyfile(PROJECT / "report" / "claims.csv", folder / "report" / "claims.csv")
    rewrite(folder / "report" / "claims.csv", lambda rows: [
        row | {"topic": ""} for row in rows if row["id"] in CLAIMS
    ])  # fmt: skip
    return folder


def _cut_evidence(folder: Path) -> None:
    evidence = folder / "evidence"
    for name in EMPTY:
        rewrite(evidence / f"{name}.csv", lambda rows: [])
    arms = {row["arm_id"] for row in read(evidence / "arms.csv") if row["study_id"] in STUDIES}
    products = {row["product_id"] for row in read(evidence / "arms.csv") if row["arm_id"] in arms}
    for name in ("studies", "arms", "baseline", "outcomes", "time_to_event", "adverse_events",
                 "delivery"):  # fmt: skip
        rewrite(evidence / f"{name}.csv", lambda rows: [
            row for row in rows
            if row.get("study_id", "") in STUDIES and row.get("arm_id", "") in {"", *arms}
        ])  # fmt: skip
    rewrite(evidence / "article_claims.csv", lambda rows: rows[:1])
    rewrite(evidence / "appraisal.csv", lambda rows: [r for r in rows if r["study_id"] in STUDIES])
    rewrite(evidence / "syntheses.csv", lambda rows: [
        row for row in rows if row["synthesis_id"] in SYNTHESES and row["arm_id"] in arms
    ])  # fmt: skip
    rewrite(evidence / "products.csv", lambda rows: [
        row for row in rows if row["product_id"] in products
    ])  # fmt: skip
    rewrite(evidence / "vocabulary.csv", lambda rows: [
        row for row in rows if row["kind"] not in WORDS
    ])  # fmt: skip
    _cut_sources(evidence)


def _cut_sources(evidence: Path) -> None:
    rows_left = {f"{path.stem}:{row['row_id']}" for path in evidence.glob("*.csv")
                 for row in read(path) if row.get("row_id")}  # fmt: skip

    def still_there(row: Row) -> bool:
        named = [part.strip() for part in row["rows"].split("|")]
        return all(f"{row['table']}:{name}" in rows_left for name in named)

    rewrite(evidence / "discrepancies.csv", lambda rows: [r for r in rows if still_there(r)])
    rewrite(evidence / "corrections.csv", lambda rows: [
        row for row in rows if f"{row['table']}:{row['row']}" in rows_left
    ])  # fmt: skip
    names = ("studies", "arms", "products", "baseline", "outcomes", "time_to_event",
             "adverse_events", "delivery", "discrepancies", "glossary",
             "article_claims")  # fmt: skip
    cited = {
        part.strip()
        for name in names
        for row in read(evidence / f"{name}.csv")
        for column, cell in row.items()
        if "citekey" in column
        for part in (cell or "").split("|")
    }
    for name in ("sources", "source_status"):
        rewrite(evidence / f"{name}.csv", lambda rows: [
            row for row in rows if row["citekey"] in cited
        ])  # fmt: skip
    entries = re.split(r"(?m)^(?=@)", (evidence / "references.bib").read_text(encoding="utf-8"))
    kept = [entry for entry in entries if (key := re.match(r"@\w+\{([^,]+),", entry))
            and key[1] in cited]  # fmt: skip
    (evidence / "references.bib").write_text("".join(kept), encoding="utf-8")


def _cut_review(folder: Path) -> None:
    path = folder / "evidence" / "review.yml"
    whole = load_yaml(path.read_text(encoding="utf-8"))
    own = load_yaml((FIXTURE / "review.yml").read_text(encoding="utf-8"))
    (folder / "review.yml").unlink()
    kept = {key: whole[key] for key in KEPT_OF_REVIEW} | own
    kept["syntheses"] = [
        {**item, "published": []} for item in whole["syntheses"] if item["id"] in SYNTHESES
    ]
    path.write_text(yaml.safe_dump(kept, sort_keys=False, allow_unicode=True), encoding="utf-8")
