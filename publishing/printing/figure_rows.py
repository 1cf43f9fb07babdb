"""The evidence rows that a figure draws, as a table that a reader may download."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from analysis.review_data import ReviewData
from publishing.printing.cells import forms_of, measure_of, row_of
from publishing.printing.cohort_names import printed_format, short_name
from publishing.printing.rows_in_words import KINDS, describe_row
from schemas.rounding import significant

HEAD = ("row", "cohort", "measured", "result", "events", "n", "value", "lower", "upper", "source")


def rows_as_csv(data: ReviewData, references: Sequence[str]) -> str:
    """A line a row that holds a figure, each once; nothing where there is none.

    `result` is the value with its interval as the review prints it; value and limits have the
    digits they are drawn with, and an unknown one is empty.
    """
    rows = [row for row in dict.fromkeys(references) if row.partition(":")[0] in KINDS]
    if not rows:
        return ""
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEAD)
    for reference in rows:
        row, measure = row_of(data, reference), measure_of(data, reference)
        writer.writerow((
            reference, short_name(data, str(row["arm_id"]), 60),
            describe_row(data, reference.partition(":")[0], row),
            forms_of(data, reference, printed_format(data, reference)).short,
            measure.events, measure.n,
            *(None if number is None else significant(float(number), 6)
              for number in (measure.value, measure.lower, measure.upper)),
            row["citekey"],
        ))  # fmt: skip
    return stream.getvalue()
