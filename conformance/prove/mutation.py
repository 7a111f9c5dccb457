"""x"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.reference.faults.model import Fault


def mutations() -> Iterator[Fault]:
    """Yield."""
    yield from ()
