"""Reaches a target outside of a run: to ask what it can, or to clean up."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.engine import sweep
from conformance.engine.guard import NAME_ROOT, Territory
from conformance.engine.worker_context import KEY_ROOT
from conformance.runs.errors import UnwellError
from conformance.runs.plan import make_plan
from conformance.runs.preflight import EXIT_CODES, check
from conformance.runs.selection import chosen_profile
from conformance.runs.target import reached

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Catalog
    from conformance.runs.plan import Plan
    from conformance.targets.options import TargetOptions
    from conformance.wire.client import Wire

_RUN_ID: Final = r"\d{12}[0-9a-f]{4}"
_OWN_BUCKET: Final = re.compile(rf"{re.escape(NAME_ROOT)}{_RUN_ID}-.+")
_OWN_KEY: Final = re.compile(rf"{re.escape(KEY_ROOT)}{_RUN_ID}/.+", re.DOTALL)


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


def find_leftovers(wire: Wire, bucket: str | None) -> sweep.Plan:
    """Find what runs, whichever they were, have left: only what bears the name of a run.

    With ``bucket`` only that one is looked at, and only keys below a run's prefix.
    """
    found = sweep.plan(wire, bucket_prefix=NAME_ROOT, key_prefix=KEY_ROOT, lent=bucket)
    return sweep.Plan(
        uploads=[one for one in found.uploads if _own(one.bucket, one.key, bucket)],
        stored=[one for one in found.stored if _own(one.bucket, one.key, bucket)],
        buckets=[name for name in found.buckets if _OWN_BUCKET.fullmatch(name)],
        problems=found.problems,
    )


def remove_leftovers(wire: Wire, found: sweep.Plan, bucket: str | None) -> list[str]:
    """Remove what was found; return a sentence for each thing that stayed."""
    territory = Territory(bucket_prefix=NAME_ROOT, key_prefix=KEY_ROOT, lent=bucket)
    return sweep.apply(wire, found, territory)


def _own(bucket: str, key: str, lent: str | None) -> bool:
    """Tell by their names whether a run made the key, in a bucket of its own or the lent one."""
    ours = bucket == lent or _OWN_BUCKET.fullmatch(bucket) is not None
    return ours and _OWN_KEY.fullmatch(key) is not None
