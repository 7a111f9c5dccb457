"""Reference servers, sound and deliberately broken, with a context on each."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from conformance.catalog.load import load
from conformance.properties.law_runner import run_law
from conformance.properties.laws import BY_ID
from conformance.properties.plan import law_tests
from conformance.properties.traffic import Meter
from conformance.reference.server import ReferenceServer
from conformance.runs.plan import make_plan
from conformance.runs.target import Target
from conformance.runs.worker import make_context
from conformance.targets.profile import Profile
from conformance.targets.profile_file import load_profiles
from conformance.vocabulary.specs_folder import specs_root
from conformance.wire.client import Wire
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.catalog.model import Catalog, Test
    from conformance.engine.session import Sender
    from conformance.engine.worker_context import WorkerContext
    from conformance.properties.budget import Budget
    from conformance.record.model import TestLine
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


@dataclass(frozen=True)
class Metered:
    """A context and the meter that it sends through."""

    context: WorkerContext
    meter: Meter

    def law_line(
        self, name: str, budget: Budget, clock: Callable[[], float] = time.monotonic
    ) -> TestLine:
        """Try a law and return its line."""
        test = law_test(name)
        return run_law(BY_ID[test.id], test, self.context, self.meter, budget, clock)


def law_test(name: str) -> Test:
    """Return the test of a law."""
    return next(test for test in law_tests(catalog()) if test.id == f"property/{name}")


@contextmanager
def context(
    fault: Callable[[Handler, Request], Response] | None = None,
    profile: Profile | None = None,
    through: Callable[[Sender], Sender] | None = None,
) -> Iterator[Metered]:
    """Yield a context on a server of its own; whatever it makes is removed again.

    Without ``profile`` nothing is claimed, and everything is probed. ``through`` puts a sender
    before the wire.
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
            meter = Meter(through(wire) if through is not None else wire)
            made = make_context(plan, meter, "main")
            yield Metered(made, meter)
            made.close()
