"""Tests of the room of real clients."""
