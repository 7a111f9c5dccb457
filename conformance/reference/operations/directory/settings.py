"""Default encryption and policy of directory buckets."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from conformance.reference.operations.buckets.encryption import (
    DELETE_ENCRYPTION,
    GET_ENCRYPTION,
    PUT_ENCRYPTION,
    Encrypting,
    encryption_document,
)
from conformance.reference.operations.buckets.settings import (
    DELETE_POLICY,
    GET_POLICY,
    PUT_POLICY,
)
from conformance.reference.operations.directory.buckets import regional_host
from conformance.reference.operations.directory.checks import in_directory
from conformance.reference.operations.directory.encryption import customer_key
from conformance.reference.rules.documents import malformed_xml


def one_customer_key(context: Encrypting) -> None:
    """Refuse another default than AES256 or the bucket's one key under KMS (DIR-006)."""
    wanted, caller = context.wanted, context.request.caller or context.bucket.owner
    if wanted.method == "aws:kms:dsse" or wanted.block_customer_keys:
        raise malformed_xml()
    if wanted.method == "aws:kms":
        arn = customer_key(wanted.kms_key, context.bucket, context.world, caller)
        context.wanted = replace(wanted, kms_key=arn, bucket_key=True)


def remember_key(context: Encrypting) -> None:
    """Set the default; a key that was named once is the bucket's for its life."""
    context.bucket.encryption = context.wanted
    context.bucket.customer_key = context.wanted.kms_key or context.bucket.customer_key


GET_DIRECTORY_ENCRYPTION: Final = in_directory(GET_ENCRYPTION, (regional_host,))
PUT_DIRECTORY_ENCRYPTION: Final = replace(
    in_directory(
        PUT_ENCRYPTION,
        (regional_host,),
        instead={"encryption_document": (encryption_document, one_customer_key)},
    ),
    effect=remember_key,
)
DELETE_DIRECTORY_ENCRYPTION: Final = in_directory(DELETE_ENCRYPTION, (regional_host,))
DIRECTORY_GET_POLICY: Final = in_directory(GET_POLICY, (regional_host,))
DIRECTORY_PUT_POLICY: Final = in_directory(PUT_POLICY, (regional_host,))
DIRECTORY_DELETE_POLICY: Final = in_directory(DELETE_POLICY, (regional_host,))
