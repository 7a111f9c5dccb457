"""Property tests: strategies, properties, the state machine, races, and counter-examples."""
