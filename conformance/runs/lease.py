"""Keeps the lease of a worker: written when it has a bucket, and renewed until it ends."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.engine.lease import RENEWAL, lease_call
from conformance.wire.client import Wire

if TYPE_CHECKING:
    from conformance.runs.plan import Plan

_PATIENCE_SECONDS: Final = 5.0


class LeaseKeeper:
    """Renews one lease in a thread of its own, over a connection of its own."""

    def __init__(self, plan: Plan, key: str) -> None:
        limits = plan.endpoint.limits
        patience = min(limits.answer_seconds, _PATIENCE_SECONDS)
        hasty = replace(limits, answer_seconds=patience, whole_seconds=patience)
        hasty = replace(hasty, throttled_seconds=0.0)
        self._wire = Wire(replace(plan.endpoint, limits=hasty), plan.identities)
        self._key = key
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def hold(self, bucket: str) -> None:
        """Write the lease into this bucket, and renew it from now on; empty for none as yet."""
        if bucket and self._thread is None:
            self._thread = threading.Thread(target=self._renew, args=(bucket,), daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Renew it no more; the object itself stays."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
        self._wire.close()

    def _renew(self, bucket: str) -> None:
        while True:
            # Whether it is taken is not checked: a run goes on without a lease.
            self._wire.send(lease_call(bucket, self._key))
            if self._ended.wait(RENEWAL.total_seconds()):
                return
