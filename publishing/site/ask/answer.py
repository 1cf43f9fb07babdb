"""Prints an answer in a terminal: what the page shows, in plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from analysis.words import say
from publishing.site.ask.engine import Engine

SHOWN = 5
WIDTH = 92


def answer_text(engine: Engine, question: str, earlier: Sequence[str] = ()) -> str:
    """The answer to a question, in the order of the page, or why there is none."""
    return "\n".join(_lines(engine.words(), engine.ask(question, earlier)))


def _lines(words: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    yield from _noted(found)
    if not found["answered"]:
        yield from _wrapped(_refusal(found, words), "")
        yield from _covered(words)
        if any(found[kind] for kind in found["order"]):
            yield "\n" + say("ask.related")
    for kind in found["order"]:
        for one in found[kind][:SHOWN]:
            yield from PRINTED[kind](one["entry"], words)


def _noted(found: dict[str, Any]) -> Iterator[str]:
    """How the question was read: words that were corrected, the subject it goes on with."""
    yield from (f"{text}\n" for text in found["urgent"])
    if found["corrections"]:
        read = [say("ask.read_as", said=said, taken=taken) for said, taken in found["corrections"]]
        yield say("ask.corrected", said=", ".join(read)) + "\n"
    if found["answered"] and found["aside"]:
        left = ", ".join(f"“{word}”" for word in found["aside"])
        yield say("ask.aside", words=left) + "\n"
    if found["follows"]:
        yield say("ask.follows", question=found["follows"]) + "\n"
    if found["otherTimes"]:
        yield say("ask.other_times", time=found["otherTimes"]) + "\n"


def _conclusion(entry: dict[str, Any], words: dict[str, Any]) -> Iterator[str]:
    yield f"\n{say('ask.conclusion'):8} {_address(entry['a'], words)}"
    yield from _wrapped(entry["t"], "  ")


def _judgement(entry: dict[str, Any], words: dict[str, Any]) -> Iterator[str]:
    level = entry["l"] if entry["n"] else say("ask.draft", level=entry["l"])
    yield f"\n{say('ask.judgement'):8} {entry['t']}: {level}"
    yield from _wrapped(f"{entry['s']} {entry['y']}", "  ")


def _passage(entry: dict[str, Any], words: dict[str, Any]) -> Iterator[str]:
    yield f"\n{say('ask.passage'):8} {entry['h']}  ({_address(entry['a'], words)})"
    yield from _wrapped(" ".join(sentence[0] for sentence in entry.get("s", [])), "  ")


def _table(entry: dict[str, Any], words: dict[str, Any]) -> Iterator[str]:
    yield f"\n{entry['f'].title():8} {entry['t']}  ({_address(entry['a'], words)})"


def _term(entry: Sequence[str], words: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield from _wrapped(f"{entry[0]}: {entry[2]}", "")


def _claim(claim: dict[str, Any], words: dict[str, Any]) -> Iterator[str]:
    cites = [words["cites"].get(key, [key])[0] for key in claim["k"][:3]]
    more = [say("ask.more", count=len(claim["k"]) - 3)] if len(claim["k"]) > 3 else []
    yield f"\n{say('ask.figure'):8} {claim['t']}"
    yield from _wrapped(claim["v"], "  ")
    judged = say("ask.draft", level=claim["c"]) if "c" in claim else say("ask.not_judged")
    yield "  " + say("ask.certainty", level=judged)
    sources = "; ".join(cites + more) or say("ask.tables")
    yield from _wrapped(say("ask.source", sources=sources), "  ")
    yield "  " + say("ask.ledger", claim=claim["i"], address=_address(claim["a"], words))


def _refusal(found: dict[str, Any], words: dict[str, Any]) -> str:
    about = [f"“{text}”" for text in found["about"]]
    if found["reason"] == "advice":
        return say("ask.advice", where=_address(words["covers"]["questions"], words))
    if found["reason"] == "outside":
        return say("ask.outside", about=", ".join(found["about"]))
    if found["reason"] == "unknown":
        return say("ask.unknown", about=", ".join(about))
    if found["reason"] == "empty":
        return say("ask.empty")
    return say("ask.together", about=" and ".join(about))


def _covered(words: dict[str, Any]) -> Iterator[str]:
    covers = words["covers"]
    topics = dict.fromkeys(title for title, _ in covers["topics"])
    yield ""
    yield from _wrapped(say("ask.covers", question=covers["question"]), "")
    yield from _wrapped(say("ask.products", names=", ".join(covers["products"])), "")
    yield from _wrapped(say("ask.topics", names=", ".join(topics)), "")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _address(addresses: Sequence[str], words: dict[str, Any]) -> str:
    """The first address of an entry, as a path in the site."""
    if not addresses:
        return say("ask.nowhere")
    page, mark, anchor = addresses[0].removeprefix("@").partition("#")
    return f"{words['pages'][int(page)]}{mark}{anchor}"


PRINTED: dict[str, Callable[[Any, dict[str, Any]], Iterator[str]]] = {
    "conclusions": _conclusion,
    "judgements": _judgement,
    "claims": _claim,
    "passages": _passage,
    "tables": _table,
    "terms": _term,
}
