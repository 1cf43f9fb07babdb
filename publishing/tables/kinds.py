"""The kinds of tables, by the name a specification gives."""

from __future__ import annotations

from collections.abc import Mapping

from publishing.displays.specification import TableSpecification
from publishing.tables.absolute_effects import AbsoluteEffects
from publishing.tables.appraisal import Checklist, Judgements
from publishing.tables.certainty_domains import (
    CertaintyDomains,
    CertaintyOverrides,
    CertaintyWords,
    ThresholdsTable,
)
from publishing.tables.changes import ChangesTable
from publishing.tables.claims import ClaimsTable, Conclusions
from publishing.tables.cohort_lines import CohortLines
from publishing.tables.cohorts import Cohorts
from publishing.tables.data_dictionary import DataDictionary
from publishing.tables.due import DueIntervals, DueReasons, DueSources
from publishing.tables.excerpt import Excerpt
from publishing.tables.governance import GovernanceBoard, GovernanceStatus, State
from publishing.tables.ledger import LedgerTable
from publishing.tables.moderators import Regressions, Subgroups
from publishing.tables.multiverse import MultiverseDecisions, MultiverseOptions, MultiverseTable
from publishing.tables.protocol_table import ConventionsTable, LeftOut, ProtocolTable
from publishing.tables.recorded import Agreement, Recorded
from publishing.tables.register import Register
from publishing.tables.results import Results
from publishing.tables.sensitivity import Influence, SmallStudy
from publishing.tables.subsets import Subsets
from publishing.tables.summary_of_findings import SummaryOfFindings
from publishing.tables.synthesis_summary import Syntheses
from publishing.tables.tally import Tally

TABLE_KINDS: Mapping[str, type[TableSpecification]] = {
    "absolute-effects": AbsoluteEffects,
    "agreement": Agreement,
    "appraisal-domains": Judgements,
    "certainty-domains": CertaintyDomains,
    "certainty-overrides": CertaintyOverrides,
    "certainty-words": CertaintyWords,
    "changes": ChangesTable,
    "checklist": Checklist,
    "claims": ClaimsTable,
    "cohort-lines": CohortLines,
    "cohorts": Cohorts,
    "conclusions": Conclusions,
    "conventions": ConventionsTable,
    "data-dictionary": DataDictionary,
    "due": DueSources,
    "due-intervals": DueIntervals,
    "due-reasons": DueReasons,
    "excerpt": Excerpt,
    "governance-board": GovernanceBoard,
    "governance-status": GovernanceStatus,
    "influence": Influence,
    "ledger": LedgerTable,
    "left-out": LeftOut,
    "multiverse": MultiverseTable,
    "multiverse-decisions": MultiverseDecisions,
    "multiverse-options": MultiverseOptions,
    "protocol": ProtocolTable,
    "recorded": Recorded,
    "register": Register,
    "regressions": Regressions,
    "results": Results,
    "small-study": SmallStudy,
    "state": State,
    "subgroups": Subgroups,
    "subsets": Subsets,
    "summary-of-findings": SummaryOfFindings,
    "syntheses": Syntheses,
    "tally": Tally,
    "thresholds": ThresholdsTable,
}
