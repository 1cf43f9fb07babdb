"""Names whose last part is short, a letter or a digit after a hyphen, stay on one line of a page.

Paper does the same (`review-short-part` in typst-template.typ). A span changes nothing of what is
copied, searched or read aloud.
"""

from __future__ import annotations

import re

SILENT = "script|style|title|svg|code|pre|textarea|option"
TAGS = rf"<({SILENT})\b.*?</\1>|<[^>]*>"
NAME = r"(?<![\w/.:?=&%#-])[^\W_]+-[^\W_]{1,3}(?![\w/-]|\.\w)"  # of no address or identifier
PARTS = re.compile(f"{TAGS}|{NAME}", re.DOTALL)


def keep_names_whole(html: str) -> str:
    """The page with each such name in a span that does not break."""
    return PARTS.sub(_kept, html)


def _kept(found: re.Match[str]) -> str:
    text = found[0]
    return text if text.startswith("<") else f'<span class="whole">{text}</span>'
