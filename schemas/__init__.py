"""The evidence tables: their columns, the rules across them, and how they are read."""
