"""A member of the board: who may decide, in which role, with which declaration and which key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

FILE = "governance/board.csv"
COLUMNS = (
    "member_id", "name", "role", "affiliation", "qualifications", "appointed_on", "term_ends_on",
    "interests_declared", "interests_declared_on", "extracted_evidence", "ssh_public_key", "note",
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """One member of the board, as its table has it."""

    member_id: str
    name: str = ""
    role: str = ""
    affiliation: str = ""
    qualifications: str = ""
    appointed_on: str = ""
    term_ends_on: str = ""
    interests_declared: str = ""
    interests_declared_on: str = ""
    extracted_evidence: str = ""
    ssh_public_key: str = ""
    note: str = ""


Board = Mapping[str, Member]


def person(name: str) -> str:
    """A name as it is compared: `Lovelace, Ada` and `ADA LOVELACE` are one person."""
    letters = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(sorted(re.findall(r"\w+", letters)))
