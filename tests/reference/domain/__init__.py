"""Tests of what the reference knows."""
