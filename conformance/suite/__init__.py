"""The pytest face: collects the catalogue's tests, runs them on workers, keeps the record."""
