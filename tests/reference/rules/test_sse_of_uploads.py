"""Server-side encryption: what was asked for holds for parts, completion, reads and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.reference.domain import kms
from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.values import Encryption
from conformance.reference.rules.sse import (
    check_complete_encryption,
    check_part_encryption,
    check_read_encryption,
    encryption_headers,
    parse_encryption,
)

from .building import ALT, KEY_B, a_bucket, a_world, asked, refusal, sse_c
from .encryption import (
    ARN,
    COMPLETED,
    CUSTOMER,
    NEEDS_KMS,
    NOT_HERE,
    OTHER,
    PART,
    SSE,
    STORED,
    C,
    context,
    without,
)

if TYPE_CHECKING:
    from conformance.reference.rules.sse import Operation


def stored(headers: dict[str, str]) -> Encryption:
    """Begin an upload and give its encryption."""
    return parse_encryption(asked(headers), a_bucket(), a_world())


PARTS = {
    "same-key SSEC-002": (sse_c(), sse_c(), None),
    "plain": ({}, {}, None),
    "no-headers SSEC-007": (sse_c(), {}, (400, "InvalidRequest", PART)),
    "plain-upload SSEC-006": ({}, sse_c(), (400, "InvalidRequest", PART)),
    "other-key SSEC-008": (sse_c(), sse_c(KEY_B), (400, "InvalidRequest", OTHER)),
    "kms-upload": ({SSE: "aws:kms"}, {}, None),
    "method UP-013": ({}, {SSE: "AES256"}, (400, "InvalidArgument", NOT_HERE)),
    "kms-key UPC-036": (
        {SSE: "aws:kms"},
        {f"{SSE}-aws-kms-key-id": kms.CUSTOMER_KEY},
        (400, "InvalidArgument", NEEDS_KMS),
    ),
    "half SSEC-013": (
        sse_c(),
        without("key", sse_c()),
        (400, "InvalidArgument", CUSTOMER + "provide an appropriate secret key."),
    ),
}


@pytest.mark.parametrize(("create", "part", "error"), PARTS.values(), ids=PARTS)
def test_parts(
    create: dict[str, str], part: dict[str, str], error: tuple[int, str, str] | None
) -> None:
    """The headers of a part match those of the create (SSEC-006..009, UP-013, UPC-036)."""
    if error is None:
        check_part_encryption(asked(part), stored(create), a_bucket())
        return
    with pytest.raises(S3Error) as caught:
        check_part_encryption(asked(part), stored(create), a_bucket())
    assert (caught.value.status, caught.value.code, caught.value.message) == error


def test_part_over_plain_http() -> None:
    """A part of a KMS upload takes TLS as well (sse.kms-needs-tls-sigv4)."""
    found = stored({SSE: "aws:kms"})
    request = asked(secure=False)
    assert refusal(lambda: check_part_encryption(request, found, a_bucket()))[:2] == (
        400,
        "InvalidArgument",
    )
    check_part_encryption(request, Encryption(), a_bucket())


COMPLETES = {
    "no-key SSEC-003": (sse_c(), None, {}, None),
    "same-key": (sse_c(), None, sse_c(), None),
    "same-key-checksum SSEC-004": (sse_c(), "SHA256", sse_c(), None),
    "no-key-checksum SSEC-004": (sse_c(), "SHA256", {}, (400, "InvalidRequest", COMPLETED)),
    "other-key MS-036": (sse_c(), None, sse_c(KEY_B), (400, "InvalidRequest", COMPLETED)),
    "plain-upload MS-036": ({}, None, sse_c(), (400, "InvalidRequest", COMPLETED)),
    "short-key MS-036": (sse_c(), None, sse_c(b"a" * 10), (400, "InvalidRequest", COMPLETED)),
    "incomplete MS-035": (sse_c(), None, without("key", sse_c(KEY_B)), None),
    "plain-checksum": ({}, "SHA256", {}, None),
    "method SSE-005": ({}, None, {SSE: "AES256"}, (400, "InvalidArgument", NOT_HERE)),
}


@pytest.mark.parametrize(
    ("create", "algorithm", "complete", "error"), COMPLETES.values(), ids=COMPLETES
)
def test_completes(
    create: dict[str, str],
    algorithm: str | None,
    complete: dict[str, str],
    error: tuple[int, str, str] | None,
) -> None:
    """Complete needs the key only for checksums, and never another one (MS-033..036)."""
    bucket, found = a_bucket(), stored(create)
    if error is None:
        check_complete_encryption(asked(complete), found, bucket, checksum_algorithm=algorithm)
        return
    with pytest.raises(S3Error) as caught:
        check_complete_encryption(asked(complete), found, bucket, checksum_algorithm=algorithm)
    assert (caught.value.status, caught.value.code, caught.value.message) == error


READS = {
    "no-key SSEC-016": ({}, (400, "InvalidRequest", STORED)),
    "other-key SSEC-017": (
        sse_c(KEY_B),
        (403, "AccessDenied", CUSTOMER + "provide the correct secret key."),
    ),
}


@pytest.mark.parametrize("source", [False, True], ids=["read", "copy-source SSEC-019"])
@pytest.mark.parametrize("case", READS)
def test_reads(case: str, source: bool) -> None:
    """An SSE-C object is read with its key alone, also as the source of a copy."""
    headers, error = READS[case]
    if source:
        headers = {name.replace("x-amz-", "x-amz-copy-source-"): headers[name] for name in headers}
    world = a_world()
    with pytest.raises(S3Error) as caught:
        check_read_encryption(asked(headers), stored(sse_c()), world, source=source)
    if source and "SSEC-017" in case:
        error = (400, "InvalidRequest", OTHER)  # MS-015
    assert (caught.value.status, caught.value.code, caught.value.message) == error
    check_read_encryption(asked(sse_c(source=source)), stored(sse_c()), world, source=source)


@pytest.mark.parametrize("source", [False, True])
def test_reads_without_md5(source: bool) -> None:
    """Who reads may leave the MD5 of the key out, and is told it all the same (MS-005)."""
    prefix = "x-amz-copy-source-" if source else "x-amz-"
    headers = {
        name.replace("x-amz-", prefix): value
        for name, value in sse_c().items()
        if not name.endswith("md5")
    }
    check_read_encryption(asked(headers), stored(sse_c()), a_world(), source=source)


def test_needless_key() -> None:
    """A key for an object that was stored without one is refused (SSEC-018)."""
    with pytest.raises(S3Error) as caught:
        check_read_encryption(asked(sse_c()), Encryption(), a_world())
    assert (caught.value.status, caught.value.code, caught.value.message) == (
        400,
        "InvalidRequest",
        "The encryption parameters are not applicable to this object.",
    )


def test_kms_key_of_a_read() -> None:
    """Who reads must be allowed the KMS key, which must still be enabled (KMS-007, KMS-008)."""
    world = a_world()
    encryption = Encryption(method="aws:kms", kms_key=ARN + kms.CUSTOMER_KEY)
    check_read_encryption(asked(), encryption, world)
    with pytest.raises(S3Error) as caught:
        check_read_encryption(asked(caller=ALT), encryption, world)
    assert (caught.value.status, caught.value.code) == (403, "AccessDenied")
    world.kms.set_state(ARN + kms.CUSTOMER_KEY, kms.KeyState.PENDING_DELETION)
    with pytest.raises(S3Error) as caught:
        check_read_encryption(asked(), encryption, world)
    assert caught.value.code == "KMS.KMSInvalidStateException"
    assert caught.value.message == f"{ARN}{kms.CUSTOMER_KEY} is pending deletion."


ECHO = {
    "CreateMultipartUpload": True,
    "PutObject": True,
    "CopyObject": True,
    "UploadPart": False,
    "UploadPartCopy": False,
    "CompleteMultipartUpload": False,
    "GetObject": False,
    "HeadObject": False,
}


@pytest.mark.parametrize(("operation", "shows_context"), ECHO.items(), ids=ECHO)
def test_echo(operation: Operation, shows_context: bool) -> None:
    """Each operation names the encryption as its own answer does (SSE-001, KMS-001, KMS-011)."""
    given = context('{"a": "b"}')
    arn = ARN + kms.CUSTOMER_KEY
    encryption = Encryption(method="aws:kms", kms_key=arn, context=given, bucket_key=True)
    shown = encryption_headers(encryption, operation=operation)
    middle = ((f"{SSE}-context", given),) if shows_context else ()
    assert shown == (
        (SSE, "aws:kms"),
        (f"{SSE}-aws-kms-key-id", arn),
        *middle,
        (f"{SSE}-bucket-key-enabled", "true"),
    )
    assert encryption_headers(Encryption(), operation=operation) == ((SSE, "AES256"),)
    customer = encryption_headers(stored(sse_c()), operation=operation)
    md5 = sse_c()[C + "key-md5"]
    assert customer == ((f"{C}algorithm", "AES256"), (f"{C}key-MD5", md5))
    keyless = encryption_headers(stored(sse_c()), operation=operation, keyless=True)
    assert keyless == ((f"{C}algorithm", "AES256"),)


def test_bucket_key_off_is_not_shown() -> None:
    """A bucket key that is off has no header (KMS-003)."""
    encryption = Encryption(method="aws:kms", kms_key=ARN + kms.CUSTOMER_KEY)
    shown = dict(encryption_headers(encryption, operation="UploadPart"))
    assert f"{SSE}-bucket-key-enabled" not in shown
