"""Answers questions with what the review holds, and finds passages: an index, one ranking.

The index is written with the pages as classic scripts. The ranking is a few scripts too
(`language.js`, `question.js`, `intent.js`, `documents.js` and `ranking.js` in
`_extensions/review/html/`): the page runs them, and the command line runs the same.
"""
