"""The kinds of tables, by the name a specification gives, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping

from publishing.displays.named_kinds import Kinds
from publishing.displays.specification import TableSpecification

TABLE_KINDS: Mapping[str, type[TableSpecification]] = Kinds(
    "publishing.tables",
    {
        "absolute-effects": "absolute_effects.AbsoluteEffects",
        "agreement": "recorded.Agreement",
        "appraisal-domains": "appraisal.Judgements",
        "certainty-domains": "certainty_domains.CertaintyDomains",
        "certainty-overrides": "certainty_domains.CertaintyOverrides",
        "certainty-words": "certainty_domains.CertaintyWords",
        "changes": "changes.ChangesTable",
        "checklist": "appraisal.Checklist",
        "claims": "claims.ClaimsTable",
        "cohort-lines": "cohort_lines.CohortLines",
        "cohorts": "cohorts.Cohorts",
        "conclusions": "claims.Conclusions",
        "conventions": "protocol_table.ConventionsTable",
        "data-dictionary": "data_dictionary.DataDictionary",
        "due": "due.DueSources",
        "due-intervals": "due.DueIntervals",
        "due-reasons": "due.DueReasons",
        "excerpt": "excerpt.Excerpt",
        "governance-board": "governance.GovernanceBoard",
        "governance-status": "governance.GovernanceStatus",
        "influence": "sensitivity.Influence",
        "ledger": "ledger.LedgerTable",
        "left-out": "protocol_table.LeftOut",
        "multiverse": "multiverse.MultiverseTable",
        "multiverse-decisions": "multiverse.MultiverseDecisions",
        "multiverse-options": "multiverse.MultiverseOptions",
        "protocol": "protocol_table.ProtocolTable",
        "recorded": "recorded.Recorded",
        "register": "register.Register",
        "regressions": "moderators.Regressions",
        "results": "results.Results",
        "small-study": "sensitivity.SmallStudy",
        "state": "governance.State",
        "subgroups": "moderators.Subgroups",
        "subsets": "subsets.Subsets",
        "summary-of-findings": "summary_of_findings.SummaryOfFindings",
        "syntheses": "synthesis_summary.Syntheses",
        "tally": "tally.Tally",
        "thresholds": "certainty_domains.ThresholdsTable",
    },
)
