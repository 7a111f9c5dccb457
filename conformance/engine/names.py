"""Names that a run gives: its id, and the names and keys that a session begins with."""

from __future__ import annotations

import hashlib
import re
import secrets as randomness
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from conformance.engine.buckets import zonal_end
from conformance.vocabulary.format import PROFILE_VALUES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.engine.guard import Territory
    from conformance.engine.value import Value

_RUN_ID: Final = re.compile(r"[a-z0-9]{1,24}")
_WORKER: Final = re.compile(r"[a-z0-9]{1,8}")
_LONGEST_SLUG: Final = 12
"""Some servers keep bucket and key as one file name, in base64, of at most 255 bytes."""


def new_run_id() -> str:
    """Return an id for a run, 16 characters: the UTC time and four random hex digits."""
    return f"{datetime.now(UTC):%y%m%d%H%M%S}{randomness.token_hex(2)}"


def check_names(run_id: str, worker: str) -> None:
    """Raise ValueError for an id or a worker that can't stand in the name of a bucket."""
    if not _RUN_ID.fullmatch(run_id) or not _WORKER.fullmatch(worker):
        raise ValueError(f"{run_id!r} or {worker!r} can't stand in the name of a bucket")


def slug(label: str) -> str:
    """Return a label as part of a key: letters, digits, dashes, and a short hash."""
    words = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:_LONGEST_SLUG].rstrip("-")
    return f"{words}-{hashlib.sha256(label.encode()).hexdigest()[:6]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionNames:
    """What the sessions of one worker have in common, of which their names are made."""

    worker: str
    territory: Territory
    region: str
    access_key: str
    values: Mapping[str, str]
    """What the target's profile tells, by the names of `PROFILE_VALUES`."""

    def of(self, label: str, bucket: str, port: str) -> dict[str, Value]:
        """Return the names that a session begins with: its bucket, keys below its label, ….

        ``port`` is where the endpoint listens.
        """
        territory = self.territory
        prefix = f"{territory.key_prefix}{self.worker}/{slug(label)}/"
        return {
            "bucket": bucket,
            "key": f"{prefix}object",
            "prefix": prefix,
            "region": self.region,
            "port": port,
            "other_bucket": f"{territory.bucket_prefix}{self.worker}-none{zonal_end(bucket)}",
            "access_key": self.access_key,
            **{PROFILE_VALUES[name]: value for name, value in self.values.items()},
        }
