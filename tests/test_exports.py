"""What other programs read: R that pools again, analysis results data, tables for reviewers."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.pooling import TABLE_SCALES, scale_of
from analysis.review_data import ReviewData, load_review_data
from analysis.syntheses import pool_group
from publishing.lifecycle.attachments import attachments
from publishing.site.exports import exports_of
from publishing.site.exports.r_script import (
    BACK,
    ERRORS,
    SPREADS,
    TO,
    ZERO_CELLS,
    fill,
    script_of,
)
from publishing.site.exports.review_tables import COLUMNS
from publishing.site.exports.synthesis_data import Method, methods_of, results_of
from publishing.site.version import version_of
from schemas import protocol
from tests.small_review import small_review


@pytest.fixture(scope="module")
def data(root: Path) -> ReviewData:
    return load_review_data(root)


@pytest.fixture(scope="module")
def files(data: ReviewData) -> dict[str, str]:
    return exports_of(data)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_synthesis_has_its_script_and_its_data(
    data: ReviewData, files: dict[str, str]
) -> None:
    own = {name for name in files if name.startswith("recompute/")}
    assert own == {f"recompute/{name}.{end}" for name in data.syntheses for end in ("R", "csv")}
    assert exports_of(data) == files


def test_the_data_are_what_was_pooled(data: ReviewData, files: dict[str, str]) -> None:
    for name, item in data.syntheses.items():
        rows = read(files[f"recompute/{name}.csv"])
        assert [row["cohort"] for row in rows] == [c.arm_id for c in item.overall.cohorts]
        for row, cohort in zip(rows, item.overall.cohorts, strict=True):
            line = ",".join(row[key] for key in ("group", "cohort", *list(row)[3:-2]))
            assert f"\n{line}\n" in files[f"recompute/{name}.R"]
            if item.definition.measure == "proportion":
                assert (int(row["events"]), int(row["n"])) == (cohort.events, cohort.n)
            else:
                assert float(row["value"]) == cohort.value
                assert (float(row["lower"]), float(row["upper"])) == (cohort.lower, cohort.upper)


def test_the_numbers_in_the_scripts_are_those_of_the_ledger(data: ReviewData) -> None:
    models = {"pooled": "first", "pooled_second": "second"}
    checked = 0
    for record in data.ledger.records.values():
        kind, _, name = record.selector.partition(":")
        if kind != "synthesis" or record.statistic not in models:
            continue
        synthesis, _, group = name.partition("/")
        found = {
            row.quantity: row.value
            for row in results_of(data.syntheses[synthesis])
            if (row.group, row.model) == (group or "all", models[record.statistic])
        }
        assert (found.get("value"), found.get("lower"), found.get("upper")) == (
            record.value,
            record.lower,
            record.upper,
        )
        checked += 1
    assert checked > 60


def test_every_word_of_the_protocol_has_its_call() -> None:
    assert set(ERRORS) == set(protocol.TESTS)
    assert set(SPREADS) == set(protocol.PREDICTIONS)
    assert set(ZERO_CELLS) == set(protocol.ZERO_CELLS)
    scales = {*protocol.PROPORTION_SCALES, *protocol.RATE_SCALES, *protocol.MEDIAN_SCALES}
    assert set(TO) == scales
    assert set(BACK) == scales | set(TABLE_SCALES.values())


def test_the_methods_are_those_of_the_protocol(data: ReviewData) -> None:
    item = data.syntheses["orr.primary"]
    models = item.conventions.models
    assert methods_of(item)["first"].test == models.first.test
    assert methods_of(item)["first"].prediction == models.first.prediction
    assert methods_of(item)["second"].level == item.conventions.level


def test_the_call_is_that_of_the_method(data: ReviewData) -> None:
    item = data.syntheses["orr.primary"]
    made = {
        (test, prediction): script_of(
            item,
            {"first": Method("inverse_variance", "PM", test, prediction, 0.9, scale="logit",
                             zero_cells="half_everywhere")},
            [],
            "",
        )
        for test in ERRORS
        for prediction in SPREADS
    }  # fmt: skip
    assert len(set(made.values())) == len(made)
    for script in made.values():
        assert "level <- 0.9\n" in script
        assert 'method = "PM"' in script
        assert 'add = 1/2, to = "all"' in script
    assert "df <- Inf" in made["normal", "none"]
    assert "max(k - 2, 1)" in made["t", "t_k_minus_2"]


def test_the_spread_of_the_prediction_interval_is_asked_of_its_estimator(data: ReviewData) -> None:
    item = data.syntheses["orr.primary"]
    methods = methods_of(item)
    for name in ("first", "second"):
        assert methods[name].further == getattr(item.conventions.models, name).further
        script = script_of(item, {name: replace(methods[name], further="PM")}, [], "")
        assert script.count('method = "PM"') == 1
        own = script_of(item, {name: replace(methods[name], further=None)}, [], "")
        assert "fit$tau2,\n       fit$tau2)" in own


def test_the_ledger_is_told_as_analysis_results_data(
    data: ReviewData, files: dict[str, str]
) -> None:
    rows = json.loads(files["results.json"])
    assert all(tuple(row) == COLUMNS for row in rows)
    names = [(row["group1_level"], row["stat_name"]) for row in rows]
    assert len(names) == len(set(names))
    told = {name: row["stat"] for name, row in zip(names, rows, strict=True)}
    for record in data.ledger.records.values():
        assert told.get((record.id, "estimate")) == record.value
        assert told.get((record.id, "conf.low")) == record.lower
        assert told.get((record.id, "N")) == record.n
    flat = read(files["results.csv"])
    assert [(row["group1_level"], row["stat_name"]) for row in flat] == names
    assert [row["stat"] for row in flat] == [str(row["stat"]) for row in rows]


def test_the_tables_for_reviewers_hold_every_topic_and_every_cohort(
    data: ReviewData, files: dict[str, str]
) -> None:
    topics = [topic.title for topic in data.evidence.review.certainty.topics]
    assert sorted(row["outcome"] for row in read(files["findings.csv"])) == sorted(topics)
    results = read(files["study-results.csv"])
    assert len(results) == sum(len(item.overall.cohorts) for item in data.syntheses.values())
    assert all(0 < float(row["GIV SE"]) < 10 for row in results)
    for row in results:
        printed = ("Mean", "CI start", "CI end") if not row["Experimental cases"] else (
            "Experimental cases", "Experimental N")  # fmt: skip
        assert all(row[name] for name in (*printed, "Analysis ID", "Study", "GIV Mean", "Source"))
    assert {row["Scale"] for row in results} == {
        scale_of(item.conventions.effects) for item in data.syntheses.values()
        if item.overall.cohorts
    }  # fmt: skip


# What cards says of a data frame of results (as_card and check_ard_structure), where it is there.
OF_CARDS = """
read <- jsonlite::fromJSON("results.json", simplifyVector = FALSE)
columns <- unique(unlist(lapply(read, names)))
rows <- lapply(columns, function(name) lapply(read, function(row) row[[name]]))
card <- structure(rows, names = columns, row.names = seq_along(read), class = "data.frame")
for (name in c("group1", "variable", "context", "stat_name", "stat_label"))
  card[[name]] <- vapply(card[[name]], as.character, "")
