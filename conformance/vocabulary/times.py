"""Times as records write them: UTC, ISO 8601, milliseconds, a ``Z`` at the end."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def timestamp(seconds: float) -> str:
    """Return seconds since the epoch as a time of a record."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc_now() -> str:
    """Return the time of day as a time of a record."""
    return timestamp(time.time())
