"""Tests of the header and body rules of the reference endpoint."""
