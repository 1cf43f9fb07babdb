"""The references of an edition, read from its pages: what a citation, a number, says on demand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from pathlib import Path

ENTRY = re.compile(r'<div id="ref-([^"]+)"[^>]*>(.*?)</div>', re.DOTALL)
NUMBER = re.compile(r"(\d+)\. ")  # numbered.csl puts it before the authors
TAGS = re.compile(r"<[^>]+>")
CITATION = re.compile(r'<a [^>]*href="[^"#]*#ref-([^"]+)"[^>]*(?=>\d)')
References = dict[str, tuple[str, str]]  # number, or nothing, and words, by citekey


def references_on(text: str) -> References:
    """The entries of the list of references on a page."""
    return {key: _read(body) for key, body in ENTRY.findall(text)}


def _read(body: str) -> tuple[str, str]:
    words = " ".join(unescape(TAGS.sub("", body)).split())
    number = NUMBER.match(words)
    return (number[1], words[number.end() :]) if number else ("", words)


def references_of(site: Path, addresses: Mapping[str, str]) -> References:
    """The references of an edition; `addresses` are the pages of its entries."""
    found: References = {}
    for page in sorted({page for name, page in addresses.items() if name.startswith("ref-")}):
        found |= references_on((site / page).read_text(encoding="utf-8"))
    return found


def name_citations(html: str, name: Callable[[str], str]) -> str:
    """Give each link to a reference a name that makes sense alone: what `name` says of a citekey,
    or nothing."""

    def named(found: re.Match[str]) -> str:
        label = name(found[1])
        return f'{found[0]} aria-label="{escape(label)}"' if label else found[0]

    return CITATION.sub(named, html)
