"""The hosts of zones, access points and Outposts, by the bucket's name or ARN.

SDKs work them out by the same rules: the endpoint rule set of botocore.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from conformance.wire.model import Endpoint, StepAddressing

DIRECTORY_SUFFIXES: Final = ("--x-s3", "--xa-s3")
OUTPOSTS_ALIAS: Final = "--op-s3"
_ZONE: Final = re.compile(r".+--([a-z0-9]+(?:-[a-z0-9]+)+)--xa?-s3")
_ARN: Final = re.compile(
    r"arn:[^:]+:(?P<service>s3|s3-outposts):(?P<region>[^:]*):(?P<account>\d{12}):"
    r"(?:outpost[/:](?P<outpost>[^/:]+)[/:])?accesspoint[/:](?P<name>[^/:]+)"
)
_OUTPOST_IN_ALIAS: Final = slice(-49, -32)
"""Where an alias of Outposts holds the 17 digits of the Outpost's id."""


@dataclass(frozen=True, slots=True)
class Place:
    """The host and path for requests to one bucket, or without a bucket."""

    host: str
    in_host: bool
    """The host names the bucket, so that the path does not."""


def is_directory(bucket: str) -> bool:
    """Tell a directory bucket, or its access point, by the name, as SDKs do (DIR-002)."""
    return bucket.endswith(DIRECTORY_SUFFIXES)


@lru_cache(maxsize=1024)
def service_of(bucket: str, operation: str) -> str:
    """Return the service whose scope a request is signed in."""
    if is_directory(bucket) or operation == "ListDirectoryBuckets":
        return "s3express"
    arn = _ARN.fullmatch(bucket)
    outposts = arn is not None and arn["service"] == "s3-outposts"
    return "s3-outposts" if outposts or bucket.endswith(OUTPOSTS_ALIAS) else "s3"


def own_place(
    endpoint: Endpoint, bucket: str, addressing: StepAddressing | None, *, whole_bucket: bool
) -> Place | None:
    """Return the host of a zone, an access point or an Outpost; None for every other bucket.

    None too when the endpoint has no `Endpoint.service_domain`, where such requests go the way of
    all others. ``whole_bucket`` requests go to the Regional endpoint of directory buckets.
    """
    if endpoint.service_domain is None:
        return None
    end = f"{endpoint.region}.{endpoint.service_domain}"
    if whole_bucket:
        return Place(f"s3express-control.{end}", in_host=False)
    if is_directory(bucket):
        found = _ZONE.fullmatch(bucket)
        zone = found[1] if found else "control"
        if addressing == "other-zone":
            zone = zone[:-1] + ("5" if zone.endswith("4") else "4")
        host = f"s3express-{zone}.{end}"
        return Place(host, False) if addressing == "path" else Place(f"{bucket}.{host}", True)
    if addressing == "path":
        return None
    if bucket.endswith(OUTPOSTS_ALIAS):
        return Place(f"{bucket}.op-{bucket[_OUTPOST_IN_ALIAS]}.s3-outposts.{end}", True)
    arn = _ARN.fullmatch(bucket)
    if arn is None:
        return None
    point = f"{arn['name']}-{arn['account']}"
    if arn["service"] == "s3-outposts":
        return Place(f"{point}.{arn['outpost']}.s3-outposts.{end}", True)
    return Place(f"{point}.s3-accesspoint.{end}", True)


def in_label(bucket: str) -> str:
    """Return what stands for a bucket as the label of a host below an endpoint of one's own."""
    arn = _ARN.fullmatch(bucket)
    if arn is None:
        return bucket
    point = f"{arn['name']}-{arn['account']}"
    return point if arn["outpost"] is None else f"{point}.{arn['outpost']}"
