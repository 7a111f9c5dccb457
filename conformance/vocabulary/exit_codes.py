"""What a command ends in, and what that says: one definition for every room."""

from __future__ import annotations

from enum import IntEnum
from typing import Self


class ExitCode(IntEnum):
    """The exit code of a command; each is a number too, as it is in a record."""

    EXPECTED = (0, "as expected")
    DIFFERS = (1, "differs from what was expected")
    USAGE = (2, "usage, scenario, profile or baseline error")
    UNREACHABLE = (3, "the endpoint could not be reached")
    OUR_FAULT = (4, "s3-conformance itself failed")
    NOTHING_SELECTED = (5, "nothing was selected")

    meaning: str
    """Half a sentence for legends."""

    def __new__(cls, code: int, meaning: str = "") -> Self:
        """Make a member out of its number and what it means."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member
