"""The checks that many operations share, and the limits of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import S3Error
from conformance.reference.rules.access import authorize
from conformance.reference.rules.metadata import check_key
from conformance.reference.rules.owner import check_expected_owner

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.domain.state import ObjectVersion
    from conformance.reference.pipeline import Context

MIN_PART: Final = 5 * 1024**2
"""Bytes of every part but the last (CMP-013)."""
MAX_PART: Final = 5 * 1024**3
"""Bytes of one part, and of the source of one copy (UP-027, UPC-033)."""
MAX_PARTS: Final = 10_000
INT_MAX: Final = 2**31 - 1
PAGE: Final = 1000
"""Entries on one page of any list."""

NO_SUCH_KEY: Final = "The specified key does not exist."
NO_SUCH_UPLOAD: Final = (
    "The specified upload does not exist. The upload ID may be invalid, "
    "or the upload may have been aborted or completed."
)


def known_bucket(context: Context) -> None:
    """NoSuchBucket for a bucket that does not exist (CMU-004)."""
    name = context.request.bucket or ""
    context.found_bucket = context.world.find(name)
    if context.found_bucket is None:
        raise no_such_bucket(name)


def expected_owner(context: Context) -> None:
    """AccessDenied when the caller takes somebody else for the bucket's owner (OWN-001)."""
    check_expected_owner(context.request, context.bucket)


def key_length(context: Context) -> None:
    """KeyTooLongError past 1,024 bytes (META-003)."""
    check_key(context.key)


def body_sound(context: Context) -> None:
    """Refuse what the framing of the body, or its signed digest, got wrong (TRL, UP-030)."""
    if context.request.payload.problem is not None:
        raise context.request.payload.problem


def authorised(action: str) -> Callable[[Context], None]:
    """Return the check that the caller may do ``action`` (AUTH-014) to the named resource."""

    def authorised(context: Context) -> None:
        authorize(context.request, context.world, context.bucket, action, context.request.key)

    return authorised


def no_such_bucket(name: str) -> S3Error:
    """Return the 404 for a bucket (CMU-004, UPC-026)."""
    text = "The specified bucket does not exist"
    return S3Error(404, "NoSuchBucket", text, (("BucketName", name),))


def no_such_key(key: str, marker: ObjectVersion | None = None) -> S3Error:
    """Return the 404 for an object (UPC-025, PRE-008).

    The delete marker that hides it is named by headers (MS-051, MS-088).
    """
    headers = () if marker is None else marker_headers(marker)
    return S3Error(404, "NoSuchKey", NO_SUCH_KEY, (("Key", key),), headers)


def marker_headers(marker: ObjectVersion) -> tuple[tuple[str, str], ...]:
    """Return the headers that name a delete marker."""
    return (("x-amz-delete-marker", "true"), ("x-amz-version-id", marker.version_id))


def no_such_upload(upload_id: str) -> S3Error:
    """Return the 404 for an upload; the id comes back in full (XML-010, PREC-031)."""
    return S3Error(404, "NoSuchUpload", NO_SUCH_UPLOAD, (("UploadId", upload_id),))


def argument(message: str, name: str, value: str | None = None) -> S3Error:
    """Return InvalidArgument with its ArgumentName and, if there is one, ArgumentValue."""
    fields = [("ArgumentName", name)]
    if value is not None:
        fields.append(("ArgumentValue", value))
    return S3Error(400, "InvalidArgument", message, fields)


def integer(context: Context, name: str, default: int) -> int:
    """Return a numeric query parameter; empty counts as absent (LP-006, LMU-020).

    ``+1`` is a number (LP-020). Raises InvalidArgument for what is none or exceeds 2^31-1
    (LP-009, LP-012) and for a negative one (LP-008, LP-011).
    """
    raw = context.request.query.get(name)
    if not raw:
        return default
    value = whole_number(raw)
    if value is None or not -INT_MAX - 1 <= value <= INT_MAX:
        text = f"Provided {name} not an integer or within integer range"
        raise argument(text, name, raw)
    if value < 0:
        text = f"Argument {name} must be an integer between 0 and {INT_MAX}"
        raise argument(text, name, raw)
    return value


def whole_number(raw: str) -> int | None:
    """Return the number that ASCII digits with an optional sign stand for, else None."""
    sign = raw[:1] if raw[:1] in ("+", "-") else ""
    digits = raw[len(sign) :]
    if not (digits.isascii() and digits.isdigit()):
        return None
    digits = digits.lstrip("0")[:20] or "0"  # no number that matters has more digits
    return int(sign + digits)


def encoding_type(context: Context) -> bool:
    """Return whether names are to be URL-encoded; refuse any value but ``url`` (LMU-014).

    The word is compared without case (NET-001).
    """
    raw = context.request.query.get("encoding-type")
    if raw is not None and raw.lower() != "url":
        text = "Invalid Encoding Method specified in Request"
        raise argument(text, "encoding-type", raw)
    return raw is not None
