"""Asking registers, with a server on this machine standing in for both of them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from publishing.lifecycle.registers import (
    Client,
    NoAnswerError,
    Notice,
    UnreachableError,
    ask_crossref,
    ask_pubmed,
)
from publishing.lifecycle.sources import NO_IDENTIFIER, Row, merge_state, refresh_sources
from tests.project_copy import ProjectCopy

DOI, PMID = "10.1000/work", "12345"
Answer = tuple[int, str] | Callable[[], tuple[int, str]]


class StandIn:
    """A loopback server that gives each identifier its answer and notes who asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.accessed: list[str] = []
        self.agents: list[str] = []
        self.released = threading.Event()
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stand_in.reply(self)

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reply(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        name = parse_qs(parts.query).get("id", [unquote(parts.path).removeprefix("/works/")])[0]
        self.accessed.append(name)
        self.agents.append(request.headers["User-Agent"])
        answer = self.answers.get(name, (404, "Resource not found."))
        status, text = answer() if callable(answer) else answer
        try:
            request.send_response(status)
            request.end_headers()
            request.wfile.write(text.encode())
        except OSError:
            return  # the client did not wait

    def hang(self) -> tuple[int, str]:
        self.released.wait(5)
        return 200, "{}"

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = StandIn()
    yield server
    server.close()


def client(**settings: Any) -> Client:
    return Client("Crossref", **{"timeout": 2.0, "sleep": lambda _: None, **settings})


def work(doi: str = DOI, **members: Any) -> tuple[int, str]:
    return 200, json.dumps({"status": "ok", "message": {"DOI": doi.upper(), **members}})


def summary(pmid: str = PMID, **members: Any) -> tuple[int, str]:
    body = {"uids": [pmid], pmid: {"uid": pmid, "pubtype": ["Journal Article"], **members}}
    return 200, json.dumps({"result": body})


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({}, []),
        ({"updated-by": [{"type": "retraction", "DOI": "10.1/n"}]}, [("retracted", "10.1/n")]),
        ({"updated-by": [{"type": "Withdrawal", "DOI": "10.1/n"}]}, [("retracted", "10.1/n")]),
        ({"updated-by": [{"type": "correction", "DOI": "10.1/n"}]}, [("corrected", "10.1/n")]),
        ({"updated-by": [{"type": "erratum"}]}, [("corrected", "not given")]),
        ({"updated-by": [{"type": "expression_of_concern", "DOI": "10.1/n"}]},
         [("concern", "10.1/n")]),
        ({"updated-by": [{"type": "something new", "DOI": "10.1/n"}]}, [("other", "10.1/n")]),
        ({"relation": {"is-preprint-of": [{"id-type": "doi", "id": "10.1/v"}]}},
         [("superseded", "10.1/v")]),
        ({"relation": {"has-preprint": [{"id-type": "doi", "id": "10.1/p"}]}}, []),
        ({"update-to": [{"type": "retraction", "DOI": "10.1/other"}]}, []),
    ],
)  # fmt: skip
def test_what_crossref_says(
    stand_in: StandIn, members: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    stand_in.answers[DOI] = work(**members)
    assert ask_crossref(client(), DOI, stand_in.address) == [Notice(*one) for one in found]


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({}, []),
        ({"references": [{"reftype": "Retraction in", "pmid": 99, "refsource": "J. 2020"}]},
         [("retracted", "PMID 99")]),
        ({"pubtype": ["Retracted Publication"]}, [("retracted", "not given")]),
        ({"references": [{"reftype": "Erratum in", "pmid": "",
                          "refsource": "J. 2021;3:4. doi: 10.1000/notice."}]},
         [("corrected", "10.1000/notice")]),
        ({"references": [{"reftype": "Update in", "pmid": 7}]}, [("superseded", "PMID 7")]),
        ({"references": [{"reftype": "Comment in", "pmid": 7}]}, []),
    ],
)  # fmt: skip
def test_what_pubmed_says(
    stand_in: StandIn, members: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    stand_in.answers[PMID] = summary(**members)
    assert ask_pubmed(client(), PMID, stand_in.address) == [Notice(*one) for one in found]


@pytest.mark.parametrize(
    ("answer", "says", "requests"),
    [
        ((404, "Resource not found."), "does not know this identifier", 1),
        ((403, "no"), "answered 403", 1),
        ((500, "oops"), "answered 500", 3),
        ((429, "slow down"), "answered 429", 3),
        ((200, "<html>maintenance</html>"), "something that is no JSON", 1),
        ((200, ""), "something that is no JSON", 1),
        ((200, "[]"), "no record of this DOI", 1),
        (work("10.1000/another"), "no record of this DOI", 1),
    ],
)
def test_no_answer_is_never_clean(
    stand_in: StandIn, answer: Answer, says: str, requests: int
) -> None:
    stand_in.answers[DOI] = answer
    with pytest.raises(NoAnswerError, match=says):
        ask_crossref(client(), DOI, stand_in.address)
    assert len(stand_in.accessed) == requests


def test_an_unknown_pmid_is_no_answer(stand_in: StandIn) -> None:
    stand_in.answers[PMID] = summary(error="cannot get document summary")
    with pytest.raises(NoAnswerError, match="no record of this PMID"):
        ask_pubmed(client(), PMID, stand_in.address)


def test_a_host_that_hangs_is_given_up_and_then_left_alone(stand_in: StandIn) -> None:
    stand_in.answers[DOI] = stand_in.hang
    asking = client(timeout=0.1, tries=2, patience=1)
    with pytest.raises(NoAnswerError, match="did not answer in time"):
        ask_crossref(asking, DOI, stand_in.address)
    asked = len(stand_in.accessed)
    with pytest.raises(UnreachableError):
        ask_crossref(asking, DOI, stand_in.address)
    assert len(stand_in.accessed) == asked


def test_without_a_network_the_host_is_left_alone(stand_in: StandIn) -> None:
    stand_in.close()
    asking = client()
    for _ in range(9):
        with pytest.raises(UnreachableError, match="Crossref could not be reached"):
            ask_crossref(asking, DOI, stand_in.address)
    assert asking._unreached == asking.patience


def test_a_failure_that_passes_is_tried_again(stand_in: StandIn) -> None:
    replies = iter([(503, "busy"), work()])
    stand_in.answers[DOI] = lambda: next(replies)
    assert ask_crossref(client(), DOI, stand_in.address) == []


def test_requests_are_polite(stand_in: StandIn) -> None:
    stand_in.answers[DOI] = work()
    pauses: list[float] = []
    ask_crossref(client(contact="x@example.org", sleep=pauses.append), DOI, stand_in.address)
    assert pauses == [0.4]
    assert stand_in.agents == ["clinical-evidence-review/1.0 (mailto:x@example.org)"]


TODAY = "2027-03-04"
CORRECTED = [Notice("corrected", "10.1/n")]


def earlier(**cells: str) -> Row:
    return {"citekey": "a", "state": "flagged", "finding": "retracted", "notice": "10.1/r",
            "register": "pubmed", "checked_on": "2026-01-01", "reason": "", **cells}  # fmt: skip


def test_clean_needs_every_register_that_could_be_asked() -> None:
    row, _ = merge_state("a", {"crossref": [], "pubmed": []}, None, TODAY)
    assert (row["state"], row["register"], row["checked_on"]) == (
        "clean", "crossref | pubmed", TODAY)  # fmt: skip
    row, _ = merge_state("a", {"crossref": [], "pubmed": "PubMed answered 500"}, None, TODAY)
    assert (row["state"], row["checked_on"], row["reason"]) == (
        "unchecked", "", "PubMed answered 500")  # fmt: skip


def test_without_identifiers_it_is_unchecked() -> None:
    assert merge_state("a", {}, None, TODAY)[0]["reason"] == NO_IDENTIFIER


def test_one_register_is_enough_to_flag() -> None:
    row, remark = merge_state("a", {"crossref": CORRECTED, "pubmed": "no"}, None, TODAY)
    assert (row["state"], row["register"], row["reason"]) == ("flagged", "crossref", "no")
    assert remark == "newly flagged: corrected (10.1/n)"


@pytest.mark.parametrize("answer", ["PubMed answered 500", []])
def test_a_finding_is_never_taken_back_in_silence(answer: list[Notice] | str) -> None:
    row, remark = merge_state("a", {"pubmed": answer}, earlier(), TODAY)
    assert (row["state"], row["finding"], row["checked_on"]) == (
        "flagged", "retracted", "2026-01-01")  # fmt: skip
    assert "stays flagged (retracted)" in remark


def test_a_new_finding_joins_the_earlier_one() -> None:
    row, remark = merge_state("a", {"crossref": CORRECTED}, earlier(), TODAY)
    assert (row["finding"], row["notice"]) == ("retracted | corrected", "10.1/r | 10.1/n")
    assert row["register"] == "crossref | pubmed"
    assert "corrected" in remark


def test_a_clean_source_that_cannot_be_asked_is_unchecked_again() -> None:
    before = earlier(state="clean", finding="", notice="")
    row, _ = merge_state("a", {"pubmed": "PubMed answered 500"}, before, TODAY)
    assert row["state"] == "unchecked"
    assert row["reason"] == "PubMed answered 500; clean when it was asked on 2026-01-01"


def test_the_table_is_written_and_stays_valid(copy: ProjectCopy, stand_in: StandIn) -> None:
    rows = [row for row in copy.rows("sources") if row["doi"]][:2]
    first, second = rows[0], rows[1]
    for row in copy.rows("sources"):
        if row["pmid"]:
            stand_in.answers[row["pmid"]] = summary(row["pmid"])
    stand_in.answers[first["doi"]] = work(first["doi"])
    stand_in.answers[second["doi"]] = work(
        second["doi"], **{"updated-by": [{"type": "correction", "DOI": "10.1000/n"}]}
    )
    done = refresh_sources(
        copy.root, today=TODAY, clients={"crossref": client(), "pubmed": client()},
        crossref=stand_in.address, pubmed=stand_in.address,
    )  # fmt: skip
    states = {row["citekey"]: row["state"] for row in copy.rows("source_status")}
    assert list(states) == [row["citekey"] for row in copy.rows("sources")]
    assert states[first["citekey"]] == "clean"
    assert states[second["citekey"]] == "flagged"
    assert done.remarks == [f"{second['citekey']}: newly flagged: corrected (10.1000/n)"]
    assert copy.problems() == []
