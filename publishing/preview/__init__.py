"""Shows a page while it is written: sets what was saved, serves it here, names what is wrong."""
