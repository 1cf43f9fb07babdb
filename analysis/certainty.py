"""Certainty of the evidence: what is computed for each domain, beside what people judged.

A suggestion follows from numbers and written thresholds (GRADE, see guyatt2008, iorio2015,
grade34); a draft of judgements.csv overrides it with its reason. Both are drafts until a
person signs. Certainty in a rate is kept apart from certainty in a comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.certainty_wording import LEVELS
from analysis.cohorts import UNITS
from analysis.robustness import Analyses
from analysis.selection import select_rows
from analysis.statistics import compute_proportion, compute_time_to_event
from analysis.syntheses import Group
from analysis.words import say
from schemas.certainty import Certainty, Topic
from schemas.choices import LOWERED
from schemas.evidence import Evidence
from schemas.review import SynthesisDefinition
from schemas.rounding import fixed, significant
from schemas.table_rows import present

DOMAINS = ("risk_of_bias", "inconsistency", "indirectness", "imprecision", "publication_bias")
NOT_ASSESSABLE = "not assessable"
NO_SEARCH = "none"  # what review.yml says where no database was searched
JOURNAL = "journal_article"
GRAVE = {"No": 3, "Unclear": 4}
"""Answers of a checklist: so many No are a grave concern, so many Unclear some concern."""
OVERALL = {
    "RoB 2": {"Low": 0, "Some concerns": 1, "High": 2},
    "ROBINS-I": {"Low": 0, "Moderate": 1, "Serious": 2, "Critical": 2},
}
"""Overall judgements of the tools that have one: no, some or grave concern."""


@dataclass(frozen=True)
class Suggestion:
    """What is computed for one domain, with the reason in words."""

    domain: str
    judgement: str
    reason: str

    @property
    def steps(self) -> int:
        """By how many levels it lowers the certainty."""
        return lowered_by(self.judgement)


@dataclass(frozen=True)
class Draft:
    """What a person drafted for one domain or overall, with the reason."""

    row: str
    judgement: str
    reason: str
    status: str


@dataclass(frozen=True)
class TopicEvidence:
    """The evidence of a topic: value, interval and prediction interval in its unit.

    `studies` holds each study with its patients, None where they are not known; `estimates`
    the value of each cohort of a synthesis, in the same unit.
    """

    outcome: str
    unit: str
    value: float | None
    lower: float | None
    upper: float | None
    upper_open: bool
    prediction: tuple[float, float] | None
    events: int | None
    patients: int | None
    population: str
    studies: tuple[tuple[str, int | None], ...]
    estimates: tuple[float, ...]
    rows: tuple[str, ...]
    citekeys: tuple[str, ...]
    synthesis: str = ""

    @property
    def weights(self) -> tuple[tuple[str, float], ...]:
        """Each study with its share of the patients; equal shares where some are unknown."""
        total = sum(n for _, n in self.studies if n is not None)
        if total and all(n is not None for _, n in self.studies):
            return tuple((study, (n or 0) / total) for study, n in self.studies)
        return tuple((study, 1 / len(self.studies)) for study, _ in self.studies)


@dataclass(frozen=True)
class Rating:
    """A topic with its body of evidence, the suggestions, the drafts, and both levels."""

    topic: Topic
    kind: str
    outcome: str
    start: str
    body: TopicEvidence | None
    suggestions: tuple[Suggestion, ...]
    drafts: Mapping[str, Draft]

    @property
    def suggested(self) -> str:
        """The level the suggestions lead to; empty where nothing could be computed."""
        if self.body is None:
            return ""
        lowered = sum(item.steps for item in self.suggestions)
        return LEVELS[max(0, LEVELS.index(self.start) - lowered)]

    @property
    def drafted(self) -> str:
        """The level drafted by a person."""
        return self.drafts["overall"].judgement

    @property
    def signed(self) -> bool:
        """Whether a person signed the overall judgement."""
        return self.drafts["overall"].status == "signed"

    @property
    def overrides(self) -> tuple[tuple[Suggestion, Draft], ...]:
        """Domains in which the draft departs from the suggestion, with both reasons."""
        pairs = [(item, self.drafts.get(item.domain)) for item in self.suggestions]
        return tuple(
            (item, draft)
            for item, draft in pairs
            if draft is not None and lowered_by(draft.judgement) != item.steps
        )

    @property
    def departs(self) -> bool:
        """Whether the drafted level is another than the computed one."""
        return bool(self.suggested) and self.suggested != self.drafted

    @property
    def implied(self) -> str:
        """The level that the drafted domains add up to."""
        lowered = sum(lowered_by(self.drafts[name].judgement) for name in DOMAINS)
        return LEVELS[max(0, LEVELS.index(self.start) - lowered)]


def lowered_by(judgement: str) -> int:
    """By how many levels a judgement lowers the certainty."""
    return LOWERED.get(judgement, 0)


def compute_ratings(analyses: Analyses) -> tuple[Rating, ...]:
    """Every topic of review.yml, in its order."""
    return tuple(
        compute_rating(analyses, topic) for topic in analyses.evidence.review.certainty.topics
    )


def compute_rating(analyses: Analyses, topic: Topic) -> Rating:
    """Suggest each domain of one topic, and set the drafts beside it."""
    evidence = analyses.evidence
    table = evidence.judgements
    rows = table[table["topic"] == topic.topic].to_dict("records")
    drafts = {
        str(row["domain"]): Draft(
            str(row["row_id"]), str(row["judgement"]), str(row["reason"]), str(row["status"])
        )
        for row in rows
    }
    outcome = str(present(rows[0]["outcome"]) or "")
    body = body_of(analyses, topic) if topic.evidence else None
    suggestions = () if body is None else suggest(analyses, body)
    return Rating(
        topic=topic,
        kind=str(rows[0]["kind"]),
        outcome=outcome,
        start=str(rows[0]["start_level"]),
        body=body,
        suggestions=suggestions,
        drafts=drafts,
    )


# the body of evidence --------------------------------------------------------------------------


def body_of(analyses: Analyses, topic: Topic) -> TopicEvidence:
    """The synthesis or the row a topic stands on."""
    if topic.evidence.startswith("synthesis:"):
        name, _, group = topic.evidence.removeprefix("synthesis:").partition("/")
        synthesis = analyses.syntheses[name]
        return _of_synthesis(analyses.evidence, synthesis.definition, synthesis.group(group))
    return _row_body(analyses.evidence, topic.evidence)


def _of_synthesis(
    evidence: Evidence, definition: SynthesisDefinition, group: Group
) -> TopicEvidence:
    arms = evidence.arms.set_index("arm_id")["study_id"]
    sizes = [cohort.n for cohort in group.cohorts]
    events = [cohort.events for cohort in group.cohorts]
    pooled = group.first
    low = None if pooled is None else pooled.prediction_lower
    high = None if pooled is None else pooled.prediction_upper
    return TopicEvidence(
        outcome=definition.outcome,
        unit=UNITS[definition.measure],
        value=None if pooled is None else pooled.value,
        lower=None if pooled is None else pooled.lower,
        upper=None if pooled is None else pooled.upper,
        upper_open=False,
        prediction=None if low is None or high is None else (low, high),
        events=_total(events),
        patients=_total(sizes),
        population=" or ".join(dict.fromkeys(cohort.population for cohort in group.cohorts)),
        studies=tuple((str(arms[c.arm_id]), c.n) for c in group.cohorts),
        estimates=tuple(float(cohort.value) for cohort in group.cohorts),
        rows=tuple(row for cohort in group.cohorts for row in cohort.rows),
        citekeys=tuple(dict.fromkeys(cohort.citekey for cohort in group.cohorts)),
        synthesis=definition.id,
    )


def _total(counts: list[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _row_body(evidence: Evidence, reference: str) -> TopicEvidence:
    selections = select_rows(evidence, reference)
    row = selections[0].only()
    timed = selections[0].table == "time_to_event"
    measure = (compute_time_to_event if timed else compute_proportion)(evidence, selections)
    terms = [row.get(name) for name in ("outcome", "endpoint", "event", "measure")]
    return TopicEvidence(
        outcome=str(next(term for term in terms if term)),
        unit=measure.unit,
        value=None if measure.value is None else float(measure.value),
        lower=measure.lower,
        upper=measure.upper,
        upper_open=measure.upper_open,
        prediction=None,
        events=measure.events,
        patients=measure.n,
        population=measure.population,
        studies=((str(row["study_id"]), measure.n),),
        estimates=(),
        rows=measure.rows,
        citekeys=measure.citekeys,
    )


# suggestions -----------------------------------------------------------------------------------


def suggest(analyses: Analyses, body: TopicEvidence) -> tuple[Suggestion, ...]:
    """A judgement and its reason for each domain."""
    plan = analyses.evidence.review.certainty
    thresholds = plan.thresholds_of(body.outcome, body.unit)
    values = () if thresholds is None else thresholds.values
    return (
        suggest_risk_of_bias(analyses.evidence, body),
        suggest_inconsistency(body, values),
        suggest_indirectness(analyses.evidence, body),
        suggest_imprecision(body, values, plan),
        suggest_small_study(analyses, body),
    )


def crossed(values: tuple[float, ...], lower: float, upper: float) -> tuple[float, ...]:
    """The thresholds strictly inside an interval."""
    return tuple(value for value in values if lower < value < upper)


def divided(values: tuple[float, ...], estimates: tuple[float, ...]) -> tuple[float, ...]:
    """The thresholds with an estimate below them and another at or above them."""
    return tuple(value for value in values if min(estimates) < value <= max(estimates))


def _graded(count: int) -> str:
    return ("not serious", "serious")[count] if count < 2 else "very serious"


def _listed(values: tuple[float, ...]) -> str:
    return " and ".join(significant(value) for value in values)


def suggest_imprecision(
    body: TopicEvidence, values: tuple[float, ...], plan: Certainty
) -> Suggestion:
    """From how many thresholds the interval crosses, and how few patients there are."""
    domain = "imprecision"
    if not values:
        return Suggestion(domain, NOT_ASSESSABLE, say("suggested.no_thresholds"))
    if body.lower is None or (body.upper is None and not body.upper_open):
        return Suggestion(domain, NOT_ASSESSABLE, say("suggested.no_interval"))
    upper = float("inf") if body.upper is None else body.upper
    inside = crossed(values, body.lower, upper)
    reason = say("suggested.crosses_nothing")
    if inside:
        reason = say("suggested.crosses", values=_listed(inside))
    judgement = _graded(len(inside))
    if body.patients is not None and body.patients < plan.minimum_patients and not inside:
        judgement = "serious"
        reason = say("suggested.few_patients", count=body.patients, minimum=plan.minimum_patients)
    return Suggestion(domain, judgement, reason)


def suggest_inconsistency(body: TopicEvidence, values: tuple[float, ...]) -> Suggestion:
    """From thresholds between the cohorts' own estimates, then those the prediction crosses.

    One threshold between the lowest and the highest cohort is serious, more are very serious.
    Where all cohorts lie on one side, a prediction interval that crosses a threshold is serious:
    a further cohort may lie beyond. Nothing is taken off for the width of the interval of the
    mean, so less precision never looks like more agreement.
    """
    domain = "inconsistency"
    if len(body.studies) == 1:
        return Suggestion(domain, NOT_ASSESSABLE, say("suggested.one_cohort"))
    if len(body.estimates) < 2:
        return Suggestion(domain, NOT_ASSESSABLE, say("suggested.no_estimates"))
    if not values:
        return Suggestion(domain, NOT_ASSESSABLE, say("suggested.no_thresholds"))
    between = divided(values, body.estimates)
    ahead = () if body.prediction is None else crossed(values, *body.prediction)
    judgement, reason = "not serious", say("suggested.one_side")
    if between:
        reason = say("suggested.divides", values=_listed(between))
        judgement = _graded(len(between))
    elif ahead:
        judgement, reason = "serious", say("suggested.predicts", values=_listed(ahead))
    return Suggestion(domain, judgement, reason)


def suggest_indirectness(evidence: Evidence, body: TopicEvidence) -> Suggestion:
    """From how well the studies apply to the question, by their patients."""
    applies = evidence.studies.set_index("study_id")["applicability"]
    plan = evidence.review.certainty.indirect_patients
    far = 100 * sum(w for s, w in body.weights if applies[s] not in ("direct", "indirect"))
    some = 100 * sum(w for s, w in body.weights if applies[s] != "direct")
    if far >= plan.very_serious:
        judgement = "very serious"
    else:
        judgement = "serious" if some >= plan.serious else "not serious"
    reason = say("suggested.indirect", percent=fixed(some, 0))
    return Suggestion("indirectness", judgement, reason)


def suggest_small_study(analyses: Analyses, body: TopicEvidence) -> Suggestion:
    """Whether reports may be missing: from the search, registration, and the test of asymmetry.

    Without a database search missing reports are suspected, unless every study is registered
    and its figure stands in a journal: it is then known that it was done, and what it found.
    With enough cohorts the regression on one over the number of patients can add suspicion.
    """
    domain, evidence = "publication_bias", analyses.evidence
    found = _asymmetry(analyses, body)
    if found is not None and found.judgement == "suspected":
        return found
    if evidence.review.search != NO_SEARCH:
        return found or Suggestion(domain, NOT_ASSESSABLE, _untested(analyses, body))
    loose = unregistered(evidence, body)
    if not loose and len(body.studies) == 1:
        return Suggestion(domain, "undetected", say("suggested.registered"))
    return Suggestion(domain, "suspected", say("suggested.no_search", count=len(loose)))


def unregistered(evidence: Evidence, body: TopicEvidence) -> tuple[str, ...]:
    """Studies without a registration, or whose figure was read in no journal article."""
    registered = evidence.studies.set_index("study_id")["registry_ids"]
    kinds = evidence.sources.set_index("citekey")["source_type"]
    journal = all(kinds[key] == JOURNAL for key in body.citekeys)
    return tuple(s for s, _ in body.studies if not journal or not present(registered[s]))


def _untested(analyses: Analyses, body: TopicEvidence) -> str:
    count, minimum = len(body.studies), analyses.evidence.review.certainty.small_study_cohorts
    said = say(f"suggested.cohort{'' if count == 1 else 's'}", count=count)
    return say("suggested.test_needs", count=said, minimum=minimum)


def _asymmetry(analyses: Analyses, body: TopicEvidence) -> Suggestion | None:
    """The suggestion of the test of asymmetry; None where there are too few cohorts."""
    plan = analyses.evidence.review.certainty
    if not body.synthesis or len(body.studies) < plan.small_study_cohorts:
        return None
    test = analyses.small_study(body.synthesis).peters
    if test is None:
        return None
    judgement = "suspected" if test.p_value < plan.small_study_p else "undetected"
    said = say("suggested.regression", p=fixed(test.p_value, 2))
    return Suggestion("publication_bias", judgement, said)


def concern_of(evidence: Evidence, study: str, outcome: str) -> int | None:
    """No (0), some (1) or grave (2) concern about a study; None where nobody appraised it."""
    table = evidence.appraisal
    rows = table[table["study_id"] == study]
    if rows.empty:
        return None
    tool = str(rows.iloc[0]["tool"])
    if tool not in OVERALL:
        return _concern_of_checklist([str(answer) for answer in rows["judgement"]])
    overall = rows[rows["domain"].str.lower() == "overall"]
    named = overall[overall["outcome"] == outcome]
    chosen = named if len(named) else overall
    levels = [OVERALL[tool].get(str(answer)) for answer in chosen["judgement"]]
    return max((level for level in levels if level is not None), default=None)


def _concern_of_checklist(answers: list[str]) -> int:
    if answers.count("No") >= GRAVE["No"]:
        return 2
    return 1 if "No" in answers or answers.count("Unclear") >= GRAVE["Unclear"] else 0


def suggest_risk_of_bias(evidence: Evidence, body: TopicEvidence) -> Suggestion:
    """From the draft appraisals, by the patients of the studies that were appraised."""
    domain, plan = "risk_of_bias", evidence.review.certainty.biased_patients
    found: list[tuple[int, float]] = []
    for study, weight in body.weights:
        level = concern_of(evidence, study, body.outcome)
        if level is not None:
            found.append((level, weight))
    if not found:
        return Suggestion(domain, NOT_ASSESSABLE, say("suggested.not_appraised"))
    total = sum(weight for _, weight in found)
    some = 100 * sum(weight for level, weight in found if level >= 1) / total
    grave = 100 * sum(weight for level, weight in found if level >= 2) / total
    if grave >= plan.very_serious:
        judgement = "very serious"
    else:
        judgement = "serious" if some >= plan.serious else "not serious"
    reason = say(
        "suggested.biased",
        percent=fixed(some, 0),
        appraised=len(found),
        all=len(body.studies),
    )
    return Suggestion(domain, judgement, reason)
