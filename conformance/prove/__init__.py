"""The proof: planted faults of the reference against the scenarios, and what catches what."""
