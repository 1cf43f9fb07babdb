"""What all tables and figures of a review share; `publishing.catalogue` reads them by name."""
