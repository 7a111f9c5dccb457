"""Tests of the operations on objects."""
