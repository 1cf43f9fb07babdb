"""Puts cards on finished pages, whichever engine wrote them.

A claim becomes a link to its entry in the ledger, which is all that a reader without scripts
needs; the data of a page's cards travel in the page, for files cannot fetch files.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path, PurePosixPath
from posixpath import relpath
from typing import Any

from analysis.kept import hash_of_bytes
from publishing.printing.rows_in_words import checked_word
from publishing.site.cards.content import ROWS, ClaimCards, Entry, row_anchor
from publishing.site.exports.r_script import script_path
from publishing.site.kept_texts import KeptTexts

ASSETS = ("css/cards.css", "html/cards.js")
ADDRESS = re.compile(r'<[^>]*\sid="((?:claim|row|ref)-[^"]+)"')
TAG = re.compile(r"<(/?)(a|span)\b([^>]*)>")
CLAIM = re.compile(r'\bdata-claim="([^"]+)"')
LEADS = re.compile(r' data-to="([^"]+)"')
SCRIPT = re.compile(r"(<script\b.*?</script>)", re.DOTALL)
Addresses = Mapping[str, str]


def add_cards(
    site: Path,
    extension: Path,
    deck: ClaimCards,
    pages: Sequence[str],
    elsewhere: Addresses | None = None,
    kept: KeptTexts | None = None,
) -> None:
    """Link every claim of these pages (paths in the site) to its entry in the ledger.

    An edition without the entry links to the last edition that has it, the complete one;
    `elsewhere` are entries on pages that are not among these. Pages are taken from `kept` while
    nothing that their cards rest on has changed.
    """
    kept = kept or KeptTexts()
    editions = by_edition(pages)
    found = {folder: find_addresses(site, own) for folder, own in editions.items()}
    for folder, own in editions.items():
        known = dict(elsewhere or {})
        for addresses in (*found.values(), found[folder]):
            known |= addresses
        assets = site / folder / "assets"
        assets.mkdir(parents=True, exist_ok=True)
        for asset in ASSETS:
            shutil.copyfile(extension / asset, assets / Path(asset).name)
        rests = {
            "the addresses of entries": hash_of_bytes(json.dumps(known, sort_keys=True)),
            "the evidence": kept.keeping.now("evidence"),
        }
        for page in own:
            text = (site / page).read_text(encoding="utf-8")
            write = partial(_written, page=page, folder=folder, deck=deck, addresses=known)
            made = kept.make(f"cards {page}", text, write, rests).decode()
            (site / page).write_text(kept.stamp(made), encoding="utf-8", newline="\n")


def _written(text: str, **places: Any) -> bytes:
    return write_cards(text, **places).encode()


def by_edition(pages: Sequence[str]) -> dict[str, list[str]]:
    """Pages by the folder of their edition: the nearest one above that has a first page."""
    homes = {PurePosixPath(page).parent.as_posix() for page in pages if page.endswith("index.html")}
    editions: dict[str, list[str]] = {}
    for page in pages:
        above = [folder.as_posix() for folder in PurePosixPath(page).parents]
        home = next((folder for folder in above if folder in homes), ".")
        editions.setdefault("" if home == "." else home, []).append(page)
    return editions


def addresses_of_site(site: Path, pages: Sequence[str]) -> dict[str, str]:
    """The page of each entry, those of the last edition that has it, in a finished site."""
    there = [page for page in pages if (site / page).is_file()]
    found = [find_addresses(site, own) for own in by_edition(there).values()]
    return {name: page for addresses in found for name, page in addresses.items()}


def find_addresses(site: Path, pages: Iterable[str]) -> dict[str, str]:
    """The page of each claim's, row's and reference's entry."""
    return {
        name: page
        for page in pages
        for name in ADDRESS.findall((site / page).read_text(encoding="utf-8"))
    }


def write_cards(text: str, page: str, folder: str, deck: ClaimCards, addresses: Addresses) -> str:
    """A page with its claims linked and its cards in it; unchanged where it prints none."""
    here = PageCards(page, deck, addresses)
    parts = SCRIPT.split(text)
    text = "".join(part if i % 2 else link_claims(part, here.link) for i, part in enumerate(parts))
    if not here.claims:
        return text
    base = relpath(f"{folder or '.'}/assets", PurePosixPath(page).parent.as_posix())
    head = (
        f'<link rel="stylesheet" href="{base}/cards.css">\n'
        f'<script defer src="{base}/cards.js"></script>\n</head>'
    )
    data = json.dumps(here.data(), ensure_ascii=False, separators=(",", ":")).replace(
        "<", "\\u003c"
    )
    cards = f'<script type="application/json" id="claim-cards">{data}</script>\n</body>'
    return cards.join(text.replace("</head>", head, 1).rsplit("</body>", 1))


