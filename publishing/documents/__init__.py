"""What the cells of documents may call, and whether documents are in order."""
