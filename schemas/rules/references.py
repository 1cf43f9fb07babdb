"""References: every name of a row, source or term leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.bibliography import FILE as BIBLIOGRAPHY_FILE
from schemas.cells import shorten
from schemas.choices import FACT_TABLES, FIGURE_TABLES, SIZED_TABLES
from schemas.nearest import nearest
from schemas.patterns import SEPARATOR
from schemas.problems import Problem
from schemas.review import FILE as REVIEW_FILE
from schemas.rules.records import Finding, Records, Row, Rule, find, label_of

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Link:
    """A column whose cells name rows of `target`, or terms of one kind of the vocabulary."""

    table: str
    column: str
    target: str
    kind: str = ""


LINKS = (
    *(Link(table, "citekey", "sources") for table in FACT_TABLES),
    Link("studies", "primary_citekey", "sources"),
    *(
        Link(table, "citekey", "sources")
        for table in ("arms", "overlaps", "screening", "corrections", "discrepancies")
    ),
    Link("screening", "search_id", "searches"),
    Link("screening", "duplicate_of", "screening"),
    Link("article_claims", "citekeys", "sources"),
    *(Link(table, "study_id", "studies") for table in FACT_TABLES if table != "regulatory"),
    Link("arms", "study_id", "studies"),
    Link("appraisal", "study_id", "studies"),
    *(Link(table, "arm_id", "arms") for table in FACT_TABLES if table != "regulatory"),
    Link("time_to_event", "comparator_arm_id", "arms"),
    Link("time_to_event", "hazards_citekey", "sources"),
    Link("overlaps", "arm_a", "arms"),
    Link("overlaps", "arm_b", "arms"),
    Link("syntheses", "arm_id", "arms"),
    Link("arms", "product_id", "products"),
    Link("regulatory", "product_id", "products"),
    Link("outcomes", "outcome", "vocabulary", "outcome"),
    Link("time_to_event", "endpoint", "vocabulary", "endpoint"),
    Link("adverse_events", "event", "vocabulary", "event"),
    Link("delivery", "measure", "vocabulary", "delivery"),
    Link("baseline", "characteristic", "vocabulary", "characteristic"),
    Link("regulatory", "authority", "vocabulary", "authority"),
    *(Link(table, "population", "vocabulary", "population") for table in SIZED_TABLES),
    Link("adverse_events", "grade", "vocabulary", "grade"),
    Link("arms", "role", "vocabulary", "role"),
    Link("studies", "setting", "vocabulary", "setting"),
)


def _known(records: Records, target: str, kind: str) -> frozenset[str]:
    if not kind:
        return records.ids(target)
    return records.grouped(target, "kind", "term").get(kind, frozenset())


def _unresolved(row: Row, column: str, name: str, where: str, known: Iterable[str]) -> Finding:
    what = f"{name!r} is not in {where}"
    action = nearest(name, known, f"correct it, or add it to {where}")
    cause = (where.split(" ", maxsplit=1)[0], f"({name})", "")
    return find("resolves", row, column, what, f"a name in {where}", action, cause=cause)


def _link(records: Records, link: Link) -> Iterator[Finding]:
    if link.target in records.unread:
        return
    known = _known(records, link.target, link.kind)
    where = f"evidence/{link.target}.csv" + (f" as {link.kind}" if link.kind else "")
    for row in records[link.table]:
        for name in (row[link.column] or "").split(SEPARATOR):
            if name and name not in known:
                yield _unresolved(row, link.column, name, where, known)


def _within(records: Records) -> Iterator[Finding]:
    for row in records["vocabulary"]:
        known = _known(records, "vocabulary", row["kind"])
        if row["within"] and row["within"] not in known:
            where = f"evidence/vocabulary.csv as {row['kind']}"
            yield _unresolved(row, "within", row["within"], where, known)


def _row_reference(records: Records, row: Row, column: str, name: str) -> Iterator[Finding]:
    """A reference written table:row_id."""
    table, colon, row_id = name.partition(":")
    tables = records.tables
    if not colon or table not in tables:
        what = f"{name!r} names no table"
        action = nearest(table, tables, "write outcomes:row_id, time_to_event:row_id and so on")
        yield find("resolves", row, column, what, "table:row_id", action)
    elif table not in records.unread and row_id not in records.ids(table):
        yield _unresolved(row, column, row_id, f"evidence/{table}.csv", records.ids(table))


def _row_references(records: Records) -> Iterator[Finding]:
    for table, column in (("article_claims", "evidence_rows"), ("unverified", "related_rows")):
        for row in records[table]:
            for name in filter(None, (row[column] or "").split(SEPARATOR)):
                yield from _row_reference(records, row, column, name)
    for row in records["article_claims"]:
        said = row["source_says"] or ""
        if stray := re.search(r"[{}]", PLACEHOLDER.sub("", said)):
            rest = PLACEHOLDER.sub("", said)[stray.start() :]
            what, expected = f"has a stray brace: {shorten(rest)}", "{table:row} or {claim}"
            yield find("resolves", row, "source_says", what, expected, "close the braces")
        for name in PLACEHOLDER.findall(said):
            if ":" in name:
                reference = name.partition("#")[0]
                yield from _row_reference(records, row, "source_says", reference)


def _named_rows(records: Records) -> Iterator[Finding]:
    for row in records["discrepancies"]:
        for name in (row["rows"] or "").split(SEPARATOR):
            if row["table"] in records.tables and row["table"] not in records.unread:
                known = records.ids(row["table"])
                if name not in known:
                    yield _unresolved(row, "rows", name, f"evidence/{row['table']}.csv", known)
    for row in records["syntheses"]:
        table = row["evidence_table"]
        for column in ("evidence_row", "comparator_row"):
            name = row.get(column)
            if table in FIGURE_TABLES and name and table not in records.unread:
                known = records.ids(table)
                if name not in known:
                    yield _unresolved(row, column, name, f"evidence/{table}.csv", known)


def _corrected_tables(records: Records) -> Iterator[Finding]:
    known = records.tables - {"corrections"}
    for row in records["corrections"]:
        if row["table"] and row["table"] not in known:
            what = f"{row['table']!r} is no table that can be corrected"
            expected = "one of " + ", ".join(sorted(known))
            yield find("resolves", row, "table", what, expected, nearest(row["table"], known))


def check_resolves(records: Records) -> Iterator[Finding]:
    """Every citekey, study, arm, product, term and row that is named exists."""
    for link in LINKS:
        yield from _link(records, link)
    yield from _within(records)
    yield from _row_references(records)
    yield from _named_rows(records)
    yield from _corrected_tables(records)


def check_arm_of_study(records: Records) -> Iterator[Finding]:
    """A row's cohort belongs to the row's study."""
    study_of = {arm.id: arm["study_id"] for arm in records["arms"]}
    arms = records.by_id("arms")
    for row in records.of(table for table in FACT_TABLES if table != "regulatory"):
        study = study_of.get(row["arm_id"])
        if study and row["study_id"] and row["study_id"] != study:
            what = f"{row['arm_id']} belongs to {study}, not to {row['study_id']}"
            action = "correct study_id or arm_id"
            arm = arms[row["arm_id"]]
            cause = (arm.table.file, label_of(arm), "study_id")
            yield find("arm_of_study", row, "study_id", what, study, action, cause=cause)


def _file_finding(file: str, what: str, action: str, rule: str) -> Finding:
    return Finding(rule, "", (), Problem(file, what=what, action=action, rule=rule))


def _synthesis_terms(records: Records) -> Iterator[Finding]:
    outcomes = ("outcome", "endpoint", "event", "delivery")
    for item in records.review.syntheses:
        named = (
            ("outcome", (item.outcome, *item.outcomes), outcomes),
            ("population", item.populations, ("population",)),
            ("grade", item.grades, ("grade",)),
        )
        for word, names, kinds in named:
            known = frozenset().union(*(_known(records, "vocabulary", kind) for kind in kinds))
            for name in names:
                if name not in known:
                    what = f"syntheses {item.id}: {word} {name!r} is not in evidence/vocabulary.csv"
                    action = nearest(name, known, "add it")
                    yield _file_finding(REVIEW_FILE, what, action, "resolves")


def _populations(records: Records) -> Iterator[Finding]:
    """Populations that review.yml names, in its order or as what a column counts, are terms."""
    review, known = records.review, _known(records, "vocabulary", "population")
    sizes = [item.size_of for item in review.characteristics if item.size_of]
    named = [
        *review.populations,
        *(name for size in sizes for name in (size.population, *size.within)),
    ]
    for name in dict.fromkeys(named):
        if name not in known:
            what = f"population {name!r} is not in evidence/vocabulary.csv"
            yield _file_finding(REVIEW_FILE, what, nearest(name, known, "add it"), "resolves")


def _published_rows(records: Records) -> Iterator[Finding]:
    known = frozenset(row.id for row in records.of(FIGURE_TABLES))
    for item in records.review.syntheses:
        for name in item.published:
            row_id = name.partition(":")[2] or name
            if row_id not in known:
                what = f"syntheses {item.id}: published row {name!r} does not exist"
                action = nearest(row_id, known, "name a row of a table of figures")
                yield _file_finding(REVIEW_FILE, what, action, "resolves")


def check_review_resolves(records: Records) -> Iterator[Finding]:
    """Outcomes and published rows named in review.yml exist."""
    if "vocabulary" not in records.unread:
        yield from _synthesis_terms(records)
        yield from _populations(records)
    if not records.unread & set(FIGURE_TABLES):
        yield from _published_rows(records)


def bare_doi(doi: str) -> str:
    """A DOI as sources.csv has it: without the address and the escapes of BibTeX."""
    return re.sub(r"\\([_%&#<>{}])", r"\1", re.sub(r"^https?://(dx\.)?doi\.org/", "", doi))


def check_sources_match_bibliography(records: Records) -> Iterator[Finding]:
    """sources.csv and references.bib hold the same citekeys, DOIs and PMIDs."""
    rule = "sources_match_bibliography"
    entries = records.bibliography
    for row in records["sources"]:
        entry = entries.get(row.id)
        if entry is None:
            action = nearest(row.id, entries, f"add an entry to {BIBLIOGRAPHY_FILE}")
            what = f"{row.id} is not in {BIBLIOGRAPHY_FILE}"
            yield find(rule, row, "citekey", what, "an entry of that citekey", action)
            continue
        if not entry:  # it stands there and cannot be read, which is said already
            continue
        for column in ("doi", "pmid"):
            ours, theirs = row[column] or "", entry.get(column, "")
            if ours != (bare_doi(theirs) if column == "doi" else theirs):
                what = f"{ours or 'empty'}, but {BIBLIOGRAPHY_FILE} has {theirs or 'none'}"
                yield find(rule, row, column, what, "the same in both", "correct the wrong one")
    for citekey in sorted(set(entries) - records.ids("sources")):
        what = f"{citekey} is not in evidence/sources.csv"
        action = nearest(citekey, records.ids("sources"), "add the row, or delete the entry")
        yield _file_finding(BIBLIOGRAPHY_FILE, what, action, rule)


def check_source_place(records: Records) -> Iterator[Finding]:
    """A reader can go to every source, or is told that its address is not known."""
    for row in records["sources"]:
        entry = records.bibliography.get(row.id)
        if not entry:  # said by sources_match_bibliography, or by the reader of the file
            continue
        told = "address" in (row["missing_fields"] or "").split("; ")
        if told == any(entry.get(field) for field in ("doi", "pmid", "url")):
            what = f"{row.id} has {'one' if told else 'no doi, pmid or url'} in {BIBLIOGRAPHY_FILE}"
            action = "take address out" if told else "give the entry one, or add address here"
            yield find("source_place", row, "missing_fields", what, "a way to it", action)


RULES = (
    Rule(
        "source_place",
        "Every source has a DOI, a PMID or an address, or says that it has none.",
        check_source_place,
        needs=("sources", "bibliography"),
    ),
    Rule(
        "resolves",
        "Every citekey, study, cohort, product, term and row that is named exists.",
        check_resolves,
    ),
    Rule(
        "arm_of_study",
        "A row's cohort belongs to the row's study.",
        check_arm_of_study,
        needs=("arms",),
    ),
    Rule(
        "review_resolves",
        "Outcomes and published rows named in review.yml exist.",
        check_review_resolves,
        needs=("review",),
    ),
    Rule(
        "sources_match_bibliography",
        "sources.csv and references.bib hold the same citekeys, DOIs and PMIDs.",
        check_sources_match_bibliography,
        needs=("sources", "bibliography"),
    ),
)
