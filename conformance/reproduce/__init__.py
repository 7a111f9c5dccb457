"""A test as one file of Python's standard library, which a maintainer runs without this suite."""
