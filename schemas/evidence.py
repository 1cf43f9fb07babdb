"""All evidence at once: every table, the review's definition, the bibliography.

What was kept of evidence holds its cells as they are; Pandas is asked for frames alone.
`schemas.reading_evidence` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from schemas.named_tables import NAMES, Tables
from schemas.phrases import Phrase, with_shared_phrases
from schemas.table_rows import TableRows

if TYPE_CHECKING:
    import pandas as pd

    from schemas.bibliography import Bibliography
    from schemas.review import Review
    from schemas.tables import Table


@dataclass(frozen=True)
class Evidence(Tables):
    """One frame a table, the review's definition, the bibliography.

    Frames have passed their model and are indexed by spreadsheet row (the header is row 1).
    `texts` holds the same cells as written, for the digits a source printed.
    """

    review: Review
    bibliography: Bibliography
    texts: Mapping[str, pd.DataFrame]

    @cached_property
    def rows(self) -> Mapping[str, TableRows]:
        """Every table by its name, for looking up rows."""
        return {name: TableRows(getattr(self, name)) for name in NAMES}

    @cached_property
    def written(self) -> Mapping[str, TableRows]:
        """The same of the cells as written."""
        return {name: TableRows(frame) for name, frame in self.texts.items()}

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """Every table by its name, with the columns that the review adds."""
        from schemas.registry import tables_of

        return tables_of(self.review)

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """The word lists: those of every review and what this one adds or takes otherwise."""
        return with_shared_phrases(self.rows["wording"])

    def __getstate__(self) -> dict[str, Any]:
        """What is kept of it: its rows, which hold the frames too."""
        kept = ("review", "bibliography", "rows", "written")
        return {name: getattr(self, name) for name in kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """A frame of what was kept, made when it is first asked for."""
            if name == "texts":
                found = {name: rows.frame for name, rows in self.written.items()}
            elif name in NAMES:
                found = self.rows[name].frame
            else:
                raise AttributeError(name)
            self.__dict__[name] = found
            return found
