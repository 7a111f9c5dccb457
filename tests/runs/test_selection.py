"""What is chosen before anything is sent."""

from __future__ import annotations

import pytest

from conformance.runs.options import RunOptions
from conformance.vocabulary.text import OptionError


def test_a_bucket_without_a_name_is_never_taken_for_none() -> None:
    """Whoever lends a bucket does not get buckets made instead, whichever face they use."""
    with pytest.raises(OptionError, match="--bucket is empty"):
        RunOptions(bucket="")
