"""The kinds of tables, by the name a specification gives."""

from __future__ import annotations

from collections.abc import Mapping

from publishing.displays.specification import TableSpecification
from publishing.tables.agreement import Agreement
from publishing.tables.cohort_lines import CohortLines
from publishing.tables.cohorts import Cohorts
from publishing.tables.left_out import LeftOut
from publishing.tables.register import Register
from publishing.tables.results import Results
from publishing.tables.syntheses import Syntheses
from publishing.tables.tally import Tally

TABLE_KINDS: Mapping[str, type[TableSpecification]] = {
    "agreement": Agreement,
    "cohort-lines": CohortLines,
    "cohorts": Cohorts,
    "left-out": LeftOut,
    "register": Register,
    "results": Results,
    "syntheses": Syntheses,
    "tally": Tally,
}
