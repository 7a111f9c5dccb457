"""Subsets of the headers of managed encryption."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hypothesis.strategies import SearchStrategy

    from conformance.catalog.model import Tree

_VALUES: Final[Mapping[str, tuple[Tree, ...]]] = {
    "ServerSideEncryption": ("AES256", "aws:kms", "aws:kms:dsse"),
    "SSEKMSKeyId": ("alias/aws/s3",),
    "SSEKMSEncryptionContext": ("e30=", "eyJhIjoiYiJ9"),
    "BucketKeyEnabled": (True, False),
}


def encryption_headers(*, kms: bool = True) -> SearchStrategy[dict[str, Tree]]:
    """Give any subset of the headers; without ``kms`` only those that name no KMS."""
    values: dict[str, SearchStrategy[Tree]] = {
        name: st.sampled_from(found if kms else found[:1])
        for name, found in _VALUES.items()
        if kms or name == "ServerSideEncryption"
    }
    return st.fixed_dictionaries({}, optional=values)


def is_legal(members: Mapping[str, Tree]) -> bool:
    """Return whether a subset may be sent: what belongs to KMS goes with KMS alone."""
    kms = str(members.get("ServerSideEncryption", "")).startswith("aws:kms")
    asked = [name for name in members if name != "ServerSideEncryption"]
    dsse = members.get("ServerSideEncryption") == "aws:kms:dsse"
    return (kms or not asked) and not (dsse and "BucketKeyEnabled" in members)
