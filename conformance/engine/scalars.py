"""Compares single values in the different forms that headers, XML and members have.

A header carries every number as text, botocore's parser turns some members into numbers, booleans
and times, and a scenario writes whatever reads best. Nothing is rounded and no case is folded.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_TRUTH = {True: "true", False: "false"}


def equal(actual: object, expected: object) -> bool:
    """Return whether two values are equal, each in its own form (text, number or time)."""
    if type(actual) is type(expected):
        return actual == expected
    if isinstance(actual, datetime) or isinstance(expected, datetime):
        moment = as_time(actual)
        return moment is not None and moment == as_time(expected)
    if isinstance(actual, bytes) and isinstance(expected, str):
        return actual == expected.encode()
    if isinstance(actual, bool) or isinstance(expected, bool):
        return _truth(actual) is not None and _truth(actual) == _truth(expected)
    if isinstance(actual, int | float) and isinstance(expected, int | float):
        return actual == expected
    if isinstance(actual, str) and isinstance(expected, int | float):
        return actual == str(expected)
    if isinstance(actual, int | float) and isinstance(expected, str):
        return str(actual) == expected
    return False


def _truth(value: object) -> str | None:
    if isinstance(value, bool):
        return _TRUTH[value]
    return value if isinstance(value, str) else None


def compared(actual: object, expected: object) -> int | None:
    """Return -1, 0 or 1 as ``actual`` is less than, equal to or greater than ``expected``.

    None when the two can't be ordered: both must be numbers (or text that is one) or both times.
    """
    left, right = as_number(actual), as_number(expected)
    if left is not None and right is not None:
        return (left > right) - (left < right)
    earlier, later = as_time(actual), as_time(expected)
    if earlier is not None and later is not None:
        return (earlier > later) - (earlier < later)
    return None


def as_number(value: object) -> int | float | None:
    """Return a number, also from text that is one; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and len(value) <= 30:
        for kind in (int, float):
            try:
                return kind(value)
            except ValueError:
                continue
    return None


def as_time(value: object) -> datetime | None:
    """Return a time, also from ISO 8601 or HTTP text; None for anything else. Without zone: UTC."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if not isinstance(value, str) or not 8 <= len(value) <= 40:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(value)
        except (ValueError, TypeError):
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
