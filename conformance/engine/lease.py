"""The lease of a run: a small object in its bucket that shows others that it is active.

Whoever cleans up reads it and leaves what belongs to a run that lives. Its age is that between two
times of the server's own, so that no clock of a client counts.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from conformance.engine.guard import NAME_ROOT
from conformance.wire.model import Call

if TYPE_CHECKING:
    from conformance.engine.session import Sender
    from conformance.wire.model import Answer

LEASE: Final = timedelta(seconds=60)
"""The age from which a lease shows that its run has ended."""
RENEWAL: Final = timedelta(seconds=15)
YOUNG: Final = timedelta(hours=1)
"""The age up to which a run without a lease is left: it may not have come to write one."""

KEY_ROOT: Final = "s3-conformance/"
"""What every key that a run makes begins with."""
_ID: Final = r"(?P<run>\d{12}[0-9a-f]{4})"
_BUCKET: Final = re.compile(rf"{re.escape(NAME_ROOT)}{_ID}-[a-z0-9.-]+")
_KEY: Final = re.compile(rf"{re.escape(KEY_ROOT)}{_ID}/.+", re.DOTALL)
_LEASE_KEY: Final = re.compile(rf"{re.escape(KEY_ROOT)}{_ID}/[a-z0-9]{{1,8}}/lease")
_WRITTEN: Final = "%y%m%d%H%M%S"


def lease_key(key_prefix: str, worker: str) -> str:
    """Return the key of a worker's lease, which no key of a test can be."""
    return f"{key_prefix}{worker}/lease"


def lease_call(bucket: str, key: str) -> Call:
    """Return the call that writes a lease, or renews it."""
    text = f"This run of s3-conformance was alive at {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}.\n"
    return Call(
        operation="PutObject", members={"Bucket": bucket, "Key": key, "Body": text.encode()}
    )


def run_of_bucket(name: str) -> str:
    """Return the id of the run that made a bucket; empty for any other's."""
    return _run(_BUCKET.fullmatch(name))


def run_of_key(key: str) -> str:
    """Return the id of the run that made a key; empty for any other's."""
    return _run(_KEY.fullmatch(key))


def is_lease(key: str) -> bool:
    """Return whether a key is that of a lease."""
    return _LEASE_KEY.fullmatch(key) is not None


def begun(run: str) -> datetime | None:
    """Return when a run began, by its id; None when that names no time."""
    try:
        return datetime.strptime(run[:12], _WRITTEN).replace(tzinfo=UTC)
    except ValueError:
        return None


def lease_age(sender: Sender, bucket: str, key: str) -> timedelta | None:
    """Request a lease and return its age; None if there is none, or its age is unknown."""
    exchange = sender.send(Call(operation="GetObject", members={"Bucket": bucket, "Key": key}))
    answer = exchange.answer
    if answer is None or answer.status != 200:
        return None
    renewed, now = _time(answer, "last-modified"), _time(answer, "date")
    if renewed is None:
        return None
    return (now or datetime.now(UTC)) - renewed


def _run(found: re.Match[str] | None) -> str:
    if found is None or begun(found["run"]) is None:
        return ""
    return found["run"]


def _time(answer: Answer, name: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(answer.header(name) or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
