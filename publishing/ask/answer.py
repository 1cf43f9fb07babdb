"""Prints an answer in a terminal: what the page shows, in plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from publishing.ask.engine import Engine

SHOWN = 5
WIDTH = 92


def answer_text(engine: Engine, question: str) -> str:
    """The answer to a question: figures, passages, tables and terms, or why there is none."""
    return "\n".join(_lines(engine.words(), engine.ask(question)))


def _lines(words: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    if found["corrections"]:
        read = ", ".join(f"{said} as {taken}" for said, taken in found["corrections"])
        yield f"Read {read}.\n"
    if not found["answered"]:
        yield from _wrapped(_refusal(found, words), "")
        yield from _covered(words)
        if any(found[kind] for kind in ("claims", "passages", "tables", "terms")):
            yield "\nRelated evidence, not an answer to the question:"
    for one in found["claims"][:SHOWN]:
        yield from _claim(one["entry"], words)
    for one in found["passages"]:
        entry = one["entry"]
        text = " ".join(sentence[0] for sentence in entry.get("s", []))
        yield f"\nPassage  {entry['h']}  ({_address(entry['a'], words)})"
        yield from _wrapped(text, "  ")
    for one in found["tables"]:
        entry = one["entry"]
        yield f"\n{entry['f'].title():8} {entry['t']}  ({_address(entry['a'], words)})"
    for one in found["terms"]:
        term, _, plain, _ = one["entry"]
        yield ""
        yield from _wrapped(f"{term}: {plain}", "")


def _claim(claim: dict[str, Any], words: dict[str, Any]) -> Iterator[str]:
    cites = [words["cites"].get(key, [key])[0] for key in claim["k"][:3]]
    more = [f"and {len(claim['k']) - 3} more"] if len(claim["k"]) > 3 else []
    yield f"\nFigure   {claim['t']}"
    yield from _wrapped(claim["v"], "  ")
    judged = f"{claim['c']} (draft)" if "c" in claim else "not judged for this figure"
    yield f"  certainty: {judged}"
    yield from _wrapped(f"source: {'; '.join(cites + more) or 'the evidence tables'}", "  ")
    yield f"  ledger: {claim['i']}  ({_address(claim['a'], words)})"


def _refusal(found: dict[str, Any], words: dict[str, Any]) -> str:
    about = [f"“{text}”" for text in found["about"]]
    if found["reason"] == "advice":
        where = _address(words["covers"]["questions"], words)
        return (
            "This asks for advice about one person. The review gives none: that is for the "
            f"treating team. Questions for the care team: {where}"
        )
    if found["reason"] == "outside":
        return f"The review does not cover {', '.join(found['about'])}."
    if found["reason"] == "unknown":
        return f"The review has no answer: nowhere does it speak of {', '.join(about)}."
    if found["reason"] == "empty":
        return "Please ask about something the review covers."
    return f"The review has no answer: nowhere does it speak of {' and '.join(about)} together."


def _covered(words: dict[str, Any]) -> Iterator[str]:
    covers = words["covers"]
    topics = dict.fromkeys(title for title, _ in covers["topics"])
    yield ""
    yield from _wrapped(f"It covers: {covers['question']}", "")
    yield from _wrapped(f"Products: {', '.join(covers['products'])}.", "")
    yield from _wrapped(f"Topics: {', '.join(topics)}.", "")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _address(addresses: Sequence[str], words: dict[str, Any]) -> str:
    """The first address of an entry, as a path in the site."""
    if not addresses:
        return "in no page"
    page, mark, anchor = addresses[0].removeprefix("@").partition("#")
    return f"{words['pages'][int(page)]}{mark}{anchor}"
