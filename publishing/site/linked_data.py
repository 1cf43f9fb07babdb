"""What other programs read: of a page its JSON-LD, of a version how it is cited."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from analysis.words import say
from publishing.manuscript.context import RenderContext

SPECIAL = re.compile(r"([&%$#_{}])")
NAMES = {"citation.bib": "BibTeX", "citation.ris": "RIS", "citation.json": "CSL-JSON"}
"""The files at the root of the site, and what readers call their formats."""


def citation_files(context: RenderContext) -> dict[str, str]:
    """Name and text of each file; they cite this version, with its hash and its address."""
    title, version, date = context.title, context.version, context.date
    note = f"{say('cover.content_hash')} {context.content_hash}"
    address = f"{context.site_url.rstrip('/')}/v/{version}/" if context.site_url else ""
    key = f"review-{version}"
    entries = {
        "title": "{" + SPECIAL.sub(r"\\\1", title) + "}", "version": version,
        "year": str(date.year), "month": str(date.month), "note": note, "url": address,
    }  # fmt: skip
    fields = "".join(f"  {name} = {{{text}}},\n" for name, text in entries.items() if text)
    ris = [("TY", "RPRT"), ("ID", key), ("TI", title), ("PY", str(date.year)),
           ("DA", f"{date:%Y/%m/%d}"), ("ET", version), ("N1", note), ("UR", address)]  # fmt: skip
    item = {
        "id": key, "type": "report", "title": title, "version": version, "note": note,
        "issued": {"date-parts": [[date.year, date.month, date.day]]},
        "language": context.language, **({"URL": address} if address else {}),
    }  # fmt: skip
    return {
        "citation.bib": f"@misc{{{key},\n{fields}}}\n",
        "citation.ris": "".join(f"{tag}  - {text}\n" for tag, text in ris if text) + "ER  - \n",
        "citation.json": json.dumps([item], ensure_ascii=False, indent=2) + "\n",
    }


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
