"""What the reference holds: accounts, keys, buckets, uploads, parts and object versions.

Only the effects of operations change it, and only while they hold ``World.lock``.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from conformance.reference.domain.values import DefaultEncryption, Encryption

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from conformance.reference.domain.blob import Blob
    from conformance.reference.domain.kms import KeyStore
    from conformance.reference.domain.messages import Account, Session
    from conformance.reference.domain.metadata import Metadata
    from conformance.reference.domain.names import Kind
    from conformance.reference.domain.policy import Policy
    from conformance.reference.domain.values import (
        Acl,
        DefaultRetention,
        LifecycleRule,
        ObjectLock,
        Ownership,
        PublicAccessBlock,
    )

ChecksumType = Literal["COMPOSITE", "FULL_OBJECT"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """An additional checksum as S3 shows it."""

    algorithm: str
    """CRC32, CRC32C, CRC64NVME, SHA1 or SHA256."""
    type: ChecksumType
    value: str
    """Base64, with ``-N`` behind it when composite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One uploaded part; a new upload of its number replaces it whole."""

    number: int
    blob: Blob
    etag: str
    """Without quotes; the hexadecimal MD5, save under SSE-C and KMS."""
    modified: datetime
    checksum: str | None = None
    """Base64, of the upload's algorithm; None when the upload has none (CK-037)."""

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.blob)


@dataclass(slots=True, kw_only=True, eq=False)
class ObjectVersion:
    """One version of an object, or a delete marker."""

    key: str
    version_id: str
    """``null`` outside of Enabled versioning."""
    modified: datetime
    owner: Account
    delete_marker: bool = False
    etag: str = ""
    """Without quotes."""
    blobs: tuple[Blob, ...] = ()
    parts: tuple[Part, ...] = ()
    """In the order of the manifest; empty unless a multipart upload made it."""
    encryption: Encryption = field(default_factory=Encryption)
    metadata: Metadata | None = None
    """None for a delete marker, as is ``acl``."""
    storage_class: str = "STANDARD"
    acl: Acl | None = None
    tags: tuple[tuple[str, str], ...] = ()
    lock: ObjectLock | None = None
    checksum: Checksum | None = None
    upload_id: str | None = None
    """The upload that made it."""
    initiated: int | None = None
    """The sequence of that upload (VER-003)."""

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(map(len, self.blobs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What a completed upload remembers, so that the same request gets the same answer."""

    manifest: tuple[tuple[int, str], ...]
    """Part number and ETag without quotes."""
    version_id: str
    """Not the version itself: its bytes go when it is overwritten or deleted."""


@dataclass(slots=True, kw_only=True, eq=False)
class Upload:
    """A multipart upload; kept after its end, for its id stays known while the bucket lives."""

    id: str
    key: str
    sequence: int
    initiated: datetime
    initiator: Account
    owner: Account
    encryption: Encryption
    metadata: Metadata
    storage_class: str
    acl: Acl
    tags: tuple[tuple[str, str], ...] = ()
    lock: ObjectLock | None = None
    checksum_algorithm: str | None = None
    checksum_type: ChecksumType | None = None
    parts: dict[int, Part] = field(default_factory=dict)
    state: Literal["active", "completed", "aborted"] = "active"
    completion: Completion | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """An Availability Zone or a Local Zone in which directory buckets can be made."""

    id: str
    kind: Literal["AvailabilityZone", "LocalZone"]

    @property
    def storage_class(self) -> str:
        """The one class of its objects (DIR-019)."""
        return "EXPRESS_ONEZONE" if self.kind == "AvailabilityZone" else "ONEZONE_IA"

    @property
    def redundancy(self) -> str:
        """The one DataRedundancy of its buckets."""
        return "SingleAvailabilityZone" if self.kind == "AvailabilityZone" else "SingleLocalZone"


@dataclass(slots=True, kw_only=True, eq=False)
class Bucket:
    """A bucket with its sub-resources."""

    name: str
    owner: Account
    created: datetime
    region: str
    acl: Acl
    kind: Kind = "general-purpose"
    zone: Zone | None = None
    """Of a directory bucket, and of no other."""
    customer_key: str | None = None
    """ARN of the one KMS key that a directory bucket ever has; None until one is named."""
    ownership: Ownership = "BucketOwnerEnforced"
    ownership_controls: bool = True
    """Whether there are any; once deleted, ``ownership`` is ObjectWriter."""
    versioning: Literal["Enabled", "Suspended"] | None = None
    names_mfa_delete: bool = False
    """A document has set MFA delete to Disabled, which the state tells from then on."""
    encryption: DefaultEncryption = field(default_factory=DefaultEncryption)
    public_access_block: PublicAccessBlock | None = None
    tags: tuple[tuple[str, str], ...] | None = None
    lifecycle: tuple[LifecycleRule, ...] = ()
    object_lock: bool = False
    default_retention: DefaultRetention | None = None
    policy: Policy | None = None
    requester_pays: bool = False
    objects: dict[str, list[ObjectVersion]] = field(default_factory=dict)
    """Versions of each key, the current one last; no key has an empty list."""
    uploads: dict[str, Upload] = field(default_factory=dict)
    """By id: active, completed and aborted."""
    changed: dict[str, int] = field(default_factory=dict)
    """When each key was last written or deleted, in ``World.tick`` (PRE-003, PRE-007)."""

    def current(self, key: str) -> ObjectVersion | None:
        """Return the newest version of ``key``, which may be a delete marker, or None."""
        versions = self.objects.get(key)
        return versions[-1] if versions else None

    def version(self, key: str, version_id: str) -> ObjectVersion | None:
        """Return that version of ``key``, or None."""
        for version in self.objects.get(key, ()):
            if version.version_id == version_id:
                return version
        return None


@dataclass(slots=True, kw_only=True, eq=False)
class World:
    """Everything there is, for one process."""

    region: str
    accounts: tuple[Account, ...]
    """The main account first, then the other one."""
    kms: KeyStore
    zones: tuple[Zone, ...] = ()
    buckets: dict[str, Bucket] = field(default_factory=dict)
    access_points: dict[str, str] = field(default_factory=dict)
    """What stands in for a bucket, as hosts and paths spell it, to the name of the bucket."""
    access_point_arns: dict[str, str] = field(default_factory=dict)
    """The same by ARN, which only the source of a copy names."""
    sessions: dict[str, Account | Session] = field(default_factory=dict)
    """Sessions by access key, where the face looks for the holder of a key."""
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _ticks: Iterator[int] = field(default_factory=lambda: itertools.count(1), repr=False)

    def tick(self) -> int:
        """Return the next number of the one order in which everything happens."""
        return next(self._ticks)

    def find(self, name: str) -> Bucket | None:
        """Return the bucket of that name, or the one behind an access point of that name."""
        return self.buckets.get(name) or self.buckets.get(self.access_points.get(name, ""))

    def find_source(self, name: str) -> Bucket | None:
        """Return the bucket that a copy names as its source, which may be by ARN."""
        return self.find(self.access_point_arns.get(name, name))

    def account(self, *, access_key: str) -> Account | None:
        """Return the account whose key pair this is, or None."""
        return next((one for one in self.accounts if one.access_key == access_key), None)
