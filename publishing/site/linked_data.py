"""What a page says of itself to machines: JSON-LD of the type MedicalScholarlyArticle."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from analysis.words import say
from publishing.manuscript.context import RenderContext


def linked_data(
    context: RenderContext, title: str, citekeys: Iterable[str], ledger: str = ""
) -> dict[str, Any]:
    """The description of one page; `ledger` is the way from the page to ledger.json."""
    whole = {"@type": "CreativeWork", "name": context.title, "version": context.version}
    return {
        "@context": "https://schema.org",
        "@type": "MedicalScholarlyArticle",
        "headline": title,
        "about": {"@type": "Thing", "name": context.question or context.title},
        "isPartOf": whole,
        "version": context.version,
        "creativeWorkStatus": context.status,
        "dateModified": context.date.isoformat(),
        "temporalCoverage": f"../{context.evidence_to}",
        "inLanguage": context.language,
        **({"license": context.licence} if context.licence else {}),
        "identifier": f"sha256:{context.content_hash}",
        **({"audience": _audience(context.audience)} if context.audience else {}),
        "isBasedOn": {
            "@type": "Dataset",
            "name": say("files.dataset"),
            "encodingFormat": "application/json",
            **({"url": ledger} if ledger else {}),
        },
        "citation": [_citation(context, key) for key in citekeys if key in context.references],
    }


def _audience(words: str) -> dict[str, str]:
    return {"@type": "MedicalAudience", "audienceType": words}


def _citation(context: RenderContext, citekey: str) -> dict[str, str]:
    """A cited work by its DOI where it has one, else by its title."""
    title, doi = context.references[citekey]
    if doi:
        return {"@type": "ScholarlyArticle", "@id": f"https://doi.org/{doi}"}
    return {"@type": "CreativeWork", "name": title}


def as_script(data: dict[str, Any]) -> str:
    """The description as an element of a page's head; nothing in it can end the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f'<script type="application/ld+json">{text.replace("<", chr(92) + "u003c")}</script>'
