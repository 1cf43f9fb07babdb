"""Evidence in, statistics out."""
