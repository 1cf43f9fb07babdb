"""What a site adds to rendered chapters: cards, questions, versions, manifest."""
