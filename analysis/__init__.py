"""Evidence in, statistics out: syntheses by protocol, robustness, certainty, the ledger."""
