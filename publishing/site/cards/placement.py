"""Puts cards on finished pages, whichever engine wrote them.

A claim becomes a link to its entry in the ledger, which is all that a reader without scripts
needs; the data of a page's cards travel in the page, for files cannot fetch files.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from posixpath import relpath

from analysis.kept import Inputs, hash_of_bytes
from publishing.site.assets import OF_CARDS
from publishing.site.cards.citations import references_of
from publishing.site.cards.content import ClaimCards
from publishing.site.cards.page_cards import Addresses, PageCards
from publishing.site.kept_texts import KeptTexts
from publishing.site.unbroken import keep_names_whole

ADDRESS = re.compile(r'<[^>]*\sid="((?:claim|row|ref)-[^"]+)"')
SCRIPT = re.compile(r"(<script\b.*?</script>)", re.DOTALL)


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
    `elsewhere` are entries on pages that are not among these. What is in `kept` is made again of
    a page whose text changed, and its cards where it names other claims or they rest on others.
    """
    kept = kept or KeptTexts()
    editions = by_edition(pages)
    found = {folder: find_addresses(site, own) for folder, own in editions.items()}
    for folder, own in editions.items():
        listed = references_of(site, found[folder])
        known = dict(elsewhere or {})
        for addresses in (*found.values(), found[folder]):
            known |= addresses
        assets = site / folder / "assets"
        assets.mkdir(parents=True, exist_ok=True)
        for asset in OF_CARDS:
            shutil.copyfile(extension / asset, assets / Path(asset).name)
        rests = {
            "the addresses of entries": hash_of_bytes(json.dumps(known, sort_keys=True)),
            "the references": hash_of_bytes(json.dumps(listed)),
            "title and version": hash_of_bytes(deck.title, deck.version),
        }
        for page in own:
            text = (site / page).read_text(encoding="utf-8")
            made = _with_cards(text, folder, PageCards(page, deck, known, listed), kept, rests)
            (site / page).write_text(kept.stamp.put(made), encoding="utf-8", newline="\n")


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


def _with_cards(text: str, folder: str, here: PageCards, kept: KeptTexts, rests: Inputs) -> str:
    """A page with its claims linked and its cards in it; unchanged where it names none."""
    linked = kept.make(f"link {here.page}", text, partial(_linked, here=here), rests)
    text, here.claims, here.cited = json.loads(linked)
    if not (here.claims or here.cited):
        return text
    named = {"what it names": hash_of_bytes(json.dumps([here.claims, here.cited])), **rests}
    data = kept.keeping.run(f"cards {here.page}", named, partial(_script, here)) or b""
    base = relpath(f"{folder or '.'}/assets", PurePosixPath(here.page).parent.as_posix())
    head = (
        f'<link rel="stylesheet" href="{base}/cards.css">\n'
        f'<script defer src="{base}/cards.js"></script>\n</head>'
    )
    cards = f'<script type="application/json" id="claim-cards">{data.decode()}</script>\n</body>'
    return cards.join(text.replace("</head>", head, 1).rsplit("</body>", 1))


def _linked(text: str, here: PageCards) -> bytes:
    """The page with its names whole and its claims linked, and what it names, to be kept."""
    parts = SCRIPT.split(keep_names_whole(text))
    text = "".join(part if i % 2 else here.mark(part) for i, part in enumerate(parts))
    return json.dumps([text, here.claims, here.cited]).encode()


def _script(here: PageCards) -> bytes:
    data = json.dumps(here.data(), ensure_ascii=False, separators=(",", ":"))
    return data.replace("<", "\\u003c").encode()
