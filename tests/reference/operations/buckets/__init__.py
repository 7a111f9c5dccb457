"""Tests of the operations on buckets."""
