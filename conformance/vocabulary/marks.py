"""Tables in Markdown pages that are made again between two marks."""

from __future__ import annotations


def between(page: str, begin: str, end: str, made: str) -> str:
    """Return the page with what is between its two marks replaced; ValueError without marks."""
    before, first, rest = page.partition(begin)
    _, second, after = rest.partition(end)
    if not first or not second:
        raise ValueError(f"no line {begin} with {end} behind it")
    return f"{before}{begin}\n\n{made}\n{end}{after}"
