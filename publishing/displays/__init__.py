"""Tables and figures by name: each a specification of the review, drawn by its kind."""

from publishing.displays.registry import figure_makers, load_displays, table_makers
from publishing.displays.specification import Specification

__all__ = ["Specification", "figure_makers", "load_displays", "table_makers"]
