"""What is chosen before anything is sent."""

from __future__ import annotations

import pytest

from conformance.runs.errors import UsageError
from conformance.runs.options import RunOptions
from conformance.runs.selection import make_selection


def test_a_bucket_without_a_name_is_never_taken_for_none() -> None:
    """Whoever lends a bucket does not get buckets made instead, whichever face they use."""
    with pytest.raises(UsageError, match="--bucket is empty"):
        make_selection(RunOptions(bucket=""))
