"""The kinds of tables, a module each."""
