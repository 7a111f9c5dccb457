"""Checksums: algorithm and type at the create, claims of bodies, of objects, Content-MD5."""

from __future__ import annotations

import base64

import pytest

from conformance.reference.domain.blob import Blob, combine
from conformance.reference.rules.checksum import (
    LENGTHS,
    ChecksumType,
    ClaimedChecksum,
    ObjectChecksum,
    base64_digest,
    check_body_checksum,
    check_content_md5,
    check_part_algorithm,
    parse_algorithm,
    parse_body_checksum,
    parse_content_md5,
    parse_object_checksum,
)

from .building import asked, invalid, refusal

ALGORITHM, TYPE = "x-amz-checksum-algorithm", "x-amz-checksum-type"
SDK = "x-amz-sdk-checksum-algorithm"
BODY = Blob(b"multipart-part-body")
CRC64 = "fE1y/S5sY5Y="
UNFIT = "The {} checksum type cannot be used with the {} checksum algorithm."
UNKNOWN = (
    "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
    "[CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]"
)
SEVERAL = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."

KINDS: dict[str, tuple[str, str | None, tuple[str, ChecksumType]]] = {
    "CK-001": ("CRC32", None, ("CRC32", "COMPOSITE")),
    "CK-002": ("CRC32C", None, ("CRC32C", "COMPOSITE")),
    "CK-003": ("SHA1", None, ("SHA1", "COMPOSITE")),
    "CK-004": ("SHA256", None, ("SHA256", "COMPOSITE")),
    "CK-005": ("CRC64NVME", None, ("CRC64NVME", "FULL_OBJECT")),
    "CK-006": ("CRC32", "COMPOSITE", ("CRC32", "COMPOSITE")),
    "CK-007": ("CRC32C", "COMPOSITE", ("CRC32C", "COMPOSITE")),
    "CK-008": ("SHA1", "COMPOSITE", ("SHA1", "COMPOSITE")),
    "CK-009": ("SHA256", "COMPOSITE", ("SHA256", "COMPOSITE")),
    "CK-010": ("CRC32", "FULL_OBJECT", ("CRC32", "FULL_OBJECT")),
    "CK-011": ("CRC32C", "FULL_OBJECT", ("CRC32C", "FULL_OBJECT")),
    "CK-012": ("CRC64NVME", "FULL_OBJECT", ("CRC64NVME", "FULL_OBJECT")),
    "CK-062": ("XXHASH3", "COMPOSITE", ("XXHASH3", "COMPOSITE")),
    "CK-062-default": ("MD5", None, ("MD5", "COMPOSITE")),
    "CK-022": ("cRc32", "full_Object", ("CRC32", "FULL_OBJECT")),
}


@pytest.mark.parametrize(("algorithm", "kind", "expected"), KINDS.values(), ids=KINDS)
def test_kinds(algorithm: str, kind: str | None, expected: tuple[str, ChecksumType]) -> None:
    """Algorithm and type are taken in any case; each algorithm has its default type."""
    headers = {ALGORITHM: algorithm} if kind is None else {ALGORITHM: algorithm, TYPE: kind}
    assert parse_algorithm(asked(headers)) == expected


def test_no_kind() -> None:
    """Without the headers there is no algorithm (CMU-001)."""
    assert parse_algorithm(asked()) == (None, None)


BAD_KINDS = {
    "CK-013": (
        {ALGORITHM: "CRC64NVME", TYPE: "COMPOSITE"},
        UNFIT.format("COMPOSITE", "crc64nvme"),
    ),
    "CK-014": ({ALGORITHM: "SHA1", TYPE: "FULL_OBJECT"}, UNFIT.format("FULL_OBJECT", "sha1")),
    "CK-015": ({ALGORITHM: "SHA256", TYPE: "FULL_OBJECT"}, UNFIT.format("FULL_OBJECT", "sha256")),
    "CK-016": (
        {TYPE: "COMPOSITE"},
        f"The {TYPE} header can only be used with the {ALGORITHM} header.",
    ),
    "CK-020": ({ALGORITHM: "MD5", TYPE: "FULL_OBJECT"}, UNFIT.format("FULL_OBJECT", "md5")),
    "CK-017": ({ALGORITHM: "TEST"}, UNKNOWN),
    "CK-017-empty": ({ALGORITHM: ""}, UNKNOWN),
    "CK-021": ({ALGORITHM: "CRC32", TYPE: "HALF"}, f"Value for {TYPE} header is invalid."),
    "CK-021-alone": ({TYPE: "HALF"}, f"Value for {TYPE} header is invalid."),
}


