"""Tests of the reference's HTTP face."""
