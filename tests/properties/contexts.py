"""Reference servers, sound and deliberately broken, with a context on each."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from conformance.catalog.load import load, specs_root
from conformance.reference.server import ReferenceServer
from conformance.runs.plan import make_plan
from conformance.runs.target import Target
from conformance.runs.worker import make_context
from conformance.targets.profile import Profile
from conformance.targets.profile_file import load_profiles
from conformance.wire.client import Wire
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.catalog.model import Catalog
    from conformance.engine.worker_context import WorkerContext
    from conformance.reference.domain.messages import Request, Response
    from conformance.reference.http.exchange import Face, Handler


@cache
def catalog() -> Catalog:
    """Return the shipped catalogue, read once."""
    return load()


class Faulty:
    """Answers by a fault, which may ask the sound model; in all else it is that model."""

    def __init__(self, sound: Handler, fault: Callable[[Handler, Request], Response]) -> None:
        self.sound = sound
        self.fault = fault

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        return self.fault(self.sound, request)

    def __getattr__(self, name: str) -> object:
        return getattr(self.sound, name)


@cache
def reference() -> Profile:
    """Return the profile of the reference, with its zones and all that it claims."""
    return load_profiles(specs_root() / "targets", catalog().capabilities)["reference"]


@contextmanager
def context(
    fault: Callable[[Handler, Request], Response] | None = None, profile: Profile | None = None
) -> Iterator[WorkerContext]:
    """Yield a context on a server of its own; whatever it makes is removed again.

    Without ``profile`` nothing is claimed, and everything is probed.
    """

    def shape(face: Face) -> Face:
        return replace(face, handler=Faulty(face.handler, fault)) if fault else face

    with ReferenceServer(shape=shape) as server:
        reached = (profile or Profile(name="faulty", endpoint_url="http://127.0.0.1")).model_copy(
            update={
                "endpoint_url": server.endpoint_url,
                "tls_endpoint_url": server.tls_endpoint_url,
                "region": server.region,
                "ca_file": server.ca_file,
            }
        )
        target = Target(
            profile=reached,
            endpoint=reached.endpoint(),
            main=Identity(server.account.access_key, server.account.secret_key),
            alt=None,
        )
        plan = make_plan(target, catalog())
        with Wire(plan.endpoint, plan.identities) as wire:
            made = make_context(plan, wire, "main")
            yield made
            made.close()
