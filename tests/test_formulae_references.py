"""Every paper a formula cites by key stands in the bibliography beside the formulae."""

import re
from pathlib import Path

FORMULAE = Path(__file__).parents[1] / "analysis" / "formulae"
KEY = re.compile(r"\b([a-z]+(?:19|20)\d\d[a-z]?)\b")


def cited():
    return {
        (key, path.name)
        for path in FORMULAE.glob("*.py")
        for key in KEY.findall(path.read_text(encoding="utf-8"))
    }


def entries():
    text = (FORMULAE / "references.bib").read_text(encoding="utf-8")
    return re.findall(r"^@\w+\{(\w+),", text, flags=re.MULTILINE)


def test_every_citation_resolves():
    known = set(entries())
    assert sorted((key, name) for key, name in cited() if key not in known) == []


def test_every_entry_is_cited_once():
    assert len(entries()) == len(set(entries()))
    assert sorted(set(entries()) - {key for key, _ in cited()}) == []
