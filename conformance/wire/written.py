"""Extracts the form of a request, without its content, to compare clients.

Ids, dates, hosts, signatures, digests and lengths become the words of
`conformance.vocabulary.dialects`, so that two requests of one form are equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS: Final = {
    "host": "<host>",
    "user-agent": "<user-agent>",
    "x-amz-user-agent": "<user-agent>",
    "x-amz-date": "<date>",
    "amz-sdk-invocation-id": "<uuid>",
    "content-length": "<length>",
    "x-amz-decoded-content-length": "<decoded-length>",
    "content-md5": "<md5>",
    "x-amz-s3session-token": "<token>",
    "x-amz-security-token": "<token>",
}
_CONTENT: Final = re.compile(
    r"range|if-(?:none-)?match|if-(?:un)?modified-since|x-amz-copy-source.*|x-amz-meta-.*"
    r"|x-amz-(?:copy-source-)?server-side-encryption-customer-key(?:-md5)?|x-amz-mp-object-size"
)
_CHECKSUM: Final = re.compile(r"x-amz-checksum-(?:crc32c?|crc64nvme|sha1|sha256)")
_AUTHORIZATION: Final = re.compile(
    r"(AWS4-HMAC-SHA256 Credential=)[^,]+(,\s*SignedHeaders=[^,]+,\s*Signature=).+"
)
_KEPT_PARAMETERS: Final = ("x-id",)


def header_form(name: str, value: str) -> str:
    """Return a header line with placeholders for what differs between requests."""
    lower = name.lower()
    if lower in _WORDS:
        return f"{name}: {_WORDS[lower]}"
    if lower == "authorization":
        found = _AUTHORIZATION.fullmatch(value)
        return f"{name}: {found[1]}…{found[2]}…" if found else f"{name}: …"
    if lower == "x-amz-content-sha256" and not value.isupper() and not value.startswith("STREAM"):
        return f"{name}: <sha256>"
    if _CHECKSUM.fullmatch(lower):
        return f"{name}: <checksum>"
    return f"{name}: <given>" if _CONTENT.fullmatch(lower) else f"{name}: {value}"


def query_form(query: str) -> str:
    """Return the parameters' names in their order, each with its ``=`` if it has one."""
    return "&".join(
        parameter if name in _KEPT_PARAMETERS else f"{name}{equals}"
        for parameter in query.split("&")
        for name, equals, _ in (parameter.partition("="),)
    )


def head_form(target: str, headers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return a request's query and header lines in order, content taken out."""
    _, _, query = target.partition("?")
    return (f"?{query_form(query)}", *(header_form(name, value) for name, value in headers))


@dataclass(frozen=True, slots=True)
class Chunks:
    """The form of an aws-chunked body."""

    first: str
    """Size of the first chunk as it is written."""
    signed: bool
    end: str
    """All behind the last chunk's line, values taken out."""


_SIZE_LINE: Final = re.compile(rb"([0-9A-Fa-f]+)(;chunk-signature=[0-9a-f]{64})?\r\n")
_SUM: Final = re.compile(r"(x-amz-checksum-[a-z0-9]+:)[A-Za-z0-9+/=]+")
_TRAILER_SIGNATURE: Final = re.compile(r"(x-amz-trailer-signature:)[0-9a-f]{64}")


def chunks(body: bytes) -> Chunks | None:
    """Return the form of an aws-chunked body; None for any other."""
    first = _SIZE_LINE.match(body)
    if first is None:
        return None
    at = 0
    while found := _SIZE_LINE.match(body, at):
        size = int(found[1], 16)
        if size == 0:
            end = body[found.end() :].decode("latin-1")
            end = _TRAILER_SIGNATURE.sub(r"\1…", _SUM.sub(r"\1…", end))
            return Chunks(first[1].decode(), first[2] is not None, end)
        at = found.end() + size + 2
    return None
