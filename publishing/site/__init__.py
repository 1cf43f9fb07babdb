"""Writes the site of rendered chapters: pages, cards, questions, versions, manifest."""
