"""What every request to a directory bucket is checked for: its host, its session, its headers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.names import is_address
from conformance.reference.operations.checks import argument, known_bucket, no_such_bucket
from conformance.reference.routing import IN_DIRECTORY, not_implemented
from conformance.reference.rules.access import access_denied
from conformance.reference.rules.storage_class import parse_only_class

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.reference.domain.state import Zone
    from conformance.reference.operations.new_object import NewObject
    from conformance.reference.pipeline import Context, Operation

_GRANTS: Final = ("full-control", "read", "read-acp", "write", "write-acp")
_UNSUPPORTED: Final = (
    "Content-MD5",
    "x-amz-acl",
    *(f"x-amz-grant-{permission}" for permission in _GRANTS),
    "x-amz-tagging",
    "x-amz-object-lock-mode",
    "x-amz-object-lock-retain-until-date",
    "x-amz-object-lock-legal-hold",
    "x-amz-website-redirect-location",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-server-side-encryption-customer-key",
    "x-amz-server-side-encryption-customer-key-md5",
    "x-amz-copy-source-server-side-encryption-customer-algorithm",
    "x-amz-copy-source-server-side-encryption-customer-key",
    "x-amz-copy-source-server-side-encryption-customer-key-md5",
    "x-amz-request-payer",
)
_CODING: Final = "aws-chunked"


def zone_of(context: Context) -> Zone:
    """Return the zone of the bucket that was found."""
    zone = context.bucket.zone
    if zone is None:
        raise LookupError(f"{context.bucket.name} is not a directory bucket")
    return zone


def virtual_hosted(context: Context) -> None:
    """Refuse path style at every name, for requests go to ``<bucket>.<zonal host>`` (DIR-001).

    At an IP address no other style can be sent, and SDKs send it: there it is taken. The code is
    not documented.
    """
    request = context.request
    if not request.virtual_host and not is_address(request.host):
        text = "Path-style requests are not supported by directory buckets."
        raise S3Error(400, "InvalidRequest", text)


def host_of_its_zone(context: Context) -> None:
    """NoSuchBucket at the host of a zone in which the bucket is not (DIR-001, DIR-002)."""
    request = context.request
    if request.zone is not None and request.zone != zone_of(context).id:
        raise no_such_bucket(request.bucket or "")


def session_given(context: Context) -> None:
    """AccessDenied for whoever comes without a session (DIR-003); the code is not documented."""
    if context.request.session is None:
        raise access_denied()


def session_of_the_bucket(context: Context) -> None:
    """AccessDenied for the session of another bucket."""
    session = context.request.session
    if session is not None and session.bucket != context.bucket.name:
        raise access_denied()


def session_current(context: Context) -> None:
    """ExpiredToken after five minutes (DIR-003); the code is that of other sessions of AWS."""
    session = context.request.session
    if session is not None and context.request.now >= session.expires:
        raise S3Error(400, "ExpiredToken", "The provided token has expired.")


def session_may_write(context: Context) -> None:
    """AccessDenied for a read-only session (DIR-004)."""
    session = context.request.session
    if session is not None and session.read_only:
        raise access_denied()


def no_session(context: Context) -> None:
    """AccessDenied for a session where the account's own credentials are asked for (DIR-008)."""
    if context.request.session is not None:
        raise access_denied()


def supported_headers(context: Context) -> None:
    """501 for headers that directory buckets do not support (DIR-010 to DIR-017).

    S3 was seen to answer Content-MD5 so (DX-001); how it answers the others nobody knows.
    """
    for name in _UNSUPPORTED:
        if name in context.request.headers:
            raise not_implemented(("Header", name))


def content_coding(context: Context) -> None:
    """InvalidArgument for a Content-Encoding other than aws-chunked (DIR-018)."""
    value = context.request.headers.get("Content-Encoding")
    if value is not None and value.strip().lower() not in ("", _CODING):
        text = f"Directory buckets support no Content-Encoding but {_CODING}"
        raise argument(text, "Content-Encoding", value)


def storage_class(context: NewObject) -> None:
    """InvalidStorageClass for every class but that of the zone (DIR-019)."""
    context.storage_class = parse_only_class(context.request, zone_of(context).storage_class)


IN_PLACE: Final[tuple[Callable[[Context], None], ...]] = (virtual_hosted, host_of_its_zone)
READING: Final = (
    *IN_PLACE,
    session_given,
    session_of_the_bucket,
    session_current,
    supported_headers,
)
"""Before everything else that an operation checks, once its bucket is known."""
WRITING: Final = (*READING, session_may_write)
COPYING: Final = (*IN_PLACE, no_session, supported_headers)


# Every operation has a context of its own type; see `conformance.reference.registry`.
def in_directory(
    operation: Operation[Any],
    first: Sequence[Callable[[Any], None]],
    *,
    without: Sequence[str] = (),
    instead: Mapping[str, tuple[Callable[[Any], None], ...]] | None = None,
) -> Operation[Any]:
    """Return an operation as directory buckets have it.

    ``first`` are the checks behind the one that finds the bucket; ``without`` and ``instead`` name
    checks that are left out or replaced.
    """
    made = operation.replacing("known_bucket", known_bucket, *first)
    for name in without:
        made = made.without(name)
    for name, substitutes in (instead or {}).items():
        made = made.replacing(name, *substitutes)
    return replace(made, name=f"{IN_DIRECTORY}{operation.name}")
