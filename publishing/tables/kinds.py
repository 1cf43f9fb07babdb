"""The kinds of tables, by the name a specification gives."""

from __future__ import annotations

from collections.abc import Mapping

from publishing.displays.specification import TableSpecification
from publishing.tables.cohort_lines import CohortLines
from publishing.tables.register import Register

TABLE_KINDS: Mapping[str, type[TableSpecification]] = {
    "cohort-lines": CohortLines,
    "register": Register,
}
