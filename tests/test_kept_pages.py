"""Pages that are kept: set among stand-ins as among whole chapters, the hashes put back last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from analysis.kept import Keeping, Steps
from publishing.manuscript.extension import EXTENSION
from publishing.render.built_in import set_edition
from publishing.render.executed import Executed
from publishing.render.kept_pages import KeptPages
from publishing.render.markdown import for_edition
from publishing.render.pandoc import STAND_INS, resolve_book
from publishing.render.stamps import Stamp
from publishing.site.kept_texts import KeptTexts

FIRST = "# First {#sec-first}\n\nSee @sec-second and @tbl-two.\n"
SECOND = """# Second {#sec-second}

## Part {#sec-part}

::: {#tbl-two}
| a | b |
|---|---|
| 1 | 2 |

A caption
:::
"""
CONDITIONS = """# Title {#sec-title}

Both read this.
[Only the board reads this.]{.content-visible when-profile="board"}
And both read this.

::: {.content-visible when-profile="board"}

Hidden, with a fence:

```
:::
```

::: {.note}
Hidden too.
:::

:::

::: {.content-hidden when-profile="board"}
Read by all others.
:::

After.
"""


def pages(
    root: Path, folder: Path, steps: Steps, *texts: str
) -> tuple[list[bytes], list[list[str]]]:
    """The bodies of these documents, and the documents that were set whole in each run."""
    sources = [Executed(f"{name}.qmd", text) for name, text in zip("ab", texts, strict=False)]
    metadata = {"lang": "en", "chapters": [{"path": one.path, "part": ""} for one in sources],
                "edition": "patient"}  # fmt: skip
    runs: list[list[str]] = []

    def set_(documents: Sequence[Executed]) -> tuple[dict[str, bytes], Path]:
        work = folder / f"run-{len(list(folder.iterdir()))}"
        work.mkdir()
        runs.append([one.path for one in documents if not one.stands_in])
        bodies = set_edition(root / EXTENSION, work, documents, metadata)
        return {one.path: one.body.encode() for one in bodies}, work / STAND_INS

    shared = {"the format": "1", "the program": "1"}
    return KeptPages(steps, "the edition", sources, shared, set_).made(), runs


def test_a_page_is_set_again_when_its_text_or_what_it_needs_of_others_changes(
    root: Path, tmp_path: Path
) -> None:
    steps, work = Steps(tmp_path / "kept"), tmp_path / "work"
    work.mkdir()
    before, runs = pages(root, work, steps, FIRST, SECOND)
    assert runs == [["a.qmd", "b.qmd"]]
    assert pages(root, work, steps, FIRST, SECOND) == (before, [])
    longer = SECOND + "\nMore is to follow.\n"
    after, runs = pages(root, work, steps, FIRST, longer)
    assert runs == [["b.qmd"]]
    assert after[0] == before[0]
    assert after == pages(root, work, Steps(), FIRST, longer)[0]
    moved = SECOND.replace(
        "{#tbl-two}", "{#tbl-one}\n| c |\n|---|\n| 3 |\n\nOther\n:::\n\n::: {#tbl-two}"
    )
    after, runs = pages(root, work, steps, FIRST, moved)
    assert runs == [["b.qmd"], ["a.qmd"]]
    assert "Table\N{NO-BREAK SPACE}2.2" in after[0].decode()
    assert after == pages(root, work, Steps(), FIRST, moved)[0]


@pytest.mark.parametrize("edition", ["board", "patient"])
def test_what_an_edition_hides_is_not_read_and_nothing_else_is_lost(
    root: Path, tmp_path: Path, edition: str
) -> None:
    metadata = {"lang": "en", "chapters": [{"path": "a.qmd", "part": ""}], "edition": edition}
    found = []
    for number, text in enumerate((CONDITIONS, for_edition(CONDITIONS, edition, "html"))):
        work = tmp_path / str(number)
        work.mkdir()
        (work / "a.md").write_text(text)
        found.append(resolve_book(root / EXTENSION, work, [work / "a.md"], metadata).read_text())
    assert found[0] == found[1]
    assert ("Hidden" in for_edition(CONDITIONS, edition, "html")) == (edition == "board")
    longer = CONDITIONS.replace("Hidden too.", "Hidden too.\n\nAnd more of it.")
    same = for_edition(longer, edition, "html") == for_edition(CONDITIONS, edition, "html")
    assert same == (edition == "patient")


def test_a_page_of_other_hashes_is_the_same_page(tmp_path: Path) -> None:
    steps, made = Steps(tmp_path), []

    def make(text: str) -> bytes:
        made.append(text)
        return f"<b>{text}</b>".encode()

    for content, build in (("1" * 64, "2" * 64), ("3" * 64, "4" * 64)):
        kept = KeptTexts(Keeping(steps), Stamp(content, build))
        page = f"{content} {content[:16]} {content[:12]} {build[:12]}"
        assert kept.stamp.put(kept.make("a", page, make).decode()) == f"<b>{page}</b>"
    assert len(made) == 1
