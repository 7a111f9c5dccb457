"""Tests of the operations on directory buckets."""
