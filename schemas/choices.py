"""Closed lists every clinical review shares; a review's own terms are in its vocabulary."""

from __future__ import annotations

CERTAINTY_LEVELS = ("high", "moderate", "low", "very low")
DOMAIN_JUDGEMENTS = {
    "risk_of_bias": ("not serious", "serious", "very serious"),
    "inconsistency": ("not serious", "serious", "very serious", "not assessable"),
    "indirectness": ("not serious", "serious", "very serious"),
    "imprecision": ("not serious", "serious", "very serious"),
    "publication_bias": ("undetected", "suspected", "not assessable"),
    "upgrade": ("none", "large effect", "dose response", "opposing confounding"),
    "overall": CERTAINTY_LEVELS,
}
"""What may be judged of each GRADE domain."""

DECISIONS = ("approve", "changes", "abstain")
"""What a member of the board may decide."""

FACT_TABLES = (
    "outcomes",
    "time_to_event",
    "adverse_events",
    "delivery",
    "baseline",
    "regulatory",
)
"""Tables whose rows hold a printed figure or statement with its provenance."""

SIZED_TABLES = ("outcomes", "time_to_event", "adverse_events", "delivery", "baseline")
"""Tables whose rows are about a population."""

FIGURE_TABLES = ("outcomes", "time_to_event", "adverse_events", "delivery")
"""Tables whose rows may enter a synthesis."""

YES_NO = ("yes", "no")
UNSIGNED = ("refused", "counted")  # decisions of members without a key
YES = ("yes",)

SEARCH_KINDS = ("search", "look-up")
"""A search of a database, or one of a single figure or name."""

# provenance
VERIFICATION = ("full_text", "abstract_or_label", "company_or_conference", "secondary")
DERIVED = ("events", "n", "percent", "events+n", "events+percent", "n+percent", "value")

# sources and studies
SOURCE_TYPES = (
    "journal_article",
    "conference_abstract",
    "regulatory_review",
    "label",
    "safety_communication",
    "company_release",
    "manufacturer_page",
    "review_table",
    "news",
    "guideline",
    "meta_analysis",
    "registry_record",
)
NEVER_POOLED = ("label_pool", "meta_analysis", "indirect_comparison")
"""Settings that hold people of other studies: never a cohort beside its members."""

NOT_KNOWN = ("", "unclear")
"""What a cell says of which nobody read the value: no kind of cohort."""
APPLICABILITY = ("direct", "indirect", "comparator", "context", "out_of_scope")

# what registers of publications say of a source
SOURCE_STATES = ("clean", "flagged", "unchecked")
FINDINGS = ("retracted", "concern", "corrected", "superseded", "other")
"""What a notice does to a source, gravest first."""
REGISTERS = ("crossref", "pubmed")

# results
CI_METHODS = ("exact", "unstated", "credible", "model")
MEASURES = (
    "median",
    "landmark_rate",
    "hazard_ratio",
    "risk_ratio",
    "odds_ratio",
    "mean_change",
    "range_median",
    "quartile_median",
)
SPREAD_OF = {"range_median": "extremes", "quartile_median": "quartiles"}
"""What the ends beside a median are where they tell of people, and are no interval of it."""
RATIOS = ("hazard_ratio", "risk_ratio", "odds_ratio")
HAZARDS = ("proportional", "not_proportional", "cannot_be_judged")
"""Whether the hazards of the two arms of a ratio keep their ratio over time."""
NOT_REACHED = ("value", "ci_high", "value+ci_high")
UNITS = ("months", "days", "percent", "ratio", "points")
BASELINE_STATISTICS = ("median", "mean", "percent", "count")
SPREADS = ("range", "quartiles", "sd")
"""What the ends beside a median or a mean are; empty is a range."""

# regulation
ACTIONS = (
    "approval",
    "approval_expanded",
    "label_change",
    "boxed_warning",
    "refusal_to_file",
    "committee_vote",
    "rems_removed",
    "label_text",
    "reimbursement",
    "communication",
)

