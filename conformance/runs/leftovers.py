"""Opens a target outside of a run, to probe its capabilities or to clean up."""

from __future__ import annotations

import os
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conformance.engine import sweep
from conformance.engine.guard import NAME_ROOT, Territory
from conformance.engine.lease import (
    KEY_ROOT,
    LEASE,
    YOUNG,
    begun,
    is_lease,
    lease_age,
    run_of_bucket,
    run_of_key,
)
from conformance.runs.errors import UnwellError
from conformance.runs.plan import make_plan
from conformance.runs.preflight import EXIT_CODES, check
from conformance.runs.selection import chosen_profile
from conformance.runs.target import reached
from conformance.vocabulary.format import STAND_INS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from conformance.catalog.model import Catalog
    from conformance.engine.cleanup import Stored
    from conformance.runs.plan import Plan
    from conformance.targets.options import TargetOptions
    from conformance.wire.client import Wire


@contextmanager
def target_for(
    catalog: Catalog, options: TargetOptions, bucket: str | None = None
) -> Iterator[Plan]:
    """Yield a plan without tests for the target that the options mean.

    Raises `UsageError` and `SpecError` for options and profiles, `UnwellError` for a target that
    is not reachable or refuses the key pair.
    """
    profile = chosen_profile(catalog, options)
    with reached(profile, options, os.environ) as target:
        health = check(target.endpoint, target.identities, bucket)
        if health.state != "well":
            raise UnwellError(health.text, EXIT_CODES[health.state])
        yield make_plan(target, catalog, bucket=bucket)


def stand_ins_of(plan: Plan) -> tuple[str, ...]:
    """Return the access points of a profile, behind which runs leave keys as in a lent bucket."""
    values = plan.profile.values
    return tuple(sorted({value for name, value in values.items() if name in STAND_INS}))


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be removed, and the runs of which everything is left."""

    plan: sweep.Plan
    left: tuple[str, ...] = ()
    """A sentence for each run that lives, or may."""


def find_leftovers(
    wire: Wire,
    bucket: str | None,
    stand_ins: Collection[str] = (),
    named: Collection[str] = (),
    now: datetime | None = None,
) -> Found:
    """Find the leftovers of any runs: only things with the name of a run.

    With ``bucket`` only that one is looked at, and only keys below a run's prefix; so it is in
    ``stand_ins``, the access points of the profile. A run that lives is left, and one that wrote no
    lease and began less than an hour ago, unless its id is ``named``. The time of ``now`` is UTC.
    """
    lent = {*stand_ins, *([bucket] if bucket is not None else [])}
    found = sweep.plan(
        wire,
        bucket_prefix=NAME_ROOT,
        key_prefix=KEY_ROOT,
        lent=bucket,
        stand_ins=sorted(stand_ins) if bucket is None else (),
        wanted=lambda name: bool(run_of_bucket(name)),
    )
    own = sweep.Plan(
        uploads=[one for one in found.uploads if _run(one.bucket, one.key, lent)],
        stored=[one for one in found.stored if _run(one.bucket, one.key, lent)],
        buckets=[name for name in found.buckets if run_of_bucket(name)],
        problems=found.problems,
    )
    living = _living(wire, own, lent, now or datetime.now(UTC))
    spared = {run: why for run, why in living.items() if run not in named}
    return Found(
        plan=sweep.Plan(
            uploads=[o for o in own.uploads if _run(o.bucket, o.key, lent) not in spared],
            stored=[o for o in own.stored if _run(o.bucket, o.key, lent) not in spared],
            buckets=[name for name in own.buckets if run_of_bucket(name) not in spared],
            problems=own.problems,
        ),
        left=tuple(f"{run}: {why}" for run, why in sorted(spared.items())),
    )


def remove_leftovers(
    wire: Wire, found: Found, bucket: str | None, stand_ins: Collection[str] = ()
) -> list[str]:
    """Remove the leftovers; return a sentence for each thing that could not be removed."""
    territory = Territory(
        bucket_prefix=NAME_ROOT,
        key_prefix=KEY_ROOT,
        lent=bucket,
        stand_ins=frozenset(stand_ins if bucket is None else ()),
    )
    return sweep.apply(wire, found.plan, territory)


def _run(bucket: str, key: str, lent: Collection[str]) -> str:
    """Return the run that made the key, in a bucket of its own or a lent one; empty for none."""
    if bucket in lent:
        return run_of_key(key)
    run = run_of_bucket(bucket)
    return run if run == run_of_key(key) else ""


def _living(wire: Wire, own: sweep.Plan, lent: Collection[str], now: datetime) -> dict[str, str]:
    """Return the runs that live, or may, with the reason to think so."""
    leases: dict[str, list[Stored]] = defaultdict(list)
    runs = {run_of_bucket(name) for name in own.buckets}
    runs |= {_run(one.bucket, one.key, lent) for one in own.uploads}
    for stored in own.stored:
        run = _run(stored.bucket, stored.key, lent)
        runs.add(run)
        if is_lease(stored.key):
            leases[run].append(stored)
    living: dict[str, str] = {}
    for run in sorted(runs):
        asked = (lease_age(wire, one.bucket, one.key) for one in leases[run])
        ages = [age for age in asked if age is not None]
        began = begun(run)
        if ages:
            if min(ages) <= LEASE:
                seconds = max(min(ages).total_seconds(), 0)
                living[run] = f"the run lives, and renewed its lease {seconds:.0f} s ago"
        elif began is not None and now - began < YOUNG:
            living[run] = "the run began less than an hour ago, and wrote no lease"
    return living
