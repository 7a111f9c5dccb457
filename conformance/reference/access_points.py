"""What stands in for buckets, and the buckets behind it.

Access points are made through another service than S3, so a world has those that it is furnished
with: one of each kind, in front of a bucket of its own. Names never change, so that profiles can
tell them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.state import Bucket, Zone
from conformance.reference.domain.values import PublicAccessBlock
from conformance.reference.rules.acl import private_acl

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.reference.domain.messages import Account
    from conformance.reference.domain.names import Kind
    from conformance.reference.domain.state import World

AVAILABILITY_ZONE: Final = Zone("use1-az4", "AvailabilityZone")
OTHER_ZONE: Final = Zone("use1-az5", "AvailabilityZone")
LOCAL_ZONE: Final = Zone("use1-dfw2-az1", "LocalZone")
ZONES: Final = (AVAILABILITY_ZONE, OTHER_ZONE, LOCAL_ZONE)

POINT: Final = "conformance"
"""The name of each access point."""
OUTPOST: Final = "op-01234567890123456"
OTHER_OUTPOST: Final = "op-0f"
"""An Outpost that nobody has, so that its host can be asked over TLS, too."""
_PADDING: Final = "0" * 34

BEHIND: Final = "conformance-behind-an-access-point"
ALIAS: Final = f"{POINT}-{_PADDING}-s3alias"
BEHIND_DIRECTORY: Final = f"conformance-behind--{AVAILABILITY_ZONE.id}--x-s3"
DIRECTORY_POINT: Final = f"{POINT}--{AVAILABILITY_ZONE.id}--xa-s3"
BEHIND_OUTPOSTS: Final = "conformance-on-outposts"
OUTPOSTS_ALIAS: Final = f"{POINT}-o{OUTPOST.removeprefix('op-')}{'0' * 20}use10--op-s3"
"""SDKs read the Outpost out of it, by position."""
BEHIND_FSX: Final = "conformance-on-fsx"
FSX_POINT: Final = "conformance-fsx"
FSX_ALIAS: Final = f"{FSX_POINT}-{_PADDING[:30]}-ext-s3alias"


def furnish(world: World, owner: Account, now: datetime) -> World:
    """Give a world its zones, its access points and the buckets behind them; return it."""
    world.zones = ZONES
    bucket = _Maker(world, owner, now)
    behind = bucket(BEHIND)
    _stand_in(world, behind, f"{POINT}-{owner.id}", ALIAS)
    world.access_point_arns[_arn(world, owner, POINT)] = behind
    directory = bucket(BEHIND_DIRECTORY, "directory", AVAILABILITY_ZONE)
    _stand_in(world, directory, DIRECTORY_POINT)
    outposts = bucket(BEHIND_OUTPOSTS, "outposts")
    hosts = (f"{POINT}-{owner.id}.{OUTPOST}", f"{OUTPOSTS_ALIAS}.{OUTPOST}")
    _stand_in(world, outposts, *hosts, OUTPOSTS_ALIAS)
    fsx = bucket(BEHIND_FSX, "fsx")
    _stand_in(world, fsx, f"{FSX_POINT}-{owner.id}", FSX_ALIAS)
    world.access_point_arns[_arn(world, owner, FSX_POINT)] = fsx
    return world


class _Maker:
    """Makes buckets as their operations make them."""

    def __init__(self, world: World, owner: Account, now: datetime) -> None:
        self._world, self._owner, self._now = world, owner, now

    def __call__(self, name: str, kind: Kind = "general-purpose", zone: Zone | None = None) -> str:
        self._world.buckets[name] = Bucket(
            name=name,
            owner=self._owner,
            created=self._now.replace(microsecond=0),
            region=self._world.region,
            acl=private_acl(self._owner.canonical_id),
            kind=kind,
            zone=zone,
            public_access_block=PublicAccessBlock(),
        )
        return name


def _stand_in(world: World, bucket: str, *spellings: str) -> None:
    world.access_points.update(dict.fromkeys(spellings, bucket))


def _arn(world: World, owner: Account, point: str) -> str:
    return f"arn:aws:s3:{world.region}:{owner.id}:accesspoint/{point}"
