"""Writes the index that the pages and the command line search: a few small classic scripts."""

from __future__ import annotations

import json
import pickle
import re
import shutil
from collections.abc import Callable, Mapping, Sequence, Set
from functools import partial
from html import unescape
from pathlib import Path, PurePosixPath
from posixpath import relpath
from typing import Any

from analysis.kept import hash_of_bytes
from analysis.review_data import ReviewData
from publishing.documents.reads import watched_data
from publishing.manuscript.book import load_books
from publishing.render.finished_page import Page, read_page, without_scripts
from publishing.site.ask.asked import Questions, load_asked
from publishing.site.ask.entries import Addresses, Entries, anchors_of
from publishing.site.ask.lexicon import (
    characteristics,
    common_words,
    concepts_of,
    emergencies,
    english,
    not_covered,
    numbered_names,
)
from publishing.site.ask.passages import SearchItem, items_on, table_words
from publishing.site.assets import LOADED, OF_SEARCH
from publishing.site.cards.citations import references_on
from publishing.site.cards.content import row_anchor, source_name
from publishing.site.cards.placement import by_edition
from publishing.site.kept_texts import KeptTexts

FOLDER = "assets/search"
PARTS = ("words", "asked", "claims", "statements", "passages", "tables", "links")
TAGS = re.compile(r"<[^>]+>")
PLACES, ROWS = 6, 4  # of one claim: its entry has them all
Pages = Mapping[str, str]


def add_search(
    site: Path, extension: Path, data: ReviewData, pages: Sequence[str], kept: KeptTexts
) -> int:
    """Write the index and its scripts once, and name them on every page; returns the bytes.

    `pages` are paths in the site; one index serves the pages of every edition. What was found on
    a page is in `kept`.
    """
    folder = site / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    editions = by_edition(pages)
    ordered = [page for name in sorted(editions) for page in sorted(editions[name])]
    texts = {page: (site / page).read_text(encoding="utf-8") for page in ordered}
    parts = index_of(data, texts, sorted(editions), kept)
    size, shorten = 0, partial(_page_names(ordered).sub, partial(_numbered, ordered.index))
    for name in PARTS:
        text = json.dumps(parts[name], ensure_ascii=False, separators=(",", ":"))
        body = kept.stamp.put(shorten(text))
        script = f"(globalThis.reviewIndex ||= {{}}).{name} = {body};\n"
        (folder / f"{name}.js").write_text(script, encoding="utf-8", newline="\n")
        size += len(script.encode())
    for asset in OF_SEARCH:
        shutil.copyfile(extension / asset, folder / Path(asset).name)
    for page, text in texts.items():
        (site / page).write_text(name_scripts(text, page), encoding="utf-8", newline="\n")
    return size


def name_scripts(text: str, page: str) -> str:
    """The page with the scripts of the search named in its head."""
    base = relpath(FOLDER, PurePosixPath(page).parent.as_posix())
    head = "".join(
        [f'<link rel="stylesheet" href="{base}/search.css">\n']
        + [f'<script defer src="{base}/{name}.js"></script>\n' for name in LOADED]
    )
    return text.replace("</head>", f"{head}</head>", 1)


def _read(text: str, path: str) -> bytes:
    """The title of a page and all that may be found on it, to be kept."""
    page = read_page(text, path)
    title = _title(page)
    return pickle.dumps((title, list(items_on(page, title))))


