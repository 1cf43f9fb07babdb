"""Executes the documents once and lets an engine, built in or Quarto, set each edition."""
