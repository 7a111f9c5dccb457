"""A reference of its own for recorded requests, and what happened to them there."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.engine.names import new_run_id
from conformance.engine.worker_context import WorkerContext
from conformance.recordings.oracle import read_oracle
from conformance.recordings.oracle_replay import replay_oracle
from conformance.recordings.outcome import Comparison, compare_with_known
from conformance.recordings.replay_sources import replay_sources
from conformance.recordings.sending import RawWire
from conformance.reference.http.limits import Limits
from conformance.reference.server import ReferenceServer, Settings
from conformance.targets.profile_file import load_profile
from conformance.vocabulary.specs_folder import specs_root
from conformance.wire.client import Wire
from conformance.wire.model import Endpoint, Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.catalog.model import Catalog

_PROFILE: Final = "targets/reference.yaml"
_STALL_SECONDS: Final = 2.0


def sources_against_reference(catalog: Catalog) -> Comparison:
    """Send the recorded requests of all sources to a reference of their own."""
    if not catalog.recorded:
        return compare_with_known((), ())
    with _context(catalog) as context:
        outcomes = tuple(replay_sources(catalog.recorded, context))
    return compare_with_known(outcomes, catalog.differences)


def oracle_against_reference(path: Path, catalog: Catalog) -> Comparison:
    """Send the exchanges of an oracle's file to a reference of their own.

    Raises OSError, or OracleError for a file that holds no recorded exchanges.
    """
    exchanges = read_oracle(path)
    # One of them waits for a body that never comes.
    impatient = Settings(limits=Limits(stall_seconds=_STALL_SECONDS))
    with ReferenceServer(impatient) as server:
        endpoint = Endpoint(
            urls={"tls": server.tls_endpoint_url, "http": server.endpoint_url},
            region=server.region,
            ca_file=server.ca_file,
        )
        identity = Identity(server.account.access_key, server.account.secret_key)
        with RawWire(endpoint, identity) as wire:
            outcomes = tuple(replay_oracle(exchanges, wire))
    return compare_with_known(outcomes, catalog.differences)


@contextmanager
def _context(catalog: Catalog) -> Iterator[WorkerContext]:
    """Start a reference and yield what tests are run with against it."""
    with ReferenceServer(Settings(movable_clock=True)) as server:
        profile = load_profile(specs_root() / _PROFILE, catalog.capabilities).model_copy(
            update={
                "endpoint_url": server.endpoint_url,
                "tls_endpoint_url": server.tls_endpoint_url,
                "ca_file": server.ca_file,
                "region": server.region,
            }
        )
        endpoint = profile.endpoint()
        accounts = {"main": server.account, "alt": server.alt_account}
        identities = {
            name: Identity(one.access_key, one.secret_key) for name, one in accounts.items()
        }
        with Wire(endpoint, identities) as wire:
            context = WorkerContext(
                sender=wire,
                catalog=catalog,
                claims=profile,
                endpoint=endpoint,
                identities=identities,
                run_id=new_run_id(),
                values={str(name): value for name, value in profile.values.items()},
            )
            try:
                yield context
            finally:
                context.close()
