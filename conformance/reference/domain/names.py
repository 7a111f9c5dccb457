"""The names that S3 gives to buckets and to their stand-ins, and what a name alone tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["general-purpose", "directory", "outposts", "fsx"]

DIRECTORY_SUFFIX: Final = "--x-s3"
DIRECTORY_ACCESS_POINT_SUFFIX: Final = "--xa-s3"
OUTPOSTS_ALIAS_SUFFIX: Final = "--op-s3"
CONTROL: Final = "control"
"""What stands in a zone's place in the host of the Regional endpoint of directory buckets."""

_ZONE: Final = r"[a-z0-9]+(?:-[a-z0-9]+){1,2}"
_BASE: Final = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_DIRECTORY: Final = re.compile(rf"{_BASE}--(?P<zone>{_ZONE})--x-s3")
_ZONAL_HOST: Final = re.compile(
    r"(?:(?P<bucket>.+)\.)?s3express-(?P<zone>[a-z0-9-]+)\.(?P<region>[a-z0-9-]+)"
)
_ACCESS_POINT_HOST: Final = re.compile(
    r"(?P<name>[a-z0-9-]+-\d{12})\.s3-accesspoint\.(?P<region>[a-z0-9-]+)"
)
_OUTPOSTS_HOST: Final = re.compile(
    r"(?P<name>[a-z0-9-]+)\.(?P<outpost>op-[0-9a-f]+)\.s3-outposts\.(?P<region>[a-z0-9-]+)"
)
_ON_OUTPOST: Final = re.compile(r".+\.op-[0-9a-f]+")
_LONGEST: Final = 63
_SHORTEST: Final = 3


@dataclass(frozen=True, slots=True)
class HostName:
    """What the part of a host in front of the endpoint's own domain names."""

    bucket: str | None
    """A bucket, or what stands in for one; None when the path is to name it."""
    zone: str | None = None
    """At a zonal host the zone, or `CONTROL`."""


def read_host(front: str, region: str) -> HostName:
    """Return what ``front``, the host without the domain and its dot, names in ``region``.

    Hosts of zones (DIR-001), access points and Outposts have forms of their own; every other text
    is a bucket. An Outposts host is named by access point, account and Outpost.
    """
    if (zonal := _ZONAL_HOST.fullmatch(front)) and zonal["region"] == region:
        return HostName(zonal["bucket"], zonal["zone"])
    if (point := _ACCESS_POINT_HOST.fullmatch(front)) and point["region"] == region:
        return HostName(point["name"])
    if (outpost := _OUTPOSTS_HOST.fullmatch(front)) and outpost["region"] == region:
        return HostName(f"{outpost['name']}.{outpost['outpost']}")
    return HostName(front)


def is_address(host: str) -> bool:
    """Tell an IP address from a name."""
    # No domain's last label is all digits, and none has brackets.
    return host.startswith("[") or host.rpartition(".")[2].isdigit()


def kind_of(name: str) -> Kind:
    """Return the kind of bucket that the form of a name tells.

    Clients and servers alike tell directory buckets by their suffix (DIR-002). What stands in for
    a bucket of FSx looks like any other access point.
    """
    if name.endswith((DIRECTORY_SUFFIX, DIRECTORY_ACCESS_POINT_SUFFIX)):
        return "directory"
    if name.endswith(OUTPOSTS_ALIAS_SUFFIX) or _ON_OUTPOST.fullmatch(name):
        return "outposts"
    return "general-purpose"


def services(bucket: str | None, zone: str | None) -> tuple[str, ...]:
    """Return the services of whose requests a resource takes signatures.

    Without a bucket the service tells ListDirectoryBuckets from ListBuckets.
    """
    if bucket is None:
        return ("s3express",) if zone is not None else ("s3", "s3express")
    kind = kind_of(bucket)
    if kind == "outposts":
        return ("s3-outposts",)
    return ("s3express",) if kind == "directory" or zone is not None else ("s3",)


def directory_zone(name: str) -> str | None:
    """Return the zone in a legal name ``base--zone-id--x-s3``, or None for another (DIR-002)."""
    match = _DIRECTORY.fullmatch(name)
    if match is None or not _SHORTEST <= len(name) <= _LONGEST:
        return None
    return match["zone"]