def index_of(
    data: ReviewData, texts: Pages, editions: Sequence[str], kept: KeptTexts
) -> dict[str, Any]:
    """The parts of the index, from the finished pages and the ledger."""
    pages: dict[str, tuple[str, list[SearchItem]]] = {
        path: pickle.loads(
            kept.make(f"find {path}", without_scripts(text), partial(_read, path=path))
        )
        for path, text in texts.items()
    }
    titles = {path: title for path, (title, _) in pages.items()}
    found = [item for _, items in pages.values() for item in items]
    found = [item for item in found if item.place.anchor or item.kind != "section"]
    places = _printed(found)
    words = _glossary_texts(data)  # a page that lists the glossary is in the index as its terms
    found = [item for item in found if _straight(item.text) not in words]
    ledger = _of_ledger(data, kept, anchors_of(texts, "claim-"), places, _said(data, found))
    claims = ledger["claims"]
    care = {book.plain["questions"] for book in load_books(data.root) if book.plain}
    asked = [item.place.address for item in found if item.place.anchor in care]
    questions = list(dict.fromkeys(asked))
    used = {key for claim in claims for key in claim["k"]}
    used |= {key for item in found for key in item.citekeys}
    return {
        "words": {
            "hash": kept.stamp.content,
            "editions": list(editions),
            "pages": list(texts),
            "concepts": [[item.id, item.kind, item.phrases] for item in concepts_of(data)],
            "numbered": numbered_names(data),
            "characteristics": characteristics(data),
            "english": english().model_dump() | common_words().model_dump(),
            "notCovered": not_covered(data),
            "emergencies": emergencies(data),
            "plain": _plain_editions(questions, places, editions),
            "covers": _covers(data, titles) | {"questions": questions},
            "cites": _cites(data, texts, used),
            "terms": _terms(data),
        },
        "asked": _asked(data, {item.place.anchor for item in found}),
        "claims": claims,
        "statements": ledger["statements"],
        "passages": _passages(found, "passage"),
        "tables": {
            "floats": _floats(found),
            "sections": _passages(found, "section"),
            "sources": _sources(texts),
        },
        "links": _links(data, texts, places),
    }


def _asked(data: ReviewData, places: Set[str]) -> dict[str, Questions]:
    """How readers ask for what the pages have: by place, conclusion and term."""
    asked = load_asked(data.root)
    return {
        "places": {place: said for place, said in asked.places.items() if place in places},
        "conclusions": asked.conclusions,
        "terms": asked.terms,
    }


def _said(data: ReviewData, found: Sequence[SearchItem]) -> dict[str, list[str]]:
    """By conclusion: where pages say it."""
    return {
        item.id: [one.place.address for one in found if item.text in one.text]
        for item in data.ledger.conclusions
    }


def _of_ledger(data: ReviewData, kept: KeptTexts, *places: Addresses) -> dict[str, Any]:
    """What the ledger gives to the index, made again where it or a place has changed."""

    def make() -> bytes:
        entries = Entries(watched_data(data), *places)
        statements = {"conclusions": entries.conclusions(), "judgements": entries.judgements()}
        return json.dumps({"claims": entries.claims(), "statements": statements}).encode()

    inputs = {"where claims and conclusions are printed": hash_of_bytes(json.dumps(places))}
    found: dict[str, Any] = json.loads(kept.keeping.run("search the ledger", inputs, make) or b"")
    return found


def _page_names(pages: Sequence[str]) -> re.Pattern[str]:
    """Finds every address in JSON, and before them the list of pages, which stays as it is."""
    names = "|".join(map(re.escape, pages))
    return re.compile(rf'"pages":\[[^\]]*\]|(?<!\\)"({names})(#[^"\\ ]*)?"(?!:)')


def _numbered(number_of: Callable[[str], int], found: re.Match[str]) -> str:
    """An address with the number of its page in the list instead of the page."""
    page, anchor = found.groups(default="")
    return f'"@{number_of(page)}{anchor}"' if page else found[0]


def _title(page: Page) -> str:
    headings = [passage for passage in page.passages if passage.kind == "heading"]
    text = "".join(p.text for p in headings[0].pieces if p.role != "number") if headings else ""
    return " ".join(text.replace("#", " ").split())


def _printed(found: Sequence[SearchItem]) -> dict[str, list[str]]:
    """Where each claim is printed, the ledger's own tables left out."""
    places: dict[str, dict[str, None]] = {}
    for item in found:
        for claim in item.claims:
            if not item.place.anchor.startswith("tbl-ledger"):
                places.setdefault(claim, {})[item.place.address] = None
    return {claim: list(where) for claim, where in places.items()}


