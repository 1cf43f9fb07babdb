"""The cards of one page, as the script of the page reads them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import PurePosixPath
from posixpath import relpath
from typing import Any

from analysis.words import say
from publishing.printing.rows_in_words import checked_word
from publishing.site.cards.citations import References, name_citations
from publishing.site.cards.content import ROWS, ClaimCards, Entry, row_anchor
from publishing.site.exports.r_script import script_path

TAG = re.compile(r"<(/?)(a|span)\b([^>]*)>")
CLAIM = re.compile(r'\bdata-claim="([^"]+)"')
LEADS = re.compile(r' data-to="([^"]+)"')
Addresses = Mapping[str, str]


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
    """The cards of one page; rows, sources and methods that several share are kept once.

    `references` are those of its edition. A part of the page that is marked adds to the `claims`
    and to the references, `cited`, that the page names.
    """

    page: str
    deck: ClaimCards
    addresses: Addresses
    references: References
    claims: list[str] = field(default_factory=list)
    rows: dict[str, Entry] = field(default_factory=dict)
    sources: dict[str, Entry] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=lambda: {"": 0})
    cited: dict[str, list[str]] = field(default_factory=dict)

    def mark(self, html: str) -> str:
        """A part of the page with its claims linked and its citations named."""
        return name_citations(link_claims(html, self.link), self._cite)

    def _cite(self, citekey: str) -> str:
        """The name of a citation that is a number, which is noted for its card."""
        number, words = self.references.get(citekey, ("", ""))
        if not number:
            return ""
        self.cited[citekey] = [say("page.reference", number=number), words]
        return f"{self.cited[citekey][0]}: {self.deck.source(citekey)}"

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
        """The address of a claim's entry on another page; it is noted for its card."""
        name = f"claim-{claim_id}"
        elsewhere = self.addresses.get(name, self.page) != self.page
        if not elsewhere or claim_id not in self.deck.data.ledger:
            return ""
        if claim_id not in self.claims:
            self.claims.append(claim_id)
        return f"{self.way(name)}#{name}"

    def card(self, claim_id: str) -> dict[str, Any]:
        """What the card of a claim says, empty parts left out."""
        record = self.deck.record(claim_id)
        card = {
            "h": self.deck.about(claim_id),
            "t": record.forms.full,
            "c": record.cut_off,
            "g": record.certainty,
            "v": self._word(checked_word(self.deck.data, record.verification)),
            "d": self.deck.count_checked(record),
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
        claims = {claim: self.card(claim) for claim in self.claims}
        return {
            "title": self.deck.title,
            "version": self.deck.version,
            "hash": self.deck.content_hash,
            "claims": claims,
            "rows": list(self.rows.values()),
            "sources": list(self.sources.values()),
            "words": list(self.words),
            "cited": self.cited,
        }
