"""What all tables and figures of a review share; `publishing.documents.catalogue` reads them by name."""