def _plain_editions(
    questions: Sequence[str], places: Mapping[str, list[str]], editions: Sequence[str]
) -> dict[str, list[str]]:
    """The claims that each edition in plain words prints: the editions with questions to ask."""
    plain = {_edition_of(address, editions) for address in questions}
    return {
        edition: sorted(
            claim for claim, where in places.items()
            if any(_edition_of(place, editions) == edition for place in where)
        )
        for edition in sorted(plain)
    }  # fmt: skip


def _edition_of(address: str, editions: Sequence[str]) -> str:
    """The edition whose folder an address begins with; the first has none."""
    top = address.split("/", 1)[0]
    return top if top in editions else ""


def _links(data: ReviewData, texts: Pages, places: Mapping[str, list[str]]) -> dict[str, Any]:
    """By claim: where it is printed, and its first evidence rows."""
    rows = {f"row-{name}": where[0] for name, where in anchors_of(texts, "row-").items()}
    return {
        record.id: [
            places.get(record.id, [])[:PLACES],
            [rows[name] for name in map(row_anchor, record.rows[:ROWS]) if name in rows],
        ]
        for record in data.ledger.records.values()
    }


def _cites(data: ReviewData, texts: Pages, used: Set[str]) -> dict[str, list[Any]]:
    """By citekey: its source by authors and year, and the addresses of its reference."""
    bibliography, places = data.evidence.bibliography, anchors_of(texts, "ref-")
    return {key: [source_name(bibliography, key), places.get(key, [])] for key in sorted(used)}


def _sources(texts: Pages) -> list[list[Any]]:
    places = anchors_of(texts, "ref-")
    found: dict[str, list[Any]] = {}
    for text in texts.values():
        for key, (_, words) in references_on(text).items():
            found.setdefault(key, [words, places[key]])
    return list(found.values())


def _passages(found: Sequence[SearchItem], kind: str) -> list[dict[str, Any]]:
    """Passages and headings; the same words in several editions are one, with every address."""
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    for item in found:
        if item.kind != kind:
            continue
        key = (item.place.heading, item.text)
        held = merged.setdefault(
            key, {"h": item.place.heading, "g": item.place.title, "a": []}
        )  # fmt: skip
        held["a"].append(item.place.address)
        if item.kind == "passage":
            held["s"] = [[text, list(claims)] if claims else [text] for text, claims in
                         item.sentences]  # fmt: skip
            held["k"] = list(item.citekeys)
        if item.gap:
            held["x"] = 1
        if item.untested:
            held["n"] = 1
        if item.place.anchor.startswith("sec-ledger"):
            held["r"] = 1
    return list(merged.values())


def _floats(found: Sequence[SearchItem]) -> list[dict[str, Any]]:
    merged: dict[tuple[str, str], dict[str, Any]] = {}
    for item in found:
        if item.kind in ("table", "figure"):
            entry = {"f": item.kind, "t": item.text, "h": item.place.heading, "w": "", "a": []}
            held = merged.setdefault((item.kind, item.text), entry)
            held["a"].append(item.place.address)
            held["w"] = held["w"] or table_words(item)
    return list(merged.values())


def _glossary_texts(data: ReviewData) -> set[str]:
    return {_straight(text) for entry in _terms(data) for text in entry if text}


def _straight(text: str) -> str:
    return " ".join(text.translate({0x2018: "'", 0x2019: "'"}).split())


def _terms(data: ReviewData) -> list[list[str]]:
    rows = data.evidence.rows["glossary"].all()
    columns = ("term", "abbreviation", "plain_language", "clinician_definition")
    return [[str(row[column] or "") for column in columns] for row in rows]


def _covers(data: ReviewData, titles: Mapping[str, str]) -> dict[str, Any]:
    products = data.evidence.rows["products"].all()
    named = [row["product_id"] for row in products if row["generic_name"] and row["brand_names"]]
    return {
        "question": data.evidence.review.question,
        "given": f"{data.evidence.review.title} {data.evidence.review.question}",
        "topics": [[title, path] for path, title in titles.items()],
        "products": [str(name) for name in named if not name.endswith("-class")],
    }


def _plain(html: str) -> str:
    return " ".join(unescape(TAGS.sub("", html)).split())
