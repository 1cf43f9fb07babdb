"""A year of the review, played in a copy: releases, a flipped conclusion, an approval and its end.

The sites are reduced, a page and the ledger; everything else is the real thing: evidence,
rules, comparison, releases, sign-offs, publishing.
"""

from __future__ import annotations

import csv
import hashlib
import json
import pickle
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from analysis.changes import Changes
from analysis.kept import keep, read_kept
from analysis.ledger import seal_of
from analysis.review_data import ReviewData, load_review_data
from publishing.history.releases import changes_of
from publishing.lifecycle.publication import publish
from publishing.lifecycle.release import make_release
from publishing.lifecycle.signoff import Decision, record_decision
from publishing.lifecycle.verification import verify_signoffs
from publishing.site.manifest import manifest_of, write_manifest
from publishing.site.version import version_of, write_version
from publishing.site.versions import load_versions
from schemas.problems import ReviewError
from tests.board import make_key, needs_ssh

pytestmark = [pytest.mark.slow, needs_ssh]
ROOT = Path(__file__).parents[1]
CLAIMS = (
    "orr.ide", "cr.ide", "certainty.orr.ide", "death.6m.karmma-3.ide", "death.6m.karmma-3.standard",
    "hr.pfs.karmma-3",
)  # fmt: skip
DEATHS, CONTROL = "death.6m.karmma-3.ide", "death.6m.karmma-3.standard"
CONCLUSIONS = """conclusions:
  - id: response
    sentence: "A response was seen in {orr.ide|ci} of infused patients"
    rule: ["orr.ide lower above 50"]
  - id: early-deaths
    sentence: "More patients died early in that arm: {death.6m.karmma-3.ide}"
    rule: ["death.6m.karmma-3.ide value above death.6m.karmma-3.standard"]
"""
BOOK = """project:
  type: book
book:
  title: A review
  chapters: [index.qmd]
"""
PAGE = """---
engine: jupyter
---

# Summary {#sec-summary}

`{python} conclusion("response")` `{python} sources("orr.ide")`.
`{python} conclusion("early-deaths")` `{python} sources("death.6m.karmma-3.ide")`.
"""


