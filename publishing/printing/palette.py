"""The colours of the figures: each with its twin on a dark page. The tokens of css/review.css."""

from __future__ import annotations

INK = "#1b2327"
QUIET = "#4f5e65"
FILL = "#12505f"
MIDDLE = "#8fa3ab"
SOFT = "#c9d3d7"
FAINT = "#dfe6e8"
PAPER = "#ffffff"
HARM = "#b5651d"
SERIES = (FILL, HARM, "#7a4f9a", "#4d7a1f", "#a83a62", "#2f6db5")
"""One colour a product, in the order in which the evidence names them; others are QUIET."""
TWINS = {
    INK: "#e4eaec",
    QUIET: "#a5b3b9",
    FILL: "#7cc4d4",
    MIDDLE: "#5d7078",
    SOFT: "#3a474d",
    FAINT: "#2b363b",
    PAPER: "#12181b",
    HARM: "#e9a35b",
    SERIES[2]: "#c6a3e0",
    SERIES[3]: "#a9cf7c",
    SERIES[4]: "#eb9bb8",
    SERIES[5]: "#8fbdf0",
}
