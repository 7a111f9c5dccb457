"""S3 Express signing: which requests a session signs, and a cache of these sessions.

The rules are those of SDKs (``sigv4-s3express`` of botocore): a session belongs to one bucket and
one identity, is opened when it is first needed, and is opened again a minute before it ends.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from conformance.wire.hosts import is_directory
from conformance.wire.model import Call, Edits, Identity
from conformance.wire.serialise import operation_model

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.wire.model import Answer, Transport


_MARGIN: Final = timedelta(seconds=60)
"""How long before its end a session is opened again, as botocore has it."""


@cache
def about_whole_bucket(operation: str) -> bool:
    """Return whether an operation goes to the Regional endpoint of directory buckets."""
    return _parameter(operation, "UseS3ExpressControlEndpoint")


@cache
def needs_session(operation: str) -> bool:
    """Return whether a session signs an operation on a directory bucket.

    CreateSession itself, the two copies (DIR-008) and whatever is about a bucket as a whole are
    signed with the identity's own keys.
    """
    own = _parameter(operation, "DisableS3ExpressSessionAuth")
    return not (own or about_whole_bucket(operation))


def _parameter(operation: str, name: str) -> bool:
    """Read botocore's model, whose operations say by a static parameter how they are routed."""
    found = operation_model(operation).static_context_parameters
    return any(one.name == name and one.value is True for one in found)


@dataclass(frozen=True, slots=True)
class _Kept:
    identity: Identity
    ends: datetime


class Sessions:
    """The sessions of one client, by bucket and identity; threads may share it.

    ``open_one`` sends a CreateSession as the named identity and returns the answer, or None.
    """

    def __init__(self, open_one: Callable[[Call, str], Answer | None]) -> None:
        self._open_one = open_one
        self._lock = threading.Lock()
        self._opening: dict[tuple[str, str], threading.Lock] = {}
        self._kept: dict[tuple[str, str], _Kept] = {}

    def signer(self, call: Call, who: str, own: Identity) -> Identity:
        """Return the keys that sign ``call``: those of a session where it needs one.

        Where none can be had the identity's own keys sign, so that the endpoint's own word on the
        request is seen.
        """
        chosen = call.edits.session
        if chosen is not None:
            return own if chosen == "none" else chosen
        bucket = call.members.get("Bucket")
        needed = isinstance(bucket, str) and is_directory(bucket) and needs_session(call.operation)
        if not needed or call.edits.sign == "anonymous" or not isinstance(bucket, str):
            return own
        return self._current(bucket, who, call.edits.transport) or own

    def _current(self, bucket: str, who: str, transport: Transport | None) -> Identity | None:
        key = (bucket, who)
        with self._lock:
            opening = self._opening.setdefault(key, threading.Lock())
        with opening:
            kept = self._kept.get(key)
            if kept is None or kept.ends - datetime.now(UTC) < _MARGIN:
                kept = self._open(bucket, who, transport)
                if kept is not None:
                    self._kept[key] = kept
        return None if kept is None else kept.identity

    def _open(self, bucket: str, who: str, transport: Transport | None) -> _Kept | None:
        call = Call(
            operation="CreateSession", members={"Bucket": bucket}, edits=Edits(transport=transport)
        )
        answer = self._open_one(call, who)
        if answer is None or answer.status != 200:
            return None
        return _read(answer.members.get("Credentials"))


def _read(credentials: object) -> _Kept | None:
    identity = session_identity(credentials)
    ends = credentials.get("Expiration") if isinstance(credentials, dict) else None
    if identity is None or not isinstance(ends, datetime):
        return None
    # A time without a zone is S3's, and S3's are UTC.
    return _Kept(identity, ends if ends.tzinfo else ends.replace(tzinfo=UTC))


def session_identity(credentials: Mapping[str, object] | object) -> Identity | None:
    """Return the ``Credentials`` of a CreateSession answer as keys; None when they are none."""
    if not isinstance(credentials, dict):
        return None
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    key, secret, token = (credentials.get(name) for name in names)
    if not (isinstance(key, str) and isinstance(secret, str) and isinstance(token, str)):
        return None
    return Identity(key, secret, token, of_session=True)