@dataclass
class Year:
    """A small project of its own, under version control."""

    root: Path

    def data(self) -> ReviewData:
        """The state as it stands, read anew."""
        load_review_data.cache_clear()
        return load_review_data(self.root)

    def text(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.text(name)
        assert text.count(old) == 1, f"{name} holds {old!r} {text.count(old)} times"
        (self.root / name).write_text(text.replace(old, new), encoding="utf-8")

    def rows(self, table: str) -> list[dict[str, str]]:
        return list(csv.DictReader(self.text(f"evidence/{table}.csv").splitlines()))

    def write(self, table: str, rows: list[dict[str, str]]) -> None:
        path = self.root / "evidence" / f"{table}.csv"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def set_version(self, old: str, new: str) -> None:
        self.edit("evidence/review.yml", f'version: "{old}"', f'version: "{new}"')

    def commit(self) -> None:
        git(self.root, "add", "-A")
        git(self.root, "commit", "-q", "--allow-empty", "-m", "a step")

    def release(self, build: Callable[[Path], None] | None = None) -> dict[str, Any]:
        """Commit and release; what the release says of itself."""
        self.commit()
        load_review_data.cache_clear()
        made = make_release(self.root, build=build or self.build, progress=lambda _: None)
        body: dict[str, Any] = json.loads((made.folder / "release.json").read_text("utf-8"))
        self.commit()
        return body

    def refused(self, build: Callable[[Path], None] | None = None) -> str:
        """Try to release; the message, and proof that nothing was written."""
        self.commit()
        load_review_data.cache_clear()
        before = sorted(self.root.glob("releases/*"))
        with pytest.raises(ReviewError) as stopped:
            make_release(self.root, build=build or self.build, progress=lambda _: None)
        assert sorted(self.root.glob("releases/*")) == before
        return str(stopped.value)

    def build(self, site: Path) -> None:
        """A site of one page that prints what the review concludes."""
        data = load_review_data(self.root)
        version = version_of(data)
        site.mkdir(parents=True)
        texts = [evaluated.text for evaluated in data.ledger.conclusions]
        page = "\n".join([version.version, version.status, *texts])
        (site / "index.html").write_text(page, encoding="utf-8")
        (site / "review.pdf").write_text(page, encoding="utf-8")
        (site / "ledger.json").write_text(data.ledger.to_json(), encoding="utf-8")
        write_version(site, version)
        write_manifest(site)

    def changes(self) -> Changes:
        return changes_of(self.data())


def git(root: Path, *words: str) -> None:
    who = ["-c", "user.name=A test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", *who, *words], cwd=root, check=True, capture_output=True)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """The real evidence with a page, six claims and two conclusions."""
    root = tmp_path_factory.mktemp("year")
    shutil.copytree(ROOT / "evidence", root / "evidence")
    shutil.copytree(ROOT / "locks", root / "locks")
    (root / "report").mkdir()
    (root / "index.qmd").write_text(PAGE, encoding="utf-8")
    claims = (ROOT / "report" / "claims.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in claims[1:] if line.partition(",")[0] in CLAIMS]
    (root / "report" / "claims.csv").write_text("\n".join([claims[0], *kept]) + "\n", "utf-8")
    header = (ROOT / "evidence" / "wording_exceptions.csv").read_text("utf-8").splitlines()[0]
    (root / "evidence" / "wording_exceptions.csv").write_text(header + "\n", encoding="utf-8")
    review = (root / "evidence" / "review.yml").read_text(encoding="utf-8")
    review = review[: review.index("\nconclusions:")] + "\n" + CONCLUSIONS
    review = re.sub(r"(?m)^correction:\n(?:(?: .*|#.*)?\n)*", "", review)
    review = re.sub(r"(?m)^answer:.*\n", "", review)  # a conclusion that this year does not have
    version = next(line for line in review.splitlines() if line.startswith("version:"))
    review = review.replace(version, 'version: "1.0.0"')
    (root / "evidence" / "review.yml").write_text(review, encoding="utf-8")
    (root / "governance").mkdir()
    for name in ("board.csv", "signoffs.csv"):
        head = (ROOT / "governance" / name).read_text(encoding="utf-8").splitlines()[0]
        (root / "governance" / name).write_text(head + "\n", encoding="utf-8")
    (root / "CHANGELOG.md").write_text("# Changes\n\n## Unreleased\n\n- A note.\n", "utf-8")
    (root / "_quarto.yml").write_text(BOOK, encoding="utf-8")
    (root / ".gitignore").write_text("_build/\n", encoding="utf-8")
    git(root, "init", "-q")
    yield Year(root)
    load_review_data.cache_clear()


@pytest.fixture(scope="module")
def story(year: Year, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The year, played once; what was seen at each step."""
    seen: dict[str, Any] = {"published": tmp_path_factory.mktemp("published") / "folder"}
    first_release(year, seen)
    newer_report(year, seen)
    correction(year, seen)
    approval(year, seen)
    edit_after_approval(year, seen)
    return seen


def count_responders(year: Year, number: str) -> None:
    """The size of the group of responders in that cohort, which an outcome counts."""
    arms = year.rows("arms")
    next(row for row in arms if row["arm_id"] == "karmma")["n_responders"] = number
    year.write("arms", arms)


def keep_site(year: Year, seen: dict[str, Any]) -> Path:
    publish(year.root / "_build" / "release", seen["published"], year.root)
    version = year.data().evidence.review.version
    return Path(seen["published"]) / "v" / version


def first_release(year: Year, seen: dict[str, Any]) -> None:
    year.commit()
    (year.root / "index.qmd").write_text(PAGE + "\nAn edit.\n", encoding="utf-8")
    with pytest.raises(ReviewError) as stopped:
        make_release(year.root, build=year.build, progress=lambda _: None)
    seen["uncommitted"] = str(stopped.value)
    (year.root / "index.qmd").write_text(PAGE, encoding="utf-8")
    builds: list[Path] = []

    def changing(site: Path) -> None:
        year.build(site)
        builds.append(site)
        (site / "index.html").write_text(f"{len(builds)}", encoding="utf-8")

    seen["unreproducible"] = year.refused(changing)
    cause = '\nIt reduced deaths in `{python} claim("orr.ide")`.\n'
    (year.root / "index.qmd").write_text(PAGE + cause, encoding="utf-8")
    seen["unguarded"] = year.refused()
    (year.root / "index.qmd").write_text(PAGE, encoding="utf-8")
    plant_false_number(year)
    seen["first"] = year.release()
    seen["first site"] = manifest_of(keep_site(year, seen))
    seen["again"] = year.refused()


def plant_false_number(year: Year) -> None:
    """A kept file whose hashes all fit, and whose number is false."""
    data = year.data()
    body = asdict(data.ledger["orr.ide"]) | {"value": 12.5}
    del body["hash"]
    false = replace(data.ledger["orr.ide"], value=12.5, hash=seal_of(body))
    ledger = replace(data.ledger, records={**data.ledger.records, "orr.ide": false})
    (kept,) = (year.root / "_build").glob("review-data-*.pickle")
    found = read_kept(kept, pickle.loads)
    assert found is not None
    keep(kept, pickle.dumps(replace(found, ledger=ledger)))
    assert year.data().ledger["orr.ide"].value == 12.5


def newer_report(year: Year, seen: dict[str, Any]) -> None:
    """A later report of one cohort: two responses more, from a source of its own."""
    rows = year.rows("outcomes")
    old = next(row for row in rows if row["row_id"] == "karmma.orr")
    new = old | {
        "row_id": "karmma.orr.later", "events": "96", "percent": "75.0",
        "ci_low": "", "ci_high": "", "ci_method": "", "follow_up_months": "30",
        "citekey": "later2026", "latest": "yes",
    }  # fmt: skip
    year.write("outcomes", [row | {"latest": "no"} if row is old else row for row in rows] + [new])
    count_responders(year, "96")
    sources = year.rows("sources")
    source = next(row for row in sources if row["citekey"] == old["citekey"])
    empty = dict.fromkeys(("doi", "pmid", "registry_ids", "article_reference"), "")
    year.write(
        "sources", [*sources, source | empty | {"citekey": "later2026", "published": "2026"}]
    )
    bib = year.root / "evidence" / "references.bib"
    entry = "\n@article{later2026,\n  title = {A later report},\n  year = {2026},\n  url = {https://example.org/later},\n}\n"
    bib.write_text(bib.read_text("utf-8") + entry, encoding="utf-8")
    syntheses = year.rows("syntheses")
    for row in syntheses:
        if (row["evidence_table"], row["evidence_row"]) == ("outcomes", "karmma.orr"):
            row["evidence_row"] = "karmma.orr.later"
    year.write("syntheses", syntheses)
    year.set_version("1.0.0", "1.0.1")
    seen["too small"] = year.refused()
    year.set_version("1.0.1", "1.1.0")
    seen["newer"] = year.changes()
    seen["second"] = year.release()
    keep_site(year, seen)


def correction(year: Year, seen: dict[str, Any]) -> None:
    """Early deaths of the control arm had been counted too low."""
    rows = year.rows("adverse_events")
    for row in rows:
        if row["row_id"] == "karmma-3.standard.death.g5.6m":
            row.update(events="30", percent="22.7")
    year.write("adverse_events", rows)
    year.set_version("1.1.0", "1.2.0")
    seen["stopped"] = year.refused()
    year.edit("evidence/review.yml", "More patients died early in that arm", "Early deaths were")
    year.edit("evidence/review.yml", f"{DEATHS} value above {CONTROL}", f"{DEATHS} value below 20")
    seen["minor is too small"] = year.refused()
    year.set_version("1.2.0", "2.0.0")
    seen["flip"] = year.changes()
    seen["third"] = year.release()
    seen["site before approval"] = keep_site(year, seen)


def approval(year: Year, seen: dict[str, Any]) -> None:
    """A chair and two members approve."""
    path = year.root / "governance" / "board.csv"
    header = path.read_text("utf-8").splitlines()[0].split(",")
    people = [("one", "chair"), ("two", "member"), ("three", "member")]
    keys: dict[str, Path] = {}
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="", lineterminator="\n")
        writer.writeheader()
        for name, role in people:
            keys[name], public = make_key(seen["published"].parent / "keys", name)
            writer.writerow(
                {"member_id": name, "name": f"Person {name}", "role": role,
                 "appointed_on": "2026-01-01", "interests_declared": "none",
                 "interests_declared_on": "2026-01-01", "extracted_evidence": "no",
                 "ssh_public_key": public}
            )  # fmt: skip
    statuses = [version_of(year.data()).status]
    for name, role in people:
        data = year.data()
        content = version_of(data).content_hash
        date = data.evidence.review.date
        decision = Decision(name, role, "approve", content, "none", date=date)
        record_decision(data, decision, keys[name])
        statuses.append(version_of(year.data()).status)
    seen["statuses"] = statuses
    lock = year.root / "locks" / "review.txt"
    before = version_of(year.data())
    lock.write_text(lock.read_text("utf-8") + "# a newer package\n", encoding="utf-8")
    seen["lock"] = (before, version_of(year.data()))
    seen["verified"] = verify_signoffs(year.root)
    signoffs = year.root / "governance" / "signoffs.csv"
    text = signoffs.read_bytes()
    signoffs.write_bytes(text.replace(b"approve", b"approvf", 1))
    with pytest.raises(ReviewError) as stopped:
        verify_signoffs(year.root)
    seen["altered"] = str(stopped.value)
    signoffs.write_bytes(text)
    year.commit()


def edit_after_approval(year: Year, seen: dict[str, Any]) -> None:
    """One response fewer, after the approval."""
    rows = year.rows("outcomes")
    for row in rows:
        if row["row_id"] == "karmma.orr.later":
            row.update(events="95", percent="74.2")
    year.write("outcomes", rows)
    count_responders(year, "95")
    seen["after"] = version_of(year.data())


# what was seen ---------------------------------------------------------------------------------


def test_a_release_is_made_from_a_commit(story: dict[str, Any]) -> None:
    assert "a release is made from a commit, and index.qmd differ" in story["uncommitted"]


def test_two_builds_that_differ_are_refused_by_the_file(story: dict[str, Any]) -> None:
    assert "two builds of this commit differ in index.html" in story["unreproducible"]


def test_wording_that_the_guard_refuses_stops_a_release(story: dict[str, Any]) -> None:
    assert "index.qmd" in story["unguarded"]
    assert "reduced" in story["unguarded"]


def test_the_first_release_holds_all_that_a_later_one_needs(
    story: dict[str, Any], year: Year
) -> None:
    assert story["first"]["step"] == "first"
    assert story["first"]["status"] == "Submitted"
    folder = year.root / "releases" / "1.0.0"
    assert {path.name for path in folder.iterdir()} == {
        "release.json", "ledger.json", "content.json", "changes.json", "manifest.json", "tag.txt",
    }  # fmt: skip
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    assert {name: entry["sha256"] for name, entry in manifest.items()} == story["first site"]
    assert all(entry["size"] > 0 for entry in manifest.values())


def test_no_release_rests_on_what_was_kept(story: dict[str, Any], year: Year) -> None:
    assert story["first"]["status"] == "Submitted"
    ledger = json.loads(year.text("releases/1.0.0/ledger.json"))
    values = {record["id"]: record["value"] for record in ledger["records"]}
    assert values["orr.ide"] > 70


def test_a_released_version_is_not_released_again(story: dict[str, Any]) -> None:
    assert "1.0.0 is released" in story["again"]
    assert "at least 1.0.1" in story["again"]


def test_a_newer_report_is_a_minor_step_and_names_the_right_numbers(story: dict[str, Any]) -> None:
    assert "the step from 1.0.0 is minor" in story["too small"]
    assert "1.1.0" in story["too small"]
    changes: Changes = story["newer"]
    moved = {change.id: change for change in changes.numbers}
    assert set(moved) == {"orr.ide"}
    assert [(reason.kind, reason.row) for reason in moved["orr.ide"].reasons] == [
        ("added", "outcomes:karmma.orr.later"), ("superseded", "outcomes:karmma.orr"),
    ]  # fmt: skip
    assert "94 of 128" in moved["orr.ide"].before
    assert "96 of 128" in moved["orr.ide"].now
    kinds = {change.citekey: change.kind for change in changes.sources}
    assert kinds["later2026"] == "added"
    assert "superseded" in kinds.values()
    assert story["second"]["step"] == "minor"


def test_a_correction_stops_the_build_until_the_conclusion_is_reworded(
    story: dict[str, Any],
) -> None:
    message = story["stopped"]
    assert "conclusion early-deaths: no longer holds" in message
    assert f"{DEATHS} is 12%" in message
    assert f"and {CONTROL} is 23%" in message
    assert "change sentence and rule on purpose" in message


def test_a_flipped_conclusion_is_a_major_step(story: dict[str, Any]) -> None:
    assert "no longer licensed: early-deaths" in story["minor is too small"]
    assert "2.0.0" in story["minor is too small"]
    first = story["flip"].conclusions[0]
    assert (first.id, first.kind) == ("early-deaths", "flipped")
    assert "More patients died early" in first.before
    moved = {change.id: change.reasons for change in story["flip"].numbers}
    (reason,) = moved[CONTROL]
    assert set(moved) == {CONTROL}
    assert (reason.kind, reason.row) == (
        "corrected", "adverse_events:karmma-3.standard.death.g5.6m",
    )  # fmt: skip
    assert "events 9, now 30" in reason.detail
    assert story["third"]["step"] == "major"


def test_the_change_log_says_it_to_readers(story: dict[str, Any], year: Year) -> None:
    log = year.text("CHANGELOG.md")
    sections = log.split("\n## ")
    assert [part.splitlines()[0] for part in sections[1:]] == [
        "Unreleased", "2.0.0", "1.1.0", "1.0.0",
    ]  # fmt: skip
    assert "A conclusion changed: “More patients died early" in sections[2]
    assert "`orr.ide` moved from" in sections[3]
    assert "- A note." in sections[4]


def test_the_tag_says_what_the_release_is(story: dict[str, Any], year: Year) -> None:
    text = year.text("releases/2.0.0/tag.txt")
    assert "version 2.0.0" in text
    assert story["third"]["content_hash"] in text
    record = (year.root / "releases" / "2.0.0" / "release.json").read_bytes()
    assert f"Hash of release.json: {hashlib.sha256(record).hexdigest()}" in text
    assert set(story["third"]["earlier"]) == {"1.0.0", "1.1.0"}
    assert story["third"]["decisions"] == {"count": 0, "head": ""}
    assert "Since 1.1.0: major" in text


def test_a_quorum_approves(story: dict[str, Any]) -> None:
    assert story["statuses"] == ["Submitted", "Under Review", "Under Review", "Approved"]


def test_a_new_lock_changes_the_build_and_withdraws_nothing(story: dict[str, Any]) -> None:
    before, after = story["lock"]
    assert before.build_hash != after.build_hash
    assert before.content_hash == after.content_hash
    assert (before.status, after.status) == ("Approved", "Approved")


def test_a_decision_altered_by_one_byte_is_refused(story: dict[str, Any]) -> None:
    assert story["verified"]
    assert "signoffs.csv" in story["altered"]


def test_an_edit_after_the_approval_withdraws_it_and_names_the_claim(
    story: dict[str, Any],
) -> None:
    assert story["after"].status == "Under Review"
    assert any("orr.ide" in name for name in story["after"].moved)


def test_an_old_version_keeps_its_bytes_and_is_listed_as_superseded(
    story: dict[str, Any],
) -> None:
    folder: Path = story["published"]
    assert manifest_of(folder / "v" / "1.0.0") == story["first site"]
    assert list(load_versions(folder / "v")) == ["2.0.0", "1.1.0", "1.0.0"]
