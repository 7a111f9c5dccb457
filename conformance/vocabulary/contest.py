"""Where a FAIL can be contested: the one line with which each of them ends."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

PROJECT: Final = "https://github.com/s3-conformance/s3-conformance"
PAGE: Final = f"{PROJECT}/blob/main/docs/contest.md"
"""What we promise to whoever contests a FAIL."""
FORM: Final = "contest.yml"


def contest_url(test_id: str = "") -> str:
    """Return the address of the form, with the test filled in."""
    # An id of a stranger's record may hold what is no Unicode.
    name = test_id.encode("utf-8", "backslashreplace")
    field = f"&test={quote(name, safe='')}" if test_id else ""
    return f"{PROJECT}/issues/new?template={FORM}{field}"


def contest_line(test_id: str = "") -> str:
    """Return the last line of a FAIL: where to contest it."""
    return f"Contest it: {contest_url(test_id)}"
