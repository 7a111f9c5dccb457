"""Which bucket, key and query a request addresses, by path or by virtual host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

from conformance.reference.domain import names
from conformance.reference.domain.messages import Pairs, S3Error
from conformance.reference.http.errors import bad_request, invalid_uri

if TYPE_CHECKING:
    from collections.abc import Sequence

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What one request addresses."""

    path: str
    """As sent, percent-encoded."""
    raw_query: str
    """As sent, without the question mark."""
    bucket: str | None
    key: str | None
    query: Pairs
    virtual_host: bool
    host: str
    """In lower case, without a port."""
    zone: str | None = None
    """The zone in the host, or `names.CONTROL`."""

    @property
    def services(self) -> tuple[str, ...]:
        """The services whose scope a signature may name here."""
        return names.services(self.bucket, self.zone)


def resolve(
    target: str, host_header: str, bases: Sequence[str], region: str = "us-east-1"
) -> Target:
    """Return what the request line's ``target`` addresses on ``host_header``.

    ``bases`` are the domains, longest first, under which ``<bucket>.<base>`` is a bucket, and the
    zones of ``region``, its access points and Outposts have hosts of their own (DIR-001).
    A key is percent-decoded exactly once; ``//``, ``..`` and blanks stay as they are.
    Raises S3Error 400 (InvalidURI, BadRequest, InvalidBucketName).
    """
    path, raw_query = _split(target)
    host = _without_port(host_header)
    named = _host_name(host, bases, region)
    bucket = named.bucket
    virtual_host = bucket is not None
    rest: str | None = path[1:]
    if bucket is None:
        bucket, slash, rest = path[1:].partition("/")
        if not bucket and slash:
            raise S3Error(
                400, "InvalidBucketName", "The specified bucket is not valid.", [("BucketName", "")]
            )
        bucket = _decode(bucket, path) or None
    return Target(
        path=path,
        raw_query=raw_query,
        bucket=bucket,
        key=_decode(rest, path) if rest else None,
        query=parse_query(raw_query),
        virtual_host=virtual_host,
        host=host,
        zone=named.zone,
    )


def parse_query(raw: str) -> Pairs:
    """Return the decoded parameters in order; a plus is a blank, a bare name has no value.

    Raises S3Error 400 InvalidURI.
    """
    items = []
    for piece in raw.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            items.append((_decode_form(name, raw), _decode_form(value, raw)))
    return Pairs(items)


def _split(target: str) -> tuple[str, str]:
    if not target.startswith("/"):
        # The absolute form, as a client sends it that takes us for a proxy.
        if not target.startswith(("http://", "https://")):
            raise bad_request()
        try:
            parts = urlsplit(target)
        except ValueError as error:
            raise bad_request() from error
        return parts.path or "/", parts.query
    path, _, query = target.partition("?")
    return path, query


def _without_port(host_header: str) -> str:
    name, colon, port = host_header.strip().lower().rpartition(":")
    if colon and (port.isdigit() or not port):
        return name
    return host_header.strip().lower()


def _host_name(host: str, bases: Sequence[str], region: str) -> names.HostName:
    if host not in bases and not names.is_address(host):
        for base in bases:
            if host.endswith("." + base):
                return names.read_host(host[: -len(base) - 1], region)
    return names.HostName(None)


def _decode(text: str, whole: str) -> str:
    if "%" not in text:
        return text
    if _BAD_ESCAPE.search(text):
        raise invalid_uri(whole)
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError as error:
        raise invalid_uri(whole) from error


def _decode_form(text: str, whole: str) -> str:
    return _decode(text.replace("+", " ") if "+" in text else text, whole)