def link_claims(html: str, link: Callable[[str], str]) -> str:
    """Turn spans that have a target into links, unless they stand inside one already.

    `link` gets the attributes of a span and gives its target, or nothing.
    """
    made, position = [], 0
    open_links = 0
    ends: list[str] = []
    for tag in TAG.finditer(html):
        closing, name, attributes = tag.groups()
        new = tag[0]
        if name == "a":
            open_links += -1 if closing else 1
        elif closing:
            new = ends.pop() if ends else new
        else:
            free = not open_links and "</a>" not in ends
            target = link(attributes) if free else ""
            if target:
                new = f'<a{LEADS.sub("", attributes)} href="{escape(target)}">'
            ends.append("</a>" if target else "</span>")
        made += [html[position : tag.start()], new]
        position = tag.end()
    return "".join([*made, html[position:]])


@dataclass
class PageCards:
    """The cards of one page; rows, sources and methods that several share are kept once."""

    page: str
    deck: ClaimCards
    addresses: Addresses
    claims: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, Entry] = field(default_factory=dict)
    sources: dict[str, Entry] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=lambda: {"": 0})

    def way(self, name: str) -> str:
        """The way from this page to the page of an entry; empty where no page has it."""
        page = self.addresses.get(name)
        return relpath(page, PurePosixPath(self.page).parent.as_posix()) if page else ""

    def link(self, attributes: str) -> str:
        """The target of a span: the entry of a claim or of a row, or nothing."""
        claim, leads = CLAIM.search(attributes), LEADS.search(attributes)
        if claim:
            return self._link_claim(claim[1])
        name = leads[1] if leads else ""
        own = self.addresses.get(name) == self.page
        return ("" if own else self.way(name)) + f"#{name}" if name in self.addresses else ""

    def _link_claim(self, claim_id: str) -> str:
        """The address of a claim's entry on another page; its card is kept for this page."""
        name = f"claim-{claim_id}"
        elsewhere = self.addresses.get(name, self.page) != self.page
        if not elsewhere or claim_id not in self.deck.data.ledger:
            return ""
        if claim_id not in self.claims:
            self.claims[claim_id] = self._card(claim_id)
        return f"{self.way(name)}#{name}"

    def _card(self, claim_id: str) -> dict[str, Any]:
        record = self.deck.record(claim_id)
        card = {
            "h": self.deck.about(claim_id),
            "t": record.forms.full,
            "c": record.cut_off,
            "g": record.certainty,
            "v": self._word(checked_word(self.deck.data, record.verification)),
            "d": sum(self.deck.row(reference)[-1] for reference in record.rows),
            "m": self._word(record.method),
            "r": [self._row(reference) for reference in record.rows[:ROWS]],
            "n": len(record.rows),
            "s": [self._source(citekey) for citekey in record.citekeys[:ROWS]],
            "k": len(record.citekeys),
            "x": self._script(record.selector),
            "o": [self._other(other) for other in self.deck.nearest(record)],
        }
        return {key: value for key, value in card.items() if value not in ("", [])}

    def _other(self, claim_id: str) -> Entry:
        """A claim of the same evidence: its identifier, its page, what it is about."""
        return [claim_id, self._place(f"claim-{claim_id}"), self.deck.about(claim_id)]

    def _script(self, selector: str) -> str:
        """The way to the R script of a synthesis; empty for a claim of none."""
        kind, _, name = selector.partition(":")
        synthesis = name.partition("/")[0]
        if kind != "synthesis" or synthesis not in self.deck.data.syntheses:
            return ""
        return relpath(script_path(synthesis), PurePosixPath(self.page).parent.as_posix())

    def _row(self, reference: str) -> int:
        if reference not in self.rows:
            *entry, citekey, read, checked = self.deck.row(reference)
            entry += [self._source(citekey) if citekey else -1, self._word(read), checked]
            name = row_anchor(reference)
            self.rows[reference] = [*entry, name[4:], self._place(name)]
        return list(self.rows).index(reference)

    def _source(self, citekey: str) -> int:
        if citekey not in self.sources:
            self.sources[citekey] = [
                self.deck.source(citekey),
                citekey,
                self._place(f"ref-{citekey}"),
                self._word(self.deck.state(citekey)),
            ]
        return list(self.sources).index(citekey)

    def _place(self, name: str) -> int:
        """The page of an entry, as a word; the first word is nowhere."""
        return self._word(self.way(name))

    def _word(self, text: str) -> int:
        return self.words.setdefault(text, len(self.words))

    def data(self) -> dict[str, Any]:
        """What the page's script reads."""
        return {
            "title": self.deck.title,
            "version": self.deck.version,
            "hash": self.deck.content_hash,
            "claims": self.claims,
            "rows": list(self.rows.values()),
            "sources": list(self.sources.values()),
            "words": list(self.words),
        }
