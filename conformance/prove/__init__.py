"""The proof: plants faults in the reference, and checks which scenarios catch them."""
