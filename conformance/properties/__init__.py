"""Property-based tests: strategies, laws, the machine, races; counter-examples as scenarios."""
