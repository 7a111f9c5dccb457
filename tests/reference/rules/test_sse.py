"""Server-side encryption: what a create, a write or a copy asks for."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from conformance.reference.domain import kms
from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.values import DefaultEncryption, Encryption
from conformance.reference.rules.sse import (
    check_part_encryption,
    parse_encryption,
)

from .building import ALT, KEY_A, KEY_B, MAIN, a_bucket, a_world, asked, sse_c
from .encryption import (
    ARN,
    CUSTOMER,
    NAMELESS,
    NEEDS_KMS,
    SSE,
    C,
    context,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Callable

REFUSED = {
    "unknown-method SSE-003": (
        {SSE: "aws:kms2"},
        (400, "InvalidArgument", "The encryption method specified is not supported"),
        (("ArgumentName", SSE), ("ArgumentValue", "aws:kms2")),
    ),
    "empty-method SSE-003": (
        {SSE: ""},
        (400, "InvalidArgument", "The encryption method specified is not supported"),
        (("ArgumentName", SSE), ("ArgumentValue", "")),
    ),
    "file-system-method SSE-004": (
        {SSE: "aws:fsx"},
        (400, "InvalidArgument", "The encryption method specified is not supported"),
        (("ArgumentName", SSE), ("ArgumentValue", "aws:fsx")),
    ),
    "both SSEC-010": (
        {**sse_c(), SSE: "aws:kms", C + "algorithm": "KMS"},
        (
            400,
            "InvalidArgument",
            (
                "Server Side Encryption with Customer provided key is incompatible with the "
                "encryption method specified"
            ),
        ),
        (("ArgumentName", SSE), ("ArgumentValue", "aws:kms")),
    ),
    "algorithm SSEC-011": (
        {**sse_c(), C + "algorithm": "KMS"},
        (
            400,
            "InvalidEncryptionAlgorithmError",
            "The Encryption request you specified is not valid. Supported value: AES256.",
        ),
        (("ArgumentName", SSE), ("ArgumentValue", "KMS")),
    ),
    "no-algorithm SSEC-012": (
        without("algorithm", sse_c()),
        (400, "InvalidArgument", CUSTOMER + "provide a valid encryption algorithm."),
        NAMELESS,
    ),
    "no-key SSEC-013": (
        without("key", sse_c()),
        (400, "InvalidArgument", CUSTOMER + "provide an appropriate secret key."),
        NAMELESS,
    ),
    "no-md5 SSEC-014": (
        without("key-md5", sse_c()),
        (
            400,
            "InvalidArgument",
            CUSTOMER + "provide the client calculated MD5 of the secret key.",
        ),
        NAMELESS,
    ),
    "other-md5 SSEC-009": (
        {**sse_c(), C + "key-md5": sse_c(KEY_B)[C + "key-md5"]},
        (
            400,
            "InvalidArgument",
            "The calculated MD5 hash of the key did not match the hash that was provided.",
        ),
        NAMELESS,
    ),
    "md5-no-base64 SSEC-009": (
        {**sse_c(), C + "key-md5": "***"},
        (
            400,
            "InvalidArgument",
            "The calculated MD5 hash of the key did not match the hash that was provided.",
        ),
        NAMELESS,
    ),
    "short-key SSEC-015": (
        sse_c(b"a" * 16),
        (400, "InvalidArgument", "The secret key was invalid for the specified algorithm."),
        NAMELESS,
    ),
    "short-key-of-other-md5 SSEC-015": (
        {**sse_c(b"a" * 16), C + "key-md5": sse_c()[C + "key-md5"]},
        (
            400,
            "InvalidArgument",
            "The calculated MD5 hash of the key did not match the hash that was provided.",
        ),
        NAMELESS,
    ),
    "key-without-base64 MS-006": (
        {**sse_c(), C + "key": "***"},
        (400, "InvalidArgument", "The secret key was invalid - too short."),
        (("ArgumentName", SSE), ("ArgumentValue", "***")),
    ),
    "words-for-a-key MS-009": (
        {**sse_c(), C + "key": "not-valid-base64!!!"},
        (
            400,
            "InvalidArgument",
            "The calculated MD5 hash of the key did not match the hash that was provided.",
        ),
        NAMELESS,
    ),
    "nothing-right MS-011": (
        {**sse_c(b"a" * 16), C + "key-md5": sse_c()[C + "key-md5"], C + "algorithm": "KMS"},
        (
            400,
            "InvalidArgument",
            "The calculated MD5 hash of the key did not match the hash that was provided.",
        ),
        NAMELESS,
    ),
    "key-id-alone KMS-009": (
        {f"{SSE}-aws-kms-key-id": kms.CUSTOMER_KEY},
        (400, "InvalidArgument", NEEDS_KMS),
        (("ArgumentName", SSE),),
    ),
    "key-id-with-aes KMS-009": (
        {SSE: "AES256", f"{SSE}-aws-kms-key-id": kms.CUSTOMER_KEY},
        (400, "InvalidArgument", NEEDS_KMS),
        (("ArgumentName", SSE),),
    ),
    "context-alone KMS-009": (
        {f"{SSE}-context": context("{}")},
        (400, "InvalidArgument", NEEDS_KMS),
        (("ArgumentName", SSE),),
    ),
    "bucket-key-alone KMS-009": (
        {f"{SSE}-bucket-key-enabled": "true"},
        (400, "InvalidArgument", NEEDS_KMS),
        (("ArgumentName", SSE),),
    ),
    "fake-id KMS-004": (
        {SSE: "aws:kms", f"{SSE}-aws-kms-key-id": "fake-key-id"},
        (400, "KMS.NotFoundException", "Invalid keyId 'fake-key-id'"),
        (),
    ),
    "unknown-id KMS-005": (
        {SSE: "aws:kms", f"{SSE}-aws-kms-key-id": "134f2428-cec1-4b25-a1ae-9048164dba47"},
        (
            400,
            "KMS.NotFoundException",
            f"Key '{ARN}134f2428-cec1-4b25-a1ae-9048164dba47' does not exist",
        ),
        (),
    ),
    "other-region KMS-006": (
        {
            SSE: "aws:kms",
            f"{SSE}-aws-kms-key-id": f"arn:aws:kms:eu-west-1:{MAIN.id}:key/{kms.CUSTOMER_KEY}",
        },
        (400, "KMS.NotFoundException", "Invalid arn eu-west-1"),
        (),
    ),
    "arn-of-no-id KMS-004": (
        {SSE: "aws:kms", f"{SSE}-aws-kms-key-id": ARN + "fake"},
        (400, "KMS.NotFoundException", "Invalid keyId 'fake'"),
        (),
    ),
    "disabled KMS-007": (
        {SSE: "aws:kms", f"{SSE}-aws-kms-key-id": kms.DISABLED_KEY},
        (400, "KMS.DisabledException", f"{ARN}{kms.DISABLED_KEY} is disabled."),
        (),
    ),
    "pending KMS-008": (
        {SSE: "aws:kms", f"{SSE}-aws-kms-key-id": kms.PENDING_KEY},
        (400, "KMS.KMSInvalidStateException", f"{ARN}{kms.PENDING_KEY} is pending deletion."),
        (),
    ),
    "other-account-by-id": (
        {SSE: "aws:kms", f"{SSE}-aws-kms-key-id": kms.SHARED_KEY},
        (400, "KMS.NotFoundException", f"Key '{ARN}{kms.SHARED_KEY}' does not exist"),
        (),
    ),
    "other-account-not-shared KMS-014": (
        {
            SSE: "aws:kms",
            f"{SSE}-aws-kms-key-id": f"arn:aws:kms:us-east-1:{ALT.id}:key/{kms.PRIVATE_KEY}",
        },
        (403, "AccessDenied", "Access Denied"),
        (),
    ),
    "unknown-alias": (
        {SSE: "aws:kms", f"{SSE}-aws-kms-key-id": "alias/nobody"},
        (
            400,
            "KMS.NotFoundException",
            f"Alias arn:aws:kms:us-east-1:{MAIN.id}:alias/nobody is not found.",
        ),
        (),
    ),
    **{
        f"context-{name} KMS-010": (
            {SSE: "aws:kms", f"{SSE}-context": value},
            (
                400,
                "InvalidArgument",
                (
                    f"The header '{SSE}-context' shall be Base64-encoded UTF-8 "
                    "string holding JSON which represents a string-string map"
                ),
            ),
            (("ArgumentName", f"{SSE}-context"), ("ArgumentValue", value)),
        )
        for name, value in {
            "no-base64": "{}",
            "no-json": context("department"),
            "list": context('["a"]'),
            "number": context('{"a": 1}'),
            "no-utf-8": base64.b64encode(b'{"a": "\xff"}').decode(),
        }.items()
    },
}


@pytest.mark.parametrize(("headers", "error", "fields"), REFUSED.values(), ids=REFUSED)
def test_refuses(
    headers: dict[str, str], error: tuple[int, str, str], fields: tuple[tuple[str, str], ...]
) -> None:
    """A create with wrong encryption headers gets the status, code, text and fields of AWS."""
    with pytest.raises(S3Error) as caught:
        parse_encryption(asked(headers), a_bucket(), a_world())
    assert (caught.value.status, caught.value.code, caught.value.message) == error
    assert caught.value.fields == fields


def test_refuses_customer_key_over_plain_http() -> None:
    """A customer key over plain HTTP is refused before anything else of it is read (MS-001)."""
    with pytest.raises(S3Error, match="made over a secure connection") as caught:
        parse_encryption(asked({C + "key": "x"}, secure=False), a_bucket(), a_world())
    assert (caught.value.status, caught.value.code) == (400, "InvalidArgument")
    assert caught.value.fields == NAMELESS


LENIENT = {
    "blanks": lambda key: f"{key[:4]} {key[4:]}",
    "tabs": lambda key: f"{key[:4]}\t{key[4:]}",
    "foreign": lambda key: f"!#{key}!!",
    "three-paddings-more": lambda key: f"{key}===",
}


@pytest.mark.parametrize("change", LENIENT.values(), ids=LENIENT)
def test_lenient_base64(change: Callable[[str], str]) -> None:
    """What is no base64 in a key is passed over, and an incomplete last group (MS-010)."""
    headers = {**sse_c(), C + "key": change(sse_c()[C + "key"])}
    found = parse_encryption(asked(headers), a_bucket(), a_world()).customer
    assert found is not None
    assert found.matches(KEY_A)


STRICT = {
    "url-safe": lambda key: f"-_{key[2:]}",
    "no-padding": lambda key: key.rstrip("="),
    "four-paddings-more": lambda key: f"{key}====",
}


@pytest.mark.parametrize("change", STRICT.values(), ids=STRICT)
def test_other_base64(change: Callable[[str], str]) -> None:
    """URL-safe characters count as foreign, and padding is not made up for (MS-009)."""
    headers = {**sse_c(), C + "key": change(sse_c()[C + "key"])}
    with pytest.raises(S3Error, match="The calculated MD5 hash of the key did not match"):
        parse_encryption(asked(headers), a_bucket(), a_world())


@pytest.mark.parametrize("default", [DefaultEncryption(method="aws:kms"), DefaultEncryption()])
def test_refuses_kms_over_plain_http(default: DefaultEncryption) -> None:
    """KMS takes TLS, whether the request or the bucket asks for it (sse.kms-needs-tls-sigv4)."""
    headers = {SSE: "aws:kms"} if default.method == "AES256" else {}
    with pytest.raises(S3Error, match="made over a secure connection") as caught:
        parse_encryption(asked(headers, secure=False), a_bucket(encryption=default), a_world())
    assert (caught.value.status, caught.value.code) == (400, "InvalidArgument")


def test_blocked_customer_keys() -> None:
    """A bucket may block SSE-C, for creates and for parts (SSEC-023)."""
    blocking = a_bucket(encryption=DefaultEncryption(block_customer_keys=True))
    for attempt in (
        lambda: parse_encryption(asked(sse_c()), blocking, a_world()),
        lambda: check_part_encryption(asked(sse_c()), Encryption(), blocking),
    ):
        with pytest.raises(S3Error, match=r"has blocked upload requests .* \(SSE-C\)") as caught:
            attempt()
        assert (caught.value.status, caught.value.code) == (403, "AccessDenied")
    assert parse_encryption(asked(), blocking, a_world()) == Encryption()


def test_dual_layer_takes_no_bucket_key() -> None:
    """aws:kms:dsse is a method of its own, without bucket keys (KMS-013)."""
    headers = {SSE: "aws:kms:dsse", f"{SSE}-bucket-key-enabled": "true"}
    found = parse_encryption(asked(headers), a_bucket(), a_world())
    assert (found.method, found.bucket_key) == ("aws:kms:dsse", False)


def test_customer_key_is_never_kept() -> None:
    """Of a customer key only the MD5 and a salted digest stay (ssec.key-not-stored)."""
    kept = parse_encryption(asked(sse_c()), a_bucket(), a_world()).customer
    again = parse_encryption(asked(sse_c()), a_bucket(), a_world()).customer
    assert kept is not None
    assert again is not None
    assert kept.digest != again.digest
    assert KEY_A not in (kept.salt, kept.digest)
    assert "salt" not in repr(kept)
    assert (kept.matches(KEY_A), kept.matches(KEY_B)) == (True, False)
