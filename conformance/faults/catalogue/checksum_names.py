"""What faults of checksums speak of: their headers and elements, and how one is falsified."""

from __future__ import annotations

from typing import Final

from conformance.reference.rules.checksum import LENGTHS

CHECKSUM_HEADERS: Final = tuple(f"x-amz-checksum-{name.lower()}" for name in LENGTHS)
CHECKSUM_ELEMENTS: Final = tuple(f"Checksum{name}" for name in LENGTHS)


def another_checksum(value: str | None) -> str | None:
    """Return another value of the same form."""
    if not value:
        return value
    return ("B" if value[0] == "A" else "A") + value[1:]