@pytest.mark.parametrize(("headers", "message"), BAD_KINDS.values(), ids=BAD_KINDS)
def test_bad_kinds(headers: dict[str, str], message: str) -> None:
    """Unknown and unfit algorithms and types are refused."""
    assert refusal(lambda: parse_algorithm(asked(headers))) == invalid(message)


@pytest.mark.parametrize("algorithm", LENGTHS)
def test_claims(algorithm: str) -> None:
    """A claim in a header or a trailer is read, and held against the body (CK-023..CK-032)."""
    name = f"x-amz-checksum-{algorithm.lower()}"
    right = base64_digest(BODY, algorithm)
    wrong = base64_digest(Blob(b"another"), algorithm)
    claimed = parse_body_checksum(asked({name: right}))
    assert claimed == ClaimedChecksum(algorithm, right)
    assert claimed.header == (name, right)
    check_body_checksum(claimed, BODY)
    trailing = parse_body_checksum(asked({"x-amz-trailer": name}, trailers={name: right}))
    assert trailing == ClaimedChecksum(algorithm, right, trailing=True)
    assert refusal(lambda: check_body_checksum(ClaimedChecksum(algorithm, wrong), BODY)) == (
        400,
        "BadDigest",
        f"The {algorithm} you specified did not match the calculated checksum.",
        (),
    )
    for malformed in ("_not base64_", base64.b64encode(b"too short or long").decode(), ""):
        headers, trailers = {name: malformed}, {"x-amz-trailer": name}
        found = refusal(lambda headers=headers: parse_body_checksum(asked(headers)))  # type: ignore[misc]  # mypy infers no type of a lambda with bound defaults
        assert found == invalid(f"Value for {name} header is invalid.")
        found = refusal(
            lambda headers=headers, trailers=trailers: parse_body_checksum(  # type: ignore[misc]  # likewise
                asked(trailers, trailers=headers)
            )
        )
        assert found == invalid(f"Value for {name} trailing header is invalid.")


CRC32, SHA1 = base64_digest(BODY, "CRC32"), base64_digest(BODY, "SHA1")
C32, S1 = "x-amz-checksum-crc32", "x-amz-checksum-sha1"
BAD_CLAIMS = {
    "several CK-038": ({C32: CRC32, S1: SHA1}, {}, invalid(SEVERAL)),
    "header-and-trailer": ({C32: CRC32, "x-amz-trailer": S1}, {S1: SHA1}, invalid(SEVERAL)),
    "sdk-other CK-039": (
        {C32: CRC32, SDK: "SHA1"},
        {},
        invalid(f"Value for {SDK} header is invalid."),
    ),
    "sdk-alone CK-040": (
        {SDK: "CRC32"},
        {},
        invalid(
            f"{SDK} specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers "
            "were found."
        ),
    ),
    "trailer-name TRL-001": (
        {"x-amz-trailer": "x-amz-checksum-sha10"},
        {},
        invalid("The value specified in the x-amz-trailer header is not supported"),
    ),
    "trailer-gone TRL-004": (
        {"x-amz-trailer": C32},
        {S1: SHA1},
        (
            400,
            "MalformedTrailerError",
            (
                "The request contained trailing data that was not well-formed or did not conform "
                "to our published schema."
            ),
            (),
        ),
    ),
}


@pytest.mark.parametrize(("headers", "trailers", "expected"), BAD_CLAIMS.values(), ids=BAD_CLAIMS)
def test_bad_claims(headers: dict[str, str], trailers: dict[str, str], expected: object) -> None:
    """Several claims, and announcements without one, are refused."""
    request = asked(headers, trailers=trailers)
    assert refusal(lambda: parse_body_checksum(request)) == expected


def test_sdk_algorithm() -> None:
    """The SDK's header goes with a claim of the same algorithm, in any case."""
    claimed = parse_body_checksum(asked({C32: CRC32, SDK: "crc32"}))
    assert claimed == ClaimedChecksum("CRC32", CRC32)


