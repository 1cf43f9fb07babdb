"""Files of the format that are copied beside the pages as they are."""

from __future__ import annotations

OF_PAGES = (
    "css/review.css",
    "css/site.css",
    "css/versions.css",
    "css/explorer.css",
    "css/figures.css",
    "html/theme.js",
    "html/site.js",
    "html/tables.js",
    "html/figures.js",
    "html/explorer-chart.js",
    "html/explorer.js",
    "html/versions.js",
    "css/audience.css",
    "html/audience.js",
)
OF_CARDS = ("css/cards.css", "html/cards.js")
LOADED = ("search", "ask", "trail")
RANKING = (
    "language", "spelling", "unknown", "question", "intent", "asides", "reading", "documents",
    "scoring", "answer", "ranking",
)  # fmt: skip
OF_SEARCH = (
    "css/search.css",
    "html/minisearch/minisearch.js",
    "html/minisearch/LICENSE.txt",
    "html/wordnet-license.txt",
    *(f"html/{name}.js" for name in RANKING),
    *(f"html/{name}.js" for name in LOADED),
)
