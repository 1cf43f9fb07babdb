"""The kinds of figures, a module each, and what several of them draw alike."""
