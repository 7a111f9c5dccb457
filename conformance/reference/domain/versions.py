"""The versions of a key: how a write, a delete and a completion change their order."""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import TYPE_CHECKING, Final

from conformance.reference.domain.state import ObjectVersion

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.domain.messages import Account
    from conformance.reference.domain.state import Bucket, World

NULL: Final = "null"
_NOISE_BYTES: Final = 12
_SEAL: Final = b"s3-conformance version id"
"""No secret: it only tells ids that were given from texts of their form."""


def new_version_id() -> str:
    """Return an opaque version id of 32 URL-safe characters."""
    noise = secrets.token_bytes(_NOISE_BYTES)
    return base64.urlsafe_b64encode(noise + _sealed(noise)).decode("ascii").replace("-", ".")


def is_version_id(text: str) -> bool:
    """Return whether a version was ever given that id, here or by another such endpoint.

    S3 can tell, too: it refuses a text of the right form that it never gave (MS-049, MS-065).
    """
    try:
        raw = base64.b64decode(text.replace(".", "-"), altchars=b"-_", validate=True)
    except ValueError:
        return False
    noise, seal = raw[:_NOISE_BYTES], raw[_NOISE_BYTES:]
    return len(raw) == 2 * _NOISE_BYTES and hmac.compare_digest(seal, _sealed(noise))


def _sealed(noise: bytes) -> bytes:
    return hmac.digest(_SEAL, noise, "sha256")[:_NOISE_BYTES]


def next_version_id(bucket: Bucket) -> str:
    """Return the id of a version written now: ``null`` unless versioning is Enabled."""
    return new_version_id() if bucket.versioning == "Enabled" else NULL


def store(bucket: Bucket, version: ObjectVersion, world: World) -> None:
    """Put a version in its place; a null version replaces the null version before it.

    Of numbered versions that uploads made, the one whose upload began last stays in front, even
    if it was completed first (VER-003). The sources say nothing of a PutObject between them: it
    takes its place when it arrives, as in a bucket without versions.
    """
    versions = bucket.objects.setdefault(version.key, [])
    if version.version_id == NULL:
        _drop(versions, NULL)
    at = len(versions)
    if version.version_id != NULL and version.initiated is not None:
        while at and (versions[at - 1].initiated or 0) > version.initiated:
            at -= 1
    versions.insert(at, version)
    bucket.changed[version.key] = world.tick()


def delete(
    bucket: Bucket, key: str, *, owner: Account, now: datetime, world: World
) -> ObjectVersion | None:
    """Delete without a version id; return the delete marker that it leaves, if any."""
    if bucket.versioning is None:
        if bucket.objects.pop(key, None) is not None:
            bucket.changed[key] = world.tick()
        return None
    marker = ObjectVersion(
        key=key,
        version_id=next_version_id(bucket),
        modified=now.replace(microsecond=0),
        owner=owner,
        delete_marker=True,
    )
    store(bucket, marker, world)
    return marker


def delete_version(
    bucket: Bucket, key: str, version_id: str, *, world: World
) -> ObjectVersion | None:
    """Delete one version for good; return it, or None if there was no such version."""
    versions = bucket.objects.get(key, [])
    gone = _drop(versions, version_id)
    if gone is not None:
        bucket.changed[key] = world.tick()
        if not versions:
            del bucket.objects[key]
    return gone


def _drop(versions: list[ObjectVersion], version_id: str) -> ObjectVersion | None:
    for at, version in enumerate(versions):
        if version.version_id == version_id:
            return versions.pop(at)
    return None
