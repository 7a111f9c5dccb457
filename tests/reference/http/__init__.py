"""Tests of the HTTP side of the reference."""
