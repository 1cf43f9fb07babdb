"""What is wrong, as a panel on the page: the words that `validate` would use."""

from __future__ import annotations

import re
from html import escape

from schemas.problems import Problem, ReviewError, count_of

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">\n?')
OWN_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"
HEAD = (
    '<link rel="stylesheet" href="/_preview/preview.css">\n'
    '<script defer src="/_preview/preview.js"></script>\n'
)
ALONE = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Preview</title>'
    '<link rel="icon" href="data:,">\n</head>\n<body>\n</body></html>\n'
)
BODY = re.compile(r"<body[^>]*>")


def panel(error: ReviewError | None, good: bool) -> str:
    """The panel of an error, empty where there is none; `good`: an earlier page stands below."""
    if error is None:
        return '<aside id="preview" hidden></aside>'
    told = "".join(map(_item, sorted(set(error.problems))))
    told = f"<ol>{told}</ol>" if told else f"<pre>{escape(str(error))}</pre>"
    head = count_of(len(set(error.problems)) or 1, "problem")
    below = "<p>Below stands the page as it was last good.</p>" if good else ""
    return f'<aside id="preview" role="alert"><h2>{head}</h2>{told}{below}</aside>'


def _item(problem: Problem) -> str:
    place = escape(" ".join(part for part in (problem.file, problem.place) if part))
    more = (("expected", problem.expected), ("to do", problem.action))
    lines = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in more if text)
    told = f"<dl>{lines}</dl>" if lines else ""
    return f"<li><code>{place}</code><p>{escape(problem.what)}</p>{told}</li>"


def with_panel(page: str, shown: str, host: str) -> tuple[str, str]:
    """A page with the panel and the script that reloads it, and the policy it is served with.

    The page's own policy lets nothing connect; this one adds the preview's own host.
    """
    page = page or ALONE
    found = POLICY.search(page)
    policy = found[1] if found else OWN_POLICY
    page = POLICY.sub("", page).replace("</head>", f"{HEAD}</head>", 1)
    page = BODY.sub(lambda body: f"{body[0]}\n{shown}", page, count=1)
    return page, f"{policy}; connect-src 'self' ws://{host}"