cat(nrow(card), "rows;", paste(names(card)[vapply(card, is.list, NA)], collapse = " "), "\\n")
numbers <- card$stat[card$stat_name %in% c("estimate", "conf.low", "conf.high", "n", "N", "k")]
digits <- card$fmt_fun[!vapply(card$fmt_fun, is.null, NA)]
stopifnot(all(vapply(numbers, is.numeric, NA)), all(lengths(card$stat) == 1),
          all(vapply(digits, is.integer, NA)), "method" %in% card$stat_name,
          !anyDuplicated(card[c("group1_level", "stat_name")]))
if (requireNamespace("cards", quietly = TRUE)) {
  cards::check_ard_structure(cards::as_card(card))
  cat("cards has read it\\n")
}
"""


needs_r = pytest.mark.skipif(not shutil.which("Rscript"), reason="Rscript is not here")


def run_r(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["Rscript", *words], cwd=folder, capture_output=True, text=True, check=False
    )


@needs_r
def test_r_can_read_every_script(files: dict[str, str], tmp_path: Path) -> None:
    for name, text in files.items():
        if name.endswith(".R"):
            (tmp_path / Path(name).name).write_text(text, encoding="utf-8")
    done = run_r(tmp_path, "-e", "for (f in list.files(pattern = 'R$')) parse(f)")
    assert done.returncode == 0, done.stderr


@needs_r
def test_r_agrees_and_a_number_that_is_wrong_is_told(data: ReviewData, tmp_path: Path) -> None:
    if run_r(tmp_path, "-e", "library(metafor); library(lme4)").returncode:
        pytest.skip("R has no metafor or no lme4")
    item = data.syntheses["orr.primary"]
    results = results_of(item)
    wrong = [row._replace(value=row.value + 0.1) for row in results[:1]] + results[1:]
    for numbers, state in ((results, 0), (wrong, 1)):
        (tmp_path / "x.R").write_text(script_of(item, methods_of(item), numbers, ""), "utf-8")
        done = run_r(tmp_path, "x.R")
        assert done.returncode == state, done.stdout + done.stderr
        agreed = len(results) - state
        assert f"orr.primary: {agreed} of {len(results)} numbers agree" in done.stdout


@needs_r
def test_r_takes_each_interval_at_its_level_and_counts_what_it_compared(
    data: ReviewData, tmp_path: Path
) -> None:
    if run_r(tmp_path, "-e", "library(metafor)").returncode:
        pytest.skip("R has no metafor or no lme4")
    item = data.syntheses["pfs-12m.all-bcma"]
    cohorts = tuple(replace(cohort, level=0.9) for cohort in item.overall.cohorts)
    group = pool_group("all", cohorts, item.definition, item.conventions)
    wider = replace(item, overall=group, groups=())
    numbers = results_of(wider)
    assert numbers != results_of(item)
    (tmp_path / "recompute").mkdir()
    for name, found in (("wider", wider), ("as-printed", item)):
        script = script_of(found, methods_of(found), results_of(found), "")
        (tmp_path / "recompute" / f"{name}.R").write_text(script, "utf-8")
    (tmp_path / "recompute.R").write_text(fill("recompute"), "utf-8")
    done = run_r(tmp_path, "recompute.R")
    total = len(numbers) + len(results_of(item))
    assert done.stdout.splitlines()[-1] == f"{total} of {total} numbers agree in 2 of 2 scripts"


def test_what_is_printed_beside_the_models_is_recomputed(data: ReviewData) -> None:
    told = {
        (row.model, row.quantity): row.value for row in results_of(data.syntheses["orr.primary"])
    }
    for claim, of in {
        "pooled_marginal": ("first", "marginal", "marginal_lower", "marginal_upper"),
        "pooled_bayesian": ("bayesian", "value", "lower", "upper"),
    }.items():
        (record,) = (
            record
            for record in data.ledger.records.values()
            if (record.statistic, record.selector) == (claim, "synthesis:orr.primary")
        )
        model, *quantities = of
        sides = (record.value, record.lower, record.upper)
        for quantity, value in zip(quantities, sides, strict=True):
            assert told[model, quantity] == pytest.approx(value)


@needs_r
def test_r_reads_the_ledger_as_cards_has_it(files: dict[str, str], tmp_path: Path) -> None:
    if run_r(tmp_path, "-e", "library(jsonlite)").returncode:
        pytest.skip("R has no jsonlite")
    (tmp_path / "results.json").write_text(files["results.json"], "utf-8")
    (tmp_path / "cards.R").write_text(OF_CARDS, "utf-8")
    done = run_r(tmp_path, "cards.R")
    assert done.returncode == 0, done.stderr
    listed = "group1_level variable_level stat fmt_fun warning error"
    assert done.stdout.startswith(f"{len(json.loads(files['results.json']))} rows; {listed}")
    assert "expected" not in done.stderr
    assert "Expecting" not in done.stderr
    assert "not present" not in done.stderr


def test_the_files_for_researchers_say_that_corrections_come_first(tmp_path: Path) -> None:
    data = load_review_data(small_review(tmp_path))
    named = {one.name: one for one in attachments(data, version_of(data))}
    assert "corrections come first" in named["evidence-README.txt"].description
    assert "replace each named cell" in named["evidence-README.txt"].path.read_text("utf-8")
