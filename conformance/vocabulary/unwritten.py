"""What stands where only a person can write: why a failure is accepted, or what a draft shows.

New baseline entries and drafted scenarios are made from what was seen. Their reasons, rules and
sources are not seen; until somebody writes them, `TODO` stands in their place, which people search
their files for and ``lint`` and ``baseline check --strict`` report.
"""

from __future__ import annotations

from typing import Final

TODO: Final = "TODO"
"""In the place of an id, such as that of a rule; at the beginning of a text."""


def unwritten(seen: str) -> str:
    """Return a text that says what was seen, where somebody has to write why."""
    return f"{TODO}: {seen}"


def is_unwritten(text: str) -> bool:
    """Return whether nobody has written a text yet."""
    return text.startswith(TODO)
