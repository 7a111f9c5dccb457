"""Conditions of reads and of copy sources."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from conformance.reference.domain.messages import S3Error
from conformance.reference.rules.conditions import check_copy_source, check_read

from .building import NOW, asked

STORED = datetime(2026, 2, 1, 10, 0, 0, 500_000, tzinfo=UTC)
BEFORE = "Sat, 31 Jan 2026 10:00:00 GMT"
SAME = "Sun, 01 Feb 2026 10:00:00 GMT"
AFTER = "Mon, 02 Feb 2026 10:00:00 GMT"
FUTURE = "Fri, 01 Jan 2100 00:00:00 GMT"

MATCH, NONE_MATCH = "If-Match", "If-None-Match"
SINCE, UNMODIFIED = "If-Modified-Since", "If-Unmodified-Since"

CASES: dict[str, tuple[dict[str, str], str | None]] = {
    "match": ({MATCH: '"etag"'}, None),
    "match-unquoted PRE-013": ({MATCH: "etag"}, None),
    "match-any": ({MATCH: "*"}, None),
    "match-one-of": ({MATCH: '"x", "etag"'}, None),
    "match-other UPC-016": ({MATCH: '"x"'}, MATCH),
    "none-match-other": ({NONE_MATCH: '"x"'}, None),
    "none-match UPC-017": ({NONE_MATCH: '"etag"'}, NONE_MATCH),
    "none-match-any": ({NONE_MATCH: "*"}, NONE_MATCH),
    "since-before": ({SINCE: BEFORE}, None),
    "since-same-second UPC-018": ({SINCE: SAME}, SINCE),
    "since-after UPC-018": ({SINCE: AFTER}, SINCE),
    "since-future UPC-023": ({SINCE: FUTURE}, None),
    "since-nonsense UPC-024": ({SINCE: "nonsense"}, None),
    "unmodified-after": ({UNMODIFIED: AFTER}, None),
    "unmodified-same-second": ({UNMODIFIED: SAME}, None),
    "unmodified-before UPC-019": ({UNMODIFIED: BEFORE}, UNMODIFIED),
    "unmodified-nonsense UPC-024": ({UNMODIFIED: "2026-13-41"}, None),
    "match-over-unmodified UPC-020": ({MATCH: '"etag"', UNMODIFIED: BEFORE}, None),
    "none-match-and-unmodified UPC-021": ({NONE_MATCH: '"x"', UNMODIFIED: BEFORE}, UNMODIFIED),
    "none-match-over-since UPC-022": ({NONE_MATCH: '"etag"', SINCE: BEFORE}, NONE_MATCH),
    "none-match-outweighs-since": ({NONE_MATCH: '"x"', SINCE: AFTER}, None),
}


@pytest.mark.parametrize(("headers", "failed"), CASES.values(), ids=CASES)
def test_copy_sources(headers: dict[str, str], failed: str | None) -> None:
    """A condition of a copy source that fails is a 412 which names it, never a 304."""
    request = asked({f"x-amz-copy-source-{name}".lower(): headers[name] for name in headers})
    if failed is None:
        check_copy_source(request, "etag", STORED)
        return
    with pytest.raises(S3Error) as caught:
        check_copy_source(request, "etag", STORED)
    assert (caught.value.status, caught.value.code) == (412, "PreconditionFailed")
    assert caught.value.message == "At least one of the pre-conditions you specified did not hold"
    assert caught.value.fields == (("Condition", f"x-amz-copy-source-{failed}"),)


@pytest.mark.parametrize(("headers", "failed"), CASES.values(), ids=CASES)
def test_reads(headers: dict[str, str], failed: str | None) -> None:
    """A failing condition of a read is 412, or 304 with the validators."""
    if failed is None:
        check_read(asked(headers), "etag", STORED)
        return
    with pytest.raises(S3Error) as caught:
        check_read(asked(headers), "etag", STORED)
    if failed in (NONE_MATCH, SINCE):
        assert caught.value.status == 304
        assert caught.value.headers == (("ETag", '"etag"'), ("Last-Modified", SAME))
    else:
        assert caught.value.status == 412
        assert caught.value.fields == (("Condition", failed),)


def test_now_is_not_the_future() -> None:
    """A date of this very second counts; the model's clock is the request's."""
    since = NOW.strftime("%a, %d %b %Y %H:%M:%S GMT")
    with pytest.raises(S3Error) as caught:
        check_read(asked({SINCE: since}), "etag", STORED)
    assert caught.value.status == 304
