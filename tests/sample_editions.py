"""The sample review in two editions, one for nurses: a short and a long form of one book."""

from __future__ import annotations

from pathlib import Path

from tests.sample_review import copy_sample

COMMON = """
project: {type: book, execute-dir: project}
profile:
  group:
    - [full, nurse]
book: {title: A sample review}
csl: _extensions/review/numbered.csl
"""
FULL = """
audience: Researcher
project: {output-dir: _site}
book:
  output-file: review
  chapters:
    - index.qmd
    - part: Findings
      chapters: [report/efficacy.qmd, report/safety.qmd]
    - report/references.qmd
"""
NURSE = """
audience: Nurse & carer
project: {output-dir: _site/nurse}
book:
  output-file: review-nurse
  chapters: [index.qmd, report/plain.qmd, report/references.qmd]
"""
INDEX = """---
engine: jupyter
---

# Summary {#sec-summary}

```{python}
#| include: false
from sample_document import claim, sources
```

All read `{python} claim("orr.first")` `{python} sources("orr.first")`.
Here [stands @tbl-response]{.content-visible when-profile="full"}.

::: {.content-hidden unless-profile="nurse"}
Nurses read `{python} claim("orr.second")`.
:::

:::: {.content-visible when-profile="full"}

## Long form {#sec-long}

Researchers read `{python} claim("orr.second")` twice: `{python} claim("orr.second")`.

::::
"""
PLAIN = """---
topic: report/efficacy.qmd
---

# In plain words {#sec-plain}

See @sec-summary.
"""


def copy_editions(place: Path) -> Path:
    """A copy of the sample as two editions."""
    root = copy_sample(place)
    texts = {"_quarto.yml": COMMON, "_quarto-full.yml": FULL, "_quarto-nurse.yml": NURSE,
             "index.qmd": INDEX, "report/plain.qmd": PLAIN}  # fmt: skip
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")
    return root
