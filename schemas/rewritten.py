"""What a spreadsheet program does to a table by opening and saving it, told from the table alone.

Excel and LibreOffice read 68.0 as the number 68 and 150e6 as 150000000, and save what they read.
Which figures a source printed with a final zero is then lost, and nobody has changed a cell.
"""

from __future__ import annotations

import re

import pandas as pd

from schemas.problems import Problem
from schemas.tables import Table, row_label

MANY = 100
"""So many figures with decimals: among printed ones several end in a zero (about one in 20)."""
WRITTEN_OUT = re.compile(r"[1-9]\d*0{4,}|\d(\.\d+)?E\+?\d+")
AMOUNTS = ("dose",)
"""Columns of text that hold amounts such as 150e6."""
UNDO = (
    "take the file back as it was before that program saved it (`git restore {file}`), and open it "
    "with Data, From Text/CSV (Excel) or the import window (LibreOffice), all columns as text"
)


def find_rewritten(table: Table, text: pd.DataFrame) -> list[Problem]:
    """One problem for a table that a spreadsheet program has rewritten."""
    said = [part for part in (_zeros(table, text), _amounts(table, text)) if part]
    if not said:
        return []
    what = "a spreadsheet program (Excel, LibreOffice, Numbers) has changed figures: "
    action = UNDO.format(file=table.file)
    expected = "figures with the digits that the source prints"
    return [Problem(table.file, what=what + "; ".join(said), expected=expected, action=action)]


def _zeros(table: Table, text: pd.DataFrame) -> str:
    numbers = [name for name in text.columns if table.is_number(name) and not table.is_whole(name)]
    cells = [cell for name in numbers for cell in text[name].dropna().tolist()]
    decimals = [cell for cell in cells if re.fullmatch(r"-?\d+[.,]\d+", cell)]
    if len(decimals) < MANY or any(cell.endswith("0") for cell in decimals):
        return ""
    return f"none of {len(decimals)} figures with decimals ends in 0 any more (68.0 became 68)"


def _amounts(table: Table, text: pd.DataFrame) -> str:
    found = [
        (int(row), str(cell))
        for name in AMOUNTS
        if name in text.columns
        for row, cell in zip(text.index, text[name].fillna("").tolist(), strict=True)
        if WRITTEN_OUT.fullmatch(str(cell))
    ]
    if not found:
        return ""
    row, cell = found[0]
    amounts = f"{len(found)} amounts are written out" if len(found) > 1 else "an amount is"
    return f"{amounts}, such as {cell} in row {row_label(table, text, row)} for a power of ten"
