"""A kernel that stays, and runs of a document only the code that was not run before."""

from __future__ import annotations

import ast
import re
from copy import deepcopy
from typing import Any

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from publishing.render.execute import RESET_KERNEL

LINE_NUMBERS = re.compile(r"\[\d+, ")  # of inline code, told for the sake of messages
TERMS = re.compile(r"\b(?:term|meanings)\(")  # a term said here is listed below
WARM = """
from publishing.documents import calls, proof
from publishing.documents.catalogue import FIGURE_KINDS, TABLE_KINDS
kinds = [*TABLE_KINDS.values(), *FIGURE_KINDS.values()]
from publishing.preview.forget import forget
from publishing.preview.kept_calls import take_up
forget()
take_up()
"""


class RememberingClient(NotebookClient):
    """Shows again what a piece of code showed, if the code that binds names before it is as it was.

    Code that binds names or says terms is run again before the first piece that must be run.
    """

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.shown: dict[tuple[str, ...], list[Any]] = {}
        self.before: tuple[str, ...] = ()
        self.owed: list[str] = []

    async def async_execute_cell(
        self,
        cell: Any,
        cell_index: int,
        execution_count: int | None = None,
        store_history: bool = True,
    ) -> Any:
        """Run a piece of code, or put what it showed into `cell`."""
        code = str(cell.source)
        if code == RESET_KERNEL:
            self.before, self.owed = (), [code]
            return cell
        lasting = is_lasting(code)
        before = (*self.before, code) if lasting else self.before
        key = (*self.before, LINE_NUMBERS.sub("[0, ", code))
        if key in self.shown:
            cell.outputs = deepcopy(self.shown[key])
            self.owed += [code] if lasting else []
        else:
            await self._pay()
            await super().async_execute_cell(cell, cell_index, execution_count, store_history)
            if not _failed(cell.outputs):
                self.shown[key] = deepcopy(cell.outputs)
        self.before = before
        return cell

    async def _pay(self) -> None:
        """Run what was passed over and leaves something behind."""
        owed, self.owed = self.owed, []
        for code in owed:
            cell: Any = new_code_cell(code)  # type: ignore[no-untyped-call]
            self.nb.cells.append(cell)
            await super().async_execute_cell(cell, len(self.nb.cells) - 1)

    async def forget(self) -> None:
        """Run everything anew from now on: the evidence has changed."""
        self.shown.clear()
        self.owed = [WARM]
        await self._pay()


def is_lasting(code: str) -> bool:
    """Whether later code may depend on this: it does more than call what shows something."""
    only_calls = all(isinstance(node, ast.Expr) for node in ast.parse(code).body)
    return not only_calls or bool(TERMS.search(code)) or ":=" in code


def _failed(outputs: list[Any]) -> bool:
    """Whether inline code failed: its message names a line, which moves with the text."""
    return any('"error"' in repr(output).replace("'", '"') for output in outputs)
