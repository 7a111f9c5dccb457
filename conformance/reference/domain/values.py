"""Values that the rules read out of requests, and that buckets, uploads and versions keep."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

Ownership = Literal["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]
Permission = Literal["READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"]
Method = Literal["AES256", "aws:kms", "aws:kms:dsse", "aws:fsx", "SSE-C"]
LockMode = Literal["GOVERNANCE", "COMPLIANCE"]

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"


@dataclass(frozen=True, slots=True)
class Grantee:
    """Who a grant is for: an account by canonical id, or a predefined group by URI."""

    kind: Literal["CanonicalUser", "Group"]
    value: str


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission for one grantee."""

    grantee: Grantee
    permission: Permission


@dataclass(frozen=True, slots=True)
class Acl:
    """An access control list; ``owner`` is the canonical id of the resource's owner."""

    owner: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicAccessBlock:
    """The four switches of S3 Block Public Access; a new bucket has them all on."""

    block_public_acls: bool = True
    ignore_public_acls: bool = True
    block_public_policy: bool = True
    restrict_public_buckets: bool = True


@dataclass(frozen=True, slots=True)
class CustomerKey:
    """What is kept of an SSE-C key: its MD5, which answers echo, and a salted SHA-256."""

    md5: str
    """Base64, as the client sent it."""
    salt: bytes = field(repr=False)
    digest: bytes = field(repr=False)

    def matches(self, key: bytes) -> bool:
        """Tell, in constant time, whether ``key`` (32 bytes) is the one that was digested."""
        return hmac.compare_digest(hashlib.sha256(self.salt + key).digest(), self.digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encryption:
    """How an upload or a version is encrypted at rest."""

    method: Method = "AES256"
    kms_key: str | None = None
    """ARN of the KMS key, for the two KMS methods."""
    context: str | None = None
    """The KMS encryption context as the header gave it (base64)."""
    bucket_key: bool = False
    customer: CustomerKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultEncryption:
    """A bucket's default encryption, and whether it blocks SSE-C uploads (SSEC-023)."""

    method: Literal["AES256", "aws:kms", "aws:kms:dsse"] = "AES256"
    kms_key: str | None = None
    """Id, ARN or alias as configured; None stands for the account's aws/s3 key."""
    bucket_key: bool = False
    block_customer_keys: bool = False
    # Since April 2026 new buckets on AWS block SSE-C (SSEC-023). Here they don't: the servers that
    # share a suite with this endpoint know no such block, and scenarios that need one side or the
    # other set BlockedEncryptionTypes (SSE-C or NONE) themselves.


@dataclass(frozen=True, slots=True)
class Retention:
    """Object Lock retention of one version."""

    mode: LockMode
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventHold:
    """An event hold of one version; one of days and years is set, at the latest when it is on."""

    on: bool
    days: int | None = None
    years: int | None = None


@dataclass(frozen=True, slots=True)
class ObjectLock:
    """Object Lock state of an upload or a version; what is None was never set."""

    retention: Retention | None = None
    legal_hold: bool | None = None
    event_hold: EventHold | None = None


@dataclass(frozen=True, slots=True)
class DefaultRetention:
    """The DefaultRetention of a bucket's Object Lock rule; one of days and years is set."""

    mode: LockMode
    days: int | None = None
    years: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleRule:
    """One lifecycle rule, as far as answers depend on it."""

    id: str
    enabled: bool
    prefix: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    larger_than: int | None = None
    smaller_than: int | None = None
    abort_days: int | None = None
    expire_days: int | None = None
    expire_on: datetime | None = None
    xml: bytes = b""
    """The rule as it was put, for GetBucketLifecycleConfiguration."""
