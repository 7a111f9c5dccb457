"""Tests of `conformance.reproduce`."""
