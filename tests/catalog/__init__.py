"""Tests of the catalogue: reading, lint, expansion, selection, explanations, schemas."""
