"""Asks Crossref and PubMed what became of a publication; whatever fails is no answer."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlencode

CROSSREF = "https://api.crossref.org"
PUBMED = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
PROJECT = "clinical-evidence-review/1.0"
LARGEST = 5_000_000  # bytes of an answer
DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>|]+")
NOT_GIVEN = "not given"

UPDATES = {
    "retraction": "retracted", "partial_retraction": "retracted", "withdrawal": "retracted",
    "removal": "retracted", "expression_of_concern": "concern", "correction": "corrected",
    "corrigendum": "corrected", "erratum": "corrected", "addendum": "corrected",
    "clarification": "corrected", "new_version": "superseded", "new_edition": "superseded",
}  # fmt: skip
RELATIONS = ("is-preprint-of", "is-replaced-by")
REFERENCES = {
    "retraction in": "retracted", "retracted and republished in": "retracted",
    "partial retraction in": "retracted", "expression of concern in": "concern",
    "erratum in": "corrected", "corrected and republished in": "corrected",
    "update in": "superseded", "republished in": "superseded",
}  # fmt: skip


class NoAnswerError(Exception):
    """The register gave no answer that counts; the message says why."""


class UnreachableError(NoAnswerError):
    """No connection could be made."""


@dataclass(frozen=True, order=True)
class Notice:
    """What happened to a source, and the DOI or PMID of the notice that says so."""

    finding: str
    place: str = NOT_GIVEN


@dataclass
class Client:
    """Asks one host for JSON: one request at a time, with pauses, retries and a time limit.

    After `patience` requests in a row without a connection, or without an answer in time,
    the host is left alone.
    """

    name: str
    contact: str = ""
    pause: float = 0.4
    timeout: float = 20.0
    tries: int = 3
    patience: int = 3
    sleep: Callable[[float], None] = time.sleep
    _unreached: int = field(default=0, init=False)

    def get_json(self, address: str) -> Any:
        """The answer as JSON. Raises NoAnswerError with the reason."""
        if self._unreached >= self.patience:
            raise UnreachableError(f"{self.name} could not be reached")
        for attempt in range(self.tries):
            self.sleep(self.pause if attempt == 0 else 2.0**attempt)
            try:
                answer = self._read(address)
            except urllib.error.HTTPError as error:
                reason = f"{self.name} answered {error.code}"
                error.close()
                if error.code == HTTPStatus.NOT_FOUND:
                    raise NoAnswerError(f"{self.name} does not know this identifier") from error
                if error.code < HTTPStatus.INTERNAL_SERVER_ERROR and error.code not in (408, 429):
                    raise NoAnswerError(reason) from error
                self.sleep(_wanted_pause(error))
            except TimeoutError:
                reason = f"{self.name} did not answer in time"
            except (urllib.error.URLError, HTTPException, OSError) as error:
                timed_out = isinstance(getattr(error, "reason", None), TimeoutError)
                if not timed_out:
                    self._unreached += 1
                    raise UnreachableError(f"{self.name} could not be reached") from error
                reason = f"{self.name} did not answer in time"
            else:
                self._unreached = 0
                return _parsed(answer, self.name)
        self._unreached += reason.endswith("in time")
        raise NoAnswerError(reason)

    def _read(self, address: str) -> bytes:
        contact = f" (mailto:{self.contact})" if self.contact else ""
        headers = {"User-Agent": PROJECT + contact, "Accept": "application/json"}
        request = urllib.request.Request(address, headers=headers)
        with urllib.request.urlopen(request, timeout=self.timeout) as answer:
            content: bytes = answer.read(LARGEST)
            return content


def _wanted_pause(error: urllib.error.HTTPError) -> float:
    """Seconds the host asks for before the next request, at most a minute."""
    wanted = error.headers.get("Retry-After", "")
    return min(60.0, float(wanted)) if wanted.isdigit() else 0.0


def _parsed(answer: bytes, name: str) -> Any:
    try:
        return json.loads(answer)
    except ValueError as error:
        raise NoAnswerError(f"{name} sent something that is no JSON") from error


def ask_crossref(client: Client, doi: str, base: str = CROSSREF) -> list[Notice]:
    """Every notice Crossref links to a DOI. Raises NoAnswerError."""
    answer = client.get_json(f"{base}/works/{quote(doi, safe='')}")
    work = answer.get("message") if isinstance(answer, dict) else None
    if not isinstance(work, dict) or str(work.get("DOI", "")).lower() != doi.lower():
        raise NoAnswerError(f"{client.name} sent no record of this DOI")
    notices = {
        Notice(UPDATES.get(_key(item.get("type")), "other"), str(item.get("DOI") or NOT_GIVEN))
        for item in _items(work.get("updated-by"))
    }
    relation = work.get("relation")
    relations = relation if isinstance(relation, dict) else {}
    for kind in RELATIONS:
        notices |= {
            Notice("superseded", str(item.get("id") or NOT_GIVEN))
            for item in _items(relations.get(kind))
        }
    return sorted(notices)


def ask_pubmed(client: Client, pmid: str, base: str = PUBMED) -> list[Notice]:
    """Every notice PubMed links to a PMID. Raises NoAnswerError."""
    words = {"db": "pubmed", "retmode": "json", "tool": PROJECT.partition("/")[0], "id": pmid}
    answer = client.get_json(f"{base}/esummary.fcgi?{urlencode(words)}")
    result = answer.get("result") if isinstance(answer, dict) else None
    record = result.get(pmid) if isinstance(result, dict) else None
    if not isinstance(record, dict) or "error" in record or str(record.get("uid")) != pmid:
        raise NoAnswerError(f"{client.name} sent no record of this PMID")
    notices = {
        Notice(REFERENCES[_key(item.get("reftype"), " ")], _place(item))
        for item in _items(record.get("references"))
        if _key(item.get("reftype"), " ") in REFERENCES
    }
    types = [str(kind).lower() for kind in record.get("pubtype") or ()]
    if "retracted publication" in types and not any(n.finding == "retracted" for n in notices):
        notices.add(Notice("retracted"))
    return sorted(notices)


def _items(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _key(value: Any, joint: str = "_") -> str:
    return joint.join(re.split(r"[\s_-]+", str(value or "").strip().lower()))


def _place(reference: dict[str, Any]) -> str:
    """The notice's DOI where PubMed prints it, else its PMID."""
    found = DOI.search(str(reference.get("refsource") or ""))
    if found:
        return found[0].rstrip(".;,")
    return f"PMID {reference['pmid']}" if reference.get("pmid") else NOT_GIVEN
