"""Tests of the room that turns records into reports."""
