"""Tests of `conformance.runs`."""
