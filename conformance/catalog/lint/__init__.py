"""Checks of spec files, each mistake with its place."""
