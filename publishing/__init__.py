"""The documents, what they may print, and the command that renders them."""
