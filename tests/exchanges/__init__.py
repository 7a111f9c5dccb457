"""Tests of `conformance.exchanges`."""
