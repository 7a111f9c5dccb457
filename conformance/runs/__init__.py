"""One run, from the first check of the target to the last report."""
