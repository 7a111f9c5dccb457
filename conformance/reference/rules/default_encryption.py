"""The document of PutBucketEncryption."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.values import DefaultEncryption
from conformance.reference.rules.documents import (
    child,
    child_text,
    children,
    flag,
    malformed_xml,
    parse_xml,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_METHODS = ("AES256", "aws:kms", "aws:kms:dsse")


def parse_default_encryption(body: bytes) -> DefaultEncryption:
    """Return the default encryption of a ServerSideEncryptionConfiguration document.

    The key isn't looked up, for S3 does that when an object is written. Raises MalformedXML, and
    InvalidArgument for a key with AES256.
    """
    rules = children(parse_xml(body, "ServerSideEncryptionConfiguration"), "Rule")
    if len(rules) != 1:
        raise malformed_xml()
    rule = rules[0]
    applied = child(rule, "ApplyServerSideEncryptionByDefault")
    blocked = child(rule, "BlockedEncryptionTypes")
    if applied is None and blocked is None:
        raise malformed_xml()
    method, key = ("AES256", None) if applied is None else _applied(applied)
    return DefaultEncryption(
        method=cast("Literal['AES256', 'aws:kms', 'aws:kms:dsse']", method),
        kms_key=key,
        bucket_key=flag(child_text(rule, "BucketKeyEnabled")),
        block_customer_keys=blocked is not None and _blocks(blocked),
    )


def _applied(element: Element) -> tuple[str, str | None]:
    method, key = child_text(element, "SSEAlgorithm"), child_text(element, "KMSMasterKeyID")
    if method not in _METHODS:
        raise malformed_xml()
    if key is not None and method == "AES256":
        raise S3Error(
            400,
            "InvalidArgument",
            "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or "
            "aws:kms:dsse",
            (("ArgumentName", "ApplyServerSideEncryptionByDefault"),),
        )
    return method or "", key or None


def _blocks(element: Element) -> bool:
    """Return whether SSE-C is blocked (SSEC-023); NONE lifts the block."""
    types = [one.text or "" for one in children(element, "EncryptionType")]
    if len(types) != 1 or types[0] not in ("SSE-C", "NONE"):
        raise malformed_xml()
    return types[0] == "SSE-C"
