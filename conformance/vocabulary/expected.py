"""What a test expects, as digests: how an upgrade of the suite is told from a change of a server.

Written as words with spaces between them: eight digits over all that the test expects, four over
its requests, then four for each check that it makes. Two tests with the same first word expect the
same; a check whose word is in both was made of the same requests, and compared with the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WHOLE: Final = 8
"""Digits of the first word."""
PART: Final = 4
"""Digits of every other word."""
_DIGITS: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Expected:
    """The digests of one test."""

    whole: str
    requests: str = ""
    """Over capabilities, bucket, given and all steps without what is expected of their answers."""
    checks: tuple[str, ...] = ()
    """In the order of the steps: of each the request, then the checks."""

    def __str__(self) -> str:
        """Return the words."""
        return " ".join(filter(None, (self.whole, self.requests, *self.checks)))


def read_expected(text: str) -> Expected | None:
    """Return the digests that a text holds; None for the empty one. ValueError for any other."""
    if not text:
        return None
    whole, *parts = text.split()
    lengths = [len(whole) == WHOLE, *(len(part) == PART for part in parts)]
    if not all(lengths) or not _DIGITS.issuperset("".join((whole, *parts))):
        raise ValueError("8 hexadecimal digits, then 4 for each part")
    return Expected(whole, parts[0] if parts else "", tuple(parts[1:]))
