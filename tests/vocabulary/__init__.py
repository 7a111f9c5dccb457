"""Tests of `conformance.vocabulary`."""
