"""What ``pytest --pyargs conformance.suite`` collects: the two test functions, nothing else."""
