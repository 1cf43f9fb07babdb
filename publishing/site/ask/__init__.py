"""Answers questions with what the review holds, and finds passages: an index, one ranking.

The index is written with the pages as classic scripts. The ranking is a few scripts too
(`RANKING` in `site/assets.py`; they stand in `_extensions/review/html/`): the page runs them, and
the command line runs the same.
"""
