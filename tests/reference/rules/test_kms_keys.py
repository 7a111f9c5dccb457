"""KMS keys: how a request or a bucket names one, and who may use it."""

from __future__ import annotations

from functools import partial

import pytest

from conformance.reference.domain import kms
from conformance.reference.domain.values import DefaultEncryption, Encryption
from conformance.reference.rules.sse import parse_encryption

from .building import ALT, MAIN, a_bucket, a_world, asked, refusal, sse_c
from .encryption import ARN, SSE

KEYS = {
    "id": (kms.CUSTOMER_KEY, ARN + kms.CUSTOMER_KEY),
    "arn": (ARN + kms.CUSTOMER_KEY, ARN + kms.CUSTOMER_KEY),
    "alias": (kms.CUSTOMER_ALIAS, ARN + kms.CUSTOMER_KEY),
    "alias-arn": (
        f"arn:aws:kms:us-east-1:{MAIN.id}:{kms.CUSTOMER_ALIAS}",
        ARN + kms.CUSTOMER_KEY,
    ),
    "other-account-by-arn": (
        f"arn:aws:kms:us-east-1:{ALT.id}:key/{kms.SHARED_KEY}",
        f"arn:aws:kms:us-east-1:{ALT.id}:key/{kms.SHARED_KEY}",
    ),
}


@pytest.mark.parametrize(("name", "arn"), KEYS.values(), ids=KEYS)
def test_names_of_keys(name: str, arn: str) -> None:
    """A key goes by id, ARN and alias; responses carry its ARN (KMS-001, sse.kms-key-id)."""
    headers = {SSE: "aws:kms", f"{SSE}-aws-kms-key-id": name}
    assert parse_encryption(asked(headers), a_bucket(), a_world()).kms_key == arn


def test_managed_key() -> None:
    """KMS without a key id takes the caller's aws/s3 key, always the same (KMS-002)."""
    world = a_world()
    first = parse_encryption(asked({SSE: "aws:kms"}), a_bucket(), world)
    again = parse_encryption(asked({SSE: "aws:kms"}), a_bucket(), world)
    other = parse_encryption(asked({SSE: "aws:kms"}, caller=ALT), a_bucket(), world)
    assert first.kms_key == again.kms_key
    assert str(first.kms_key).startswith(f"arn:aws:kms:us-east-1:{MAIN.id}:key/")
    assert str(other.kms_key).startswith(f"arn:aws:kms:us-east-1:{ALT.id}:key/")


def test_bucket_default() -> None:
    """The bucket's default holds for a request that asks for nothing, and only then (SSE-001)."""
    world = a_world()
    default = DefaultEncryption(method="aws:kms", kms_key=kms.CUSTOMER_KEY, bucket_key=True)
    bucket = a_bucket(encryption=default)
    expected = Encryption(method="aws:kms", kms_key=ARN + kms.CUSTOMER_KEY, bucket_key=True)
    assert parse_encryption(asked(), bucket, world) == expected
    assert parse_encryption(asked({SSE: "AES256"}), bucket, world) == Encryption()
    assert parse_encryption(asked(sse_c()), bucket, world).method == "SSE-C"
    off = {SSE: "aws:kms", f"{SSE}-bucket-key-enabled": "false"}
    assert not parse_encryption(asked(off), bucket, world).bucket_key


def test_keys_of_others() -> None:
    """The bucket owner's aws/s3 key serves no other account, and nobody has a key (KMS-014)."""
    bucket = a_bucket(encryption=DefaultEncryption(method="aws:kms"))
    denied = (403, "AccessDenied", "Access Denied", ())
    for caller in (ALT, None):
        request = asked(caller=caller)
        assert refusal(partial(parse_encryption, request, bucket, a_world())) == denied
    nobody = asked({SSE: "aws:kms"}, caller=None)
    assert refusal(lambda: parse_encryption(nobody, a_bucket(), a_world())) == denied


def test_managed_key_by_its_alias() -> None:
    """aws/s3 can be named, too."""
    headers = {SSE: "aws:kms", f"{SSE}-aws-kms-key-id": "alias/aws/s3"}
    named = parse_encryption(asked(headers), a_bucket(), a_world())
    assert named == parse_encryption(asked({SSE: "aws:kms"}), a_bucket(), a_world())
