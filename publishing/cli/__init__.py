"""The command line: one short function a verb; what it does stands in the rooms below."""
