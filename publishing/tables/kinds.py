"""The kinds of tables, by the name a specification gives."""

from __future__ import annotations

from collections.abc import Mapping

from publishing.displays.specification import TableSpecification
from publishing.tables.register import Register

TABLE_KINDS: Mapping[str, type[TableSpecification]] = {"register": Register}
