"""Evidence cards: what a reader gets when a printed claim is opened where it stands."""

from __future__ import annotations

from publishing.site.cards.content import Deck
from publishing.site.cards.placement import add_cards

__all__ = ["Deck", "add_cards"]
