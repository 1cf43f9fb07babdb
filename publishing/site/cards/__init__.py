"""Evidence cards: what a reader gets who opens a printed claim where it stands."""

from __future__ import annotations

from publishing.site.cards.content import ClaimCards
from publishing.site.cards.placement import add_cards, addresses_of_site

__all__ = ["ClaimCards", "add_cards", "addresses_of_site"]
