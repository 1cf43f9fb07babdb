"""Approval: what a board decides on, its decisions, their signatures, and the status from them."""
