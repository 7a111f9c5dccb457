"""Ground: words, verdicts and texts that every room shares."""
