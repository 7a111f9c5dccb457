"""Allows writes and deletes only in what the run created, and notes the buckets that it made.

Each request is checked before it is sent, and noted with its answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import normpath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from conformance.catalog.service import request_members
from conformance.engine import answers
from conformance.engine.errors import GuardError

if TYPE_CHECKING:
    from conformance.wire.model import Answer, Call

_READING: Final = ("Get", "Head", "List")
_LEAVE_NOTHING: Final = (*_READING, "Abort")
_READING_TOO: Final = frozenset({"CreateSession", "SelectObjectContent"})
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_NAME: Final = re.compile(r"(?!.*\.\.)[A-Za-z0-9._-]+")
"""Also names that S3 refuses, which tests ask for and a server may take."""
_NOBODYS: Final = re.compile(r"(arn:[a-z0-9:/-]+/)?nobody[a-z0-9-]*")
"""Names that no bucket or access point has, for tests of what does not exist."""
NAME_ROOT: Final = "s3-conformance-"
"""What the name of every bucket that a run makes begins with."""


@dataclass(slots=True)
class Territory:
    """What belongs to the run: buckets by the beginning of their names, keys by their prefix."""

    bucket_prefix: str
    """``s3-conformance-<run id>-``: no bucket of such a name is anyone else's."""
    key_prefix: str
    """``s3-conformance/<run id>/``."""
    lent: str | None = None
    """The user's own bucket, in which only keys below ``key_prefix`` may be touched."""
    stand_ins: frozenset[str] = frozenset()
    """Access points, and the bucket behind one, that the profile lends in the same way."""
    made: set[str] = field(default_factory=set)
    """Buckets of ours that may be there, as far as the answers tell."""
    written: set[str] = field(default_factory=set)
    """Stand-ins in which a write of ours may have left something."""

    def owns(self, bucket: str) -> bool:
        """Return whether a bucket is the run's own, by its name.

        A name with a slash or a dot segment in it could be another's for a server that decodes it.
        """
        return bucket.startswith(self.bucket_prefix) and _NAME.fullmatch(bucket) is not None

    def check(self, call: Call) -> None:
        """Raise GuardError for a request that reads or changes anything outside of it."""
        self._check_source(call)
        if _only_reads(call):
            self._check_reading(call)
            return
        if any(
            name.lower() == "host" for name, _ in (*call.edits.headers, *call.edits.late_headers)
        ):
            raise GuardError(f"{call.operation} with a Host of its own could reach any bucket")
        known = request_members(call.operation)
        bucket = call.members.get("Bucket")
        if not isinstance(bucket, str):
            if "Bucket" in known and "Bucket" not in call.members:
                return  # without a bucket the request names nobody's
            raise GuardError(f"{call.operation} changes something that belongs to no bucket")
        whole_bucket = changes_bucket(call.operation)
        lent = bucket == self.lent or bucket in self.stand_ins
        if not self.owns(bucket) and (not lent or whole_bucket):
            raise GuardError(f"{call.operation} would change the bucket {bucket}, not the run's")
        if whole_bucket:
            return
        for key in self._keys(call, bucket):
            if not (key.startswith(self.key_prefix) and self._stays_below(key)):
                raise GuardError(
                    f"{call.operation} would change the key {key!r}, which does not begin with "
                    f"{self.key_prefix}"
                )

    def note(self, call: Call, answer: Answer | None) -> None:
        """Remember the buckets in which, or as which, something of ours may be there now.

        A bucket of ours counts as made unless its CreateBucket was refused: one that got no answer,
        or a breakdown for one, may have made it all the same, and removing it then does no harm. By
        the same measure a stand-in counts as written to.
        """
        bucket = call.members.get("Bucket")
        if not isinstance(bucket, str):
            return
        done = answer is not None and answers.succeeded(call.operation, answer)
        refused = answer is not None and (400 <= answer.status < 500 or answer.status == 501)
        if bucket in self.stand_ins:
            if not refused and not call.operation.startswith(_LEAVE_NOTHING):
                self.written.add(bucket)
        elif not self.owns(bucket):
            return
        elif call.operation == "DeleteBucket":
            if answer is not None and answer.status == 204:
                self.made.discard(bucket)
        elif done or (call.operation == "CreateBucket" and not refused):
            # Some servers make a bucket unasked, when something else is done to it.
            self.made.add(bucket)

    def _check_reading(self, call: Call) -> None:
        """Refuse to read what is somebody else's: it would stand in the record."""
        bucket, key = call.members.get("Bucket"), call.members.get("Key")
        if not isinstance(bucket, str) or not bucket or self._near(bucket):
            return
        if _NOBODYS.fullmatch(bucket):
            return
        if bucket != self.lent and bucket not in self.stand_ins:
            raise GuardError(f"{call.operation} would read the bucket {bucket}, not the run's")
        own = isinstance(key, str) and key.startswith(self.key_prefix) and self._stays_below(key)
        if isinstance(key, str) and not own:
            raise GuardError(
                f"{call.operation} would read the key {key!r} of {bucket}, which does not begin "
                f"with {self.key_prefix}"
            )

    def _near(self, bucket: str) -> bool:
        """Return whether a name is the run's own, or one of its own with a mistake in it."""
        return bucket.startswith(self.bucket_prefix) and not any(c in bucket for c in "/%?#\\")

    def _check_source(self, call: Call) -> None:
        """Refuse to copy from what is somebody else's; a text that names no object is harmless."""
        source = call.members.get("CopySource")
        if isinstance(source, Mapping):
            bucket, key = str(source.get("Bucket", "")), str(source.get("Key", ""))
        elif isinstance(source, str):
            path = unquote(source).removeprefix("/").partition("?")[0]
            bucket, _, key = path.partition("/")
        else:
            return
        if not key or self._near(bucket):
            return
        ours = key.startswith(self.key_prefix) and self._stays_below(key)
        shared = bucket == self.lent or any(one.startswith(bucket) for one in self.stand_ins)
        if not (shared and (ours or bucket != self.lent)):
            raise GuardError(f"{call.operation} would copy from {bucket}/{key}, not the run's")

    def _stays_below(self, key: str) -> bool:
        """Return whether a key stays below the prefix for a server that resolves dots in paths."""
        below = self.key_prefix.rstrip("/") + "/"
        return normpath(key).startswith(below) and normpath(unquote(key)).startswith(below)

    def _keys(self, call: Call, bucket: str) -> list[str]:
        if call.operation != "DeleteObjects":
            key = call.members.get("Key")
            return [key] if isinstance(key, str) else []
        if call.edits.body is not None and not self.owns(bucket):
            raise GuardError("DeleteObjects with a body of its own, in a bucket that is not ours")
        delete = call.members.get("Delete")
        objects = delete.get("Objects") if isinstance(delete, Mapping) else None
        items = objects if isinstance(objects, Sequence) else ()
        return [str(item.get("Key", "")) for item in items if isinstance(item, Mapping)]


def changes_bucket(operation: str) -> bool:
    """Return whether an operation changes a bucket as a whole, not what lies in it."""
    if operation.startswith(_READING) or operation in {*_READING_TOO, "DeleteObjects"}:
        return False
    return "Key" not in request_members(operation)


def _only_reads(call: Call) -> bool:
    method = call.edits.method
    if method is not None and method.upper() not in _SAFE_METHODS:
        return False
    return call.operation.startswith(_READING) or call.operation in _READING_TOO
