"""Checksums and Content-MD5 as headers and trailers claim them."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Protocol, cast

from conformance.reference.domain.messages import S3Error

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

ChecksumType = Literal["COMPOSITE", "FULL_OBJECT"]

LENGTHS: Final = {
    "CRC32": 4,
    "CRC32C": 4,
    "CRC64NVME": 8,
    "MD5": 16,
    "SHA1": 20,
    "SHA256": 32,
    "SHA512": 64,
    "XXHASH128": 16,
    "XXHASH3": 8,
    "XXHASH64": 8,
}
"""Algorithm to digest length in bytes, in the order in which a refusal lists them (CK-018)."""
_FULL_OBJECT: Final = frozenset({"CRC32", "CRC32C", "CRC64NVME"})
_COMPOSITE: Final = frozenset(LENGTHS) - {"CRC64NVME"}
NAMED_AT_CREATE: Final = frozenset({"MD5", "SHA512", "XXHASH128", "XXHASH3", "XXHASH64"})
"""The algorithms of 2026, whose parts need an upload that was created with them (CK-063)."""

_PREFIX: Final = "x-amz-checksum-"
_ALGORITHM: Final = "x-amz-checksum-algorithm"
_TYPE: Final = "x-amz-checksum-type"
_TYPES: Final = ("COMPOSITE", "FULL_OBJECT")
_SDK: Final = "x-amz-sdk-checksum-algorithm"
_TRAILER: Final = "x-amz-trailer"


class Digests(Protocol):
    """A body that knows its digests."""

    def digest(self, algorithm: str, /) -> bytes:
        """Return the raw digest; ``algorithm`` in capitals, MD5 among them."""
        ...


@dataclass(frozen=True, slots=True)
class ClaimedChecksum:
    """What a request says that the checksum of its body is."""

    algorithm: str
    """In capitals."""
    value: str | None
    """Base64; None for an announced trailer that did not come."""
    trailing: bool = False

    @property
    def header(self) -> tuple[str, str]:
        """The response header that echoes it (UP-001, TRL-011)."""
        return _PREFIX + self.algorithm.lower(), self.value or ""


@dataclass(frozen=True, slots=True)
class ObjectChecksum:
    """The object checksum of CompleteMultipartUpload; a composite one keeps its ``-N``."""

    algorithm: str
    value: str


def parse_algorithm(request: Request) -> tuple[str | None, ChecksumType | None]:
    """Return algorithm and type, in capitals, that CreateMultipartUpload asks for.

    CRC64NVME is FULL_OBJECT by default, the others COMPOSITE (CK-001..CK-005); letter case of the
    values is free (CK-022). Raises InvalidRequest: CK-013..CK-017, CK-021.
    """
    given, kind = request.headers.get(_ALGORITHM), request.headers.get(_TYPE)
    wanted = None if kind is None else kind.upper()
    if given is None:
        if wanted is None:
            return None, None
        if wanted in _TYPES:
            raise _invalid(f"The {_TYPE} header can only be used with the {_ALGORITHM} header.")
        raise _invalid(f"Value for {_TYPE} header is invalid.")
    algorithm = given.upper()
    if algorithm not in LENGTHS:
        raise _invalid(
            "Checksum algorithm provided is unsupported. Please try again with any of the valid "
            f"types: [{', '.join(LENGTHS)}]"
        )
    if wanted is None:
        return algorithm, "COMPOSITE" if algorithm in _COMPOSITE else "FULL_OBJECT"
    if wanted not in _TYPES:
        raise _invalid(f"Value for {_TYPE} header is invalid.")
    if algorithm not in (_COMPOSITE if wanted == "COMPOSITE" else _FULL_OBJECT):
        raise _invalid(
            f"The {wanted} checksum type cannot be used with the {algorithm.lower()} checksum "
            "algorithm."
        )
    return algorithm, cast("ChecksumType", wanted)


def parse_body_checksum(request: Request) -> ClaimedChecksum | None:
    """Return the checksum that a header or a trailer claims for the body, or None.

    Raises InvalidRequest for several (CK-038), malformed ones (CK-023..CK-031, TRL-002), unknown
    trailers (TRL-001) and an x-amz-sdk-checksum-algorithm that has nothing to go with it (CK-040)
    or names another algorithm (CK-039); MalformedTrailerError for a trailer that was announced
    and does not exist (TRL-004).
    """
    claims = [_header_claim(request, name) for name in LENGTHS if _name(name) in request.headers]
    trailer = request.headers.get(_TRAILER)
    if trailer is not None:
        claims.append(_trailer_claim(request, trailer.strip().lower()))
    if len(claims) > 1:
        raise _invalid(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        )
    claimed = claims[0] if claims else None
    _check_sdk_algorithm(request, claimed)
    if claimed is None:
        return None
    kind = "trailing header" if claimed.trailing else "header"
    if claimed.value is None:
        raise S3Error(
            400,
            "MalformedTrailerError",
            "The request contained trailing data that was not well-formed or did not conform to "
            "our published schema.",
        )
    if not _well_formed(claimed.algorithm, claimed.value):
        raise _invalid(f"Value for {_name(claimed.algorithm)} {kind} is invalid.")
    return claimed


def check_part_algorithm(
    claimed: ClaimedChecksum | None, algorithm: str | None, kind: ChecksumType | None
) -> None:
    """Refuse a part whose checksum isn't of the upload's algorithm (CK-033, CK-034).

    A full-object upload takes parts without one (CK-036), a composite one does not (CK-035); an
    upload without an algorithm takes those that S3 knew before 2026 (CK-037, CK-063).
    """
    actual = None if claimed is None else claimed.algorithm
    if actual == algorithm or (algorithm is None and actual not in NAMED_AT_CREATE):
        return
    if actual is None and kind == "FULL_OBJECT":
        return
    raise _invalid(
        f"Checksum Type mismatch occurred, expected checksum Type: {_or_null(algorithm)}, "
        f"actual checksum Type: {_or_null(actual)}"
    )


def check_body_checksum(claimed: ClaimedChecksum | None, body: Digests) -> None:
    """Refuse a body with another checksum than claimed: BadDigest (CK-024..CK-032, TRL-003)."""
    if claimed is not None and base64_digest(body, claimed.algorithm) != claimed.value:
        raise S3Error(
            400,
            "BadDigest",
            f"The {claimed.algorithm} you specified did not match the calculated checksum.",
        )


def parse_object_checksum(request: Request) -> ObjectChecksum | None:
    """Return the object checksum of CompleteMultipartUpload, or None.

    Raises InvalidRequest for a malformed value (CK-058) and for several (CK-038); the ``-N`` of a
    composite value is part of it (CK-065).
    """
    found = [
        (algorithm, value)
        for algorithm in LENGTHS
        if (value := request.headers.get(_name(algorithm))) is not None
    ]
    for algorithm, value in found:
        digest, dash, count = value.partition("-")
        if not _well_formed(algorithm, digest) or (dash and not _counts(count)):
            raise _invalid(f"Value for {_name(algorithm)} header is invalid.")
    if len(found) > 1:
        raise _invalid(
            "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        )
    return ObjectChecksum(*found[0]) if found else None


def parse_content_md5(request: Request) -> bytes | None:
    """Return the digest of Content-MD5, or None; InvalidDigest if malformed (UP-006)."""
    value = request.headers.get("content-md5")
    if value is None:
        return None
    digest = _decoded(value)
    if digest is None or len(digest) != 16:
        raise S3Error(
            400,
            "InvalidDigest",
            "The Content-MD5 you specified was invalid.",
            (("Content-MD5", value),),
        )
    return digest


def check_content_md5(claimed: bytes | None, body: Digests, *, part: bool) -> None:
    """Refuse a body with another MD5: BadDigest (UP-007).

    For a part both digests are told in base64; for a whole object the expected one in hex.
    """
    if claimed is None or body.digest("MD5") == claimed:
        return
    expected = base64.b64encode(claimed).decode("ascii") if part else claimed.hex()
    raise _bad_digest(
        ("ExpectedDigest", expected), ("CalculatedDigest", base64_digest(body, "MD5"))
    )


def check_document_md5(claimed: bytes | None, body: Digests) -> None:
    """Refuse a document with another MD5: BadDigest, both in base64, the other order (MS-043)."""
    if claimed is not None and body.digest("MD5") != claimed:
        expected = base64.b64encode(claimed).decode("ascii")
        raise _bad_digest(
            ("CalculatedDigest", base64_digest(body, "MD5")), ("ExpectedDigest", expected)
        )


def _bad_digest(*fields: tuple[str, str]) -> S3Error:
    text = "The Content-MD5 you specified did not match what we received."
    return S3Error(400, "BadDigest", text, fields)


def base64_digest(body: Digests, algorithm: str) -> str:
    """Return the digest as S3 writes it."""
    return base64.b64encode(body.digest(algorithm)).decode("ascii")


def _header_claim(request: Request, algorithm: str) -> ClaimedChecksum:
    return ClaimedChecksum(algorithm, request.headers.get(_name(algorithm)))


def _trailer_claim(request: Request, name: str) -> ClaimedChecksum:
    algorithm = name.removeprefix(_PREFIX).upper()
    if not name.startswith(_PREFIX) or algorithm not in LENGTHS:
        raise _invalid("The value specified in the x-amz-trailer header is not supported")
    return ClaimedChecksum(algorithm, request.payload.trailers.get(name), trailing=True)


def _check_sdk_algorithm(request: Request, claimed: ClaimedChecksum | None) -> None:
    named = request.headers.get(_SDK)
    if named is None:
        return
    if claimed is None:
        raise _invalid(
            f"{_SDK} specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers "
            "were found."
        )
    if named.upper() != claimed.algorithm:
        raise _invalid(f"Value for {_SDK} header is invalid.")


def _or_null(algorithm: str | None) -> str:
    return "null" if algorithm is None else algorithm.lower()


def _name(algorithm: str) -> str:
    return _PREFIX + algorithm.lower()


def _counts(text: str) -> bool:
    """Return whether it is a number of parts."""
    return text.isascii() and text.isdigit() and 1 <= len(text) <= 5


def _well_formed(algorithm: str, value: str) -> bool:
    digest = _decoded(value)
    return digest is not None and len(digest) == LENGTHS[algorithm]


def _decoded(value: str) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None


def _invalid(message: str) -> S3Error:
    return S3Error(400, "InvalidRequest", message)
