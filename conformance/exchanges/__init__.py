"""What somebody saw, a request and its answer, as the draft of a scenario or of a source."""
