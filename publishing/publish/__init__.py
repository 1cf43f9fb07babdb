"""The published folder: every version at its own address for good, and which one is newest."""
