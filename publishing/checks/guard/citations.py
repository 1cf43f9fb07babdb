"""The rule of citations: a paragraph that prints a claim cites a source of it."""

from __future__ import annotations

from collections.abc import Iterator

from publishing.checks.guard.claim_facts import Claims
from publishing.checks.guard.prose import Prose
from publishing.manuscript.context import line_problem
from schemas.problems import Problem


def uncited(prose: Prose, claims: Claims) -> Iterator[Problem]:
    """Each paragraph that prints a claim with sources by `claim(...)` and cites nothing."""
    for paragraph in prose.paragraphs:
        if paragraph.cited:
            continue
        lines = {name: line for line, name in reversed(paragraph.own)}
        named = [record.id for record in claims.known(lines) if record.citekeys]
        if named:
            first = min(named, key=lines.__getitem__)
            asked = ", ".join(f'"{name}"' for name in lines if name in named)
            what = f"the paragraph prints the claim {first} and cites no source"
            action = "end it with `{python} sources(" + asked + ")`"
            yield line_problem(paragraph.file, lines[first], what, action)
