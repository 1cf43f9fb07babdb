"""What all tables and figures of a review share; `documents.catalogue` reads them by name."""
