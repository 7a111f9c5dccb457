"""Reference servers, sound and deliberately broken, with a bench on each."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from conformance.catalog.load import load
from conformance.reference.server import ReferenceServer
from conformance.suite.plan import make_plan
from conformance.suite.target import Target
from conformance.suite.worker import make_bench
from conformance.targets.profile import Profile
from conformance.wire.client import Wire
from conformance.wire.model import Endpoint, Identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.catalog.model import Catalog
    from conformance.engine.bench import Bench
    from conformance.reference.face.exchange import Face, Handler
    from conformance.reference.messages import Request, Response


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


@contextmanager
def bench(fault: Callable[[Handler, Request], Response] | None = None) -> Iterator[Bench]:
    """Yield a bench on a server of its own; whatever it makes is removed again."""

    def shape(face: Face) -> Face:
        return replace(face, handler=Faulty(face.handler, fault)) if fault else face

    with ReferenceServer(shape=shape) as server:
        endpoint = Endpoint(
            urls={"http": server.endpoint_url, "tls": server.tls_endpoint_url},
            region=server.region,
            ca_file=server.ca_file,
        )
        target = Target(
            profile=Profile(name="faulty", endpoint_url=server.endpoint_url),
            endpoint=endpoint,
            main=Identity(server.account.access_key, server.account.secret_key),
            alt=None,
        )
        plan = make_plan(target, catalog())
        with Wire(plan.endpoint, plan.identities) as wire:
            made = make_bench(plan, wire, "main")
            yield made
            made.close()
