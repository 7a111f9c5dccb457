"""Object metadata as it is given at CreateMultipartUpload, PutObject and CopyObject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.metadata import REDIRECT, Metadata, read_word

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Pairs, Request

MAX_METADATA: Final = 2048
"""Bytes, for user metadata and for system metadata each (META-001, META-002)."""
MAX_KEY: Final = 1024
"""Bytes of an object key in UTF-8 (META-003)."""

_SYSTEM: Final = (
    "Cache-Control",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Type",
    "Expires",
)
_USER_PREFIX: Final = "x-amz-meta-"


def parse_metadata(request: Request) -> Metadata:
    """Return the metadata that the request's headers give.

    Content-Type is binary/octet-stream when absent (CMU-006); ``aws-chunked`` is no content
    encoding of an object whose body came so (SW-014, SW-015); Expires may be anything (META-006).
    Raises MetadataTooLarge (META-001, META-002) and InvalidRedirectLocation (WEB-001, WEB-002).
    """
    redirect = parse_redirect(request)
    system = tuple(_system(request.headers, framed=request.payload.streaming))
    user = _user(request.headers)
    given = [(name, value) for name, value in system if name in request.headers]
    if redirect is not None:
        given.append((REDIRECT, redirect))
    _limit(given)
    _limit([(name.removeprefix(_USER_PREFIX), value) for name, value in user])
    return Metadata(system, tuple((name, read_word(value)) for name, value in user), redirect)


def parse_redirect(request: Request) -> str | None:
    """Return x-amz-website-redirect-location, a path or an http(s) URL (WEB-001, WEB-002)."""
    value = request.headers.get(REDIRECT)
    if value is not None and not value.startswith(("/", "http://", "https://")):
        raise S3Error(
            400,
            "InvalidRedirectLocation",
            "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
        )
    return value


def check_key(key: str) -> None:
    """Refuse an object key of more than 1024 bytes with KeyTooLongError (META-003)."""
    size = len(key.encode("utf-8", "surrogateescape"))
    if size > MAX_KEY:
        raise S3Error(
            400,
            "KeyTooLongError",
            "Your key is too long",
            (("Size", str(size)), ("MaxSizeAllowed", str(MAX_KEY))),
        )


def _system(headers: Pairs, *, framed: bool) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name in _SYSTEM:
        value = headers.get(name)
        if name == "Content-Encoding" and value is not None and framed:
            codings = [coding.strip() for coding in value.split(",")]
            value = ",".join(one for one in codings if one and one.lower() != "aws-chunked")
        if name == "Content-Type" and not value:
            value = "binary/octet-stream"
        if value:
            found.append((name, value))
    return found


def _user(headers: Pairs) -> tuple[tuple[str, str], ...]:
    """Return user metadata; the values of a repeated name are joined by a comma."""
    found: dict[str, str] = {}
    for given, value in headers.items:
        name = given.lower()
        if name.startswith(_USER_PREFIX):
            found[name] = f"{found[name]},{value}" if name in found else value
    return tuple(found.items())


def _limit(pairs: list[tuple[str, str]]) -> None:
    size = sum(len(name.encode()) + len(value.encode()) for name, value in pairs)
    if size > MAX_METADATA:
        raise S3Error(
            400,
            "MetadataTooLarge",
            "Your metadata headers exceed the maximum allowed metadata size",
            (("Size", str(size)), ("MaxSizeAllowed", str(MAX_METADATA))),
        )
