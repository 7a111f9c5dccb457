"""Tests of `conformance.baseline`."""
