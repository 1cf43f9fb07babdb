"""What a bibliography is, which `schemas.references` reads: the fields of each entry by citekey."""

from __future__ import annotations

from schemas.reading import evidence_file

FILE = evidence_file("references.bib")
ENTRY_TYPE = "entrytype"
Bibliography = dict[str, dict[str, str]]
