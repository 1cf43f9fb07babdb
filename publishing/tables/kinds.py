"""The kinds of tables, by the name a specification gives."""

from __future__ import annotations

from collections.abc import Mapping

from publishing.displays.specification import TableSpecification
from publishing.tables.absolute_effects import AbsoluteEffects
from publishing.tables.agreement import Agreement
from publishing.tables.appraisal import Checklist, Judgements
from publishing.tables.certainty_domains import CertaintyDomains, CertaintyOverrides
from publishing.tables.certainty_words import CertaintyWords
from publishing.tables.changes import ChangesTable
from publishing.tables.claims import ClaimsTable
from publishing.tables.cohort_lines import CohortLines
from publishing.tables.cohorts import Cohorts
from publishing.tables.conclusion_rules import Conclusions
from publishing.tables.conventions import ConventionsTable
from publishing.tables.data_dictionary import DataDictionary
from publishing.tables.due import DueIntervals, DueReasons, DueSources
from publishing.tables.excerpt import Excerpt
from publishing.tables.governance import GovernanceBoard, GovernanceStatus
from publishing.tables.influence import Influence
from publishing.tables.ledger import LedgerTable
from publishing.tables.left_out import LeftOut
from publishing.tables.multiverse import MultiverseOptions, MultiverseTable
from publishing.tables.multiverse_decisions import MultiverseDecisions
from publishing.tables.protocol_table import ProtocolTable
from publishing.tables.recorded import Recorded
from publishing.tables.register import Register
from publishing.tables.regressions import Regressions
from publishing.tables.results import Results
from publishing.tables.small_study import SmallStudy
from publishing.tables.state import State
from publishing.tables.subgroups import Subgroups
from publishing.tables.subsets import Subsets
from publishing.tables.summary_of_findings import SummaryOfFindings
from publishing.tables.synthesis_summary import Syntheses
from publishing.tables.tally import Tally
from publishing.tables.thresholds import ThresholdsTable

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
