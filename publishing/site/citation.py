"""How a version of the review is cited: BibTeX, RIS and CSL-JSON for reference managers."""

from __future__ import annotations

import json
import re

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