MISMATCH = "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}"
PARTS: dict[str, tuple[str | None, str | None, ChecksumType | None, str | None]] = {
    "same": ("CRC32", "CRC32", "COMPOSITE", None),
    "other CK-033": ("CRC32", "SHA256", "COMPOSITE", MISMATCH.format("sha256", "crc32")),
    "other CK-034": ("CRC32", "CRC32C", "FULL_OBJECT", MISMATCH.format("crc32c", "crc32")),
    "none CK-035": (None, "SHA256", "COMPOSITE", MISMATCH.format("sha256", "null")),
    "none CK-036": (None, "CRC64NVME", "FULL_OBJECT", None),
    "any CK-037": ("CRC32C", None, None, None),
    "new CK-063": ("XXHASH3", None, None, MISMATCH.format("null", "xxhash3")),
}


@pytest.mark.parametrize(("claimed", "upload", "kind", "message"), PARTS.values(), ids=PARTS)
def test_parts(
    claimed: str | None, upload: str | None, kind: ChecksumType | None, message: str | None
) -> None:
    """A part's checksum is of the upload's algorithm."""
    claim = None if claimed is None else ClaimedChecksum(claimed, "")
    if message is None:
        check_part_algorithm(claim, upload, kind)
    else:
        found = refusal(lambda: check_part_algorithm(claim, upload, kind))
        assert found == invalid(message)


@pytest.mark.parametrize("suffix", ["", "-1", "-10000"])
def test_object_checksum(suffix: str) -> None:
    """An object checksum is read with its number of parts (CK-065)."""
    found = parse_object_checksum(asked({S1: SHA1 + suffix}))
    assert found == ObjectChecksum("SHA1", SHA1 + suffix)
    assert parse_object_checksum(asked()) is None


@pytest.mark.parametrize("value", ["bad", SHA1 + "-", SHA1 + "-x", "-1", CRC32])
def test_bad_object_checksum(value: str) -> None:
    """A malformed one is refused (CK-058, PREC-002)."""
    found = refusal(lambda: parse_object_checksum(asked({S1: value})))
    assert found == invalid(f"Value for {S1} header is invalid.")


def test_several_object_checksums() -> None:
    """Two object checksums are one too many (CK-038)."""
    found = refusal(lambda: parse_object_checksum(asked({S1: SHA1, C32: CRC32})))
    assert found == invalid(SEVERAL)


def test_vectors() -> None:
    """Digests and their combination give the known values (CK-066, CK-067)."""
    assert base64_digest(BODY, "CRC64NVME") == CRC64
    parts = [Blob(letter * (5 * 1024 * 1024)) for letter in (b"A", b"B", b"C")]
    assert [base64_digest(part, "CRC32") for part in parts] == ["JRTCyQ==", "QoZTGg==", "YAgjqw=="]
    assert base64.b64encode(combine("CRC32", parts)) == b"WgDhBQ=="
    assert base64.b64encode(combine("CRC64NVME", parts)) == b"i+6LR0y3eFo="


@pytest.mark.parametrize("value", ["__invalid__", "000", "MTIz", "dGVzdC1zdHJpbmc=", ""])
def test_content_md5_syntax(value: str) -> None:
    """A Content-MD5 that is none is an InvalidDigest with its value (UP-006)."""
    found = refusal(lambda: parse_content_md5(asked({"Content-MD5": value})))
    text = "The Content-MD5 you specified was invalid."
    assert found == (400, "InvalidDigest", text, (("Content-MD5", value),))


def test_content_md5() -> None:
    """A wrong one tells both digests; what an object expected is in hex (UP-007)."""
    right, wrong = BODY.digest("MD5"), Blob(b"").digest("MD5")
    assert parse_content_md5(asked()) is None
    claimed = parse_content_md5(asked({"Content-MD5": base64.b64encode(right).decode()}))
    assert claimed == right
    check_content_md5(right, BODY, part=True)
    check_content_md5(None, BODY, part=True)
    text = "The Content-MD5 you specified did not match what we received."
    calculated = ("CalculatedDigest", base64.b64encode(right).decode())
    for part, expected in ((True, base64.b64encode(wrong).decode()), (False, wrong.hex())):
        found = refusal(lambda part=part: check_content_md5(wrong, BODY, part=part))  # type: ignore[misc]  # mypy infers no type of a lambda with bound defaults
        assert found == (400, "BadDigest", text, (("ExpectedDigest", expected), calculated))
