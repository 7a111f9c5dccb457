"""Earlier catalogues: renamed ids, digests of expectations, corrections, and who failed."""
