"""Servers that behave as badly as they can, and what a run comes to against each of them."""
