"""Answers questions with what the review holds, and finds passages: an index, one ranking.

The index is written with the pages as classic scripts. The ranking is one script too
(`_extensions/review/html/ranking.js`): the page runs it, and the command line runs the same.
"""
