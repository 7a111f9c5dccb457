"""Suites of other projects against the reference: `python -m tests.outside SUITE CHECKOUT`.

Nothing of them is kept here: a checkout is given by path, and has to be at the commit that its
list of known differences names.
"""
