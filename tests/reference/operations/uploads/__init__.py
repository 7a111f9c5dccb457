"""Tests of the operations on uploads."""
