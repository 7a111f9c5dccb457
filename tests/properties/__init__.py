"""Tests of the property tests."""