# syntheses
RELATIONS = ("same", "contains", "possible")
OVERLAP_CHOICES = ("keep_a", "keep_b", "keep_both")
TWO_ARM_MEASURES = ("risk_ratio", "odds_ratio", "risk_difference", "mean_difference")
"""Measures computed from a row of either arm of a study."""
SYNTHESIS_MEASURES = ("proportion", "ratio", "landmark", "median", *TWO_ARM_MEASURES)
SYNTHESIS_ROLES = ("primary", "sensitivity", "context")
GROUPINGS = ("none", "product", "setting", "target", "class")

# appraisal
JUDGEMENT_KINDS = ("rate", "comparative")
LOWERED = {"serious": 1, "suspected": 1, "very serious": 2}
"""By how many levels a judgement of a domain lowers the certainty."""

PHASES = ("1", "1/1b", "1b", "1/2", "1b/2", "2", "2/3", "3", "4")
TOOL_JUDGEMENTS = {
    "JBI case series": ("Yes", "No", "Unclear", "Not applicable"),
    "RoB 2": ("Low", "Some concerns", "High", "No information"),
    "ROBINS-I": ("Low", "Moderate", "Serious", "Critical", "No information"),
    "QUIPS": ("Low", "Moderate", "High", "No information"),
    "Applicability": ("No indirectness", "Serious indirectness", "Very serious indirectness"),
}
"""What may be answered with each tool; applicability is judged beside the tools."""

ROBINS = (
    "confounding", "selection of participants", "classification of interventions",
    "deviations from intended interventions", "missing data", "measurement of outcomes",
    "selection of the reported result", "overall",
)  # fmt: skip
TOOL_ITEMS = {
    "JBI case series": tuple(str(number) for number in range(1, 11)),
    "RoB 2": ("D1", "D2", "D3", "D4", "D5", "Overall"),
    "ROBINS-I": ROBINS,
    "QUIPS": (
        "participation", "attrition", "prognostic factor", "outcome", "confounding", "analysis",
        "overall",
    ),
}  # fmt: skip
"""How the domain of each item of a tool begins; every item has an answer for each study."""
RANDOMISED_TOOLS = ("RoB 2",)
OTHER_TOOLS = ("JBI case series", "ROBINS-I", "QUIPS")
"""Tools that fit a randomised study, and one that is not."""

VERDICTS = (
    "supported",
    "misattributed",
    "superseded",
    "contradicted",
    "mixed_cutoffs",
    "cannot_be_verified",
    "omitted",
)
STATUSES = ("draft awaiting human review", "signed")

# vocabulary
TERM_KINDS = (
    "outcome",
    "endpoint",
    "event",
    "delivery",
    "characteristic",
    "population",
    "synonym",
    "topic",
    "not_covered",
    "emergency",
    "name",
    "authority",
    "regulatory_action",
    "verification",
    "grade",
    "counting",
    "role",
    "setting",
)

# reporting standards
REPORTING_STATES = ("reported", "in_part", "not_reported")

# word lists, and the rules of wording that an exception may name
WORD_LISTS = (
    "number",
    "quantity",
    "comparison",
    "unanchored",
    "cause",
    "certainty",
    "plain_certainty",
    "absolute",
    "conclusion",
    "advice",
    "style",
)
WORD_USES = ("listed", "allowed", "stated", "high", "moderate", "low", "very_low")
WORDING_RULES = (
    "number",
    "quantity",
    "product",
    "comparison",
    "unanchored",
    "cause",
    "certainty",
    "relative_effect",
    "harm",
    "advice",
    "style",
)

# rules a row of discrepancies.csv may accept
ACCEPTABLE_RULES = (
    "percent_matches_counts",
    "interval_contains_estimate",
    "exact_interval",
    "nested_outcomes",
    "grade_order",
    "survival_monotone",
    "population_size",
    "sources_disagree",
    "older_cut",
    "older_cut_of_people",
    "overall_adds_up",
    "ratio_interval",
    "landmark_interval",
    "median_and_rates",
    "reports_far_apart",
    "ratio_direction",
    "plausible_values",
    "cohort_sizes",
    "one_denominator",
    "one_follow_up",
)
