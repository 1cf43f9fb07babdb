"""Tables and figures by name: each a specification of the review, drawn by its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from publishing.displays.registry import figure_makers, load_displays, table_makers
    from publishing.displays.specification import Specification

__all__ = ["Specification", "figure_makers", "load_displays", "table_makers"]


def __getattr__(name: str) -> Any:
    # The registry knows every kind, and every kind imports from here: it is read when asked for.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from publishing.displays import registry

    return getattr(registry, name)
