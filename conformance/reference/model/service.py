"""The one entry of the model: a request in, an answer out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reference.model.pipeline import run
from conformance.reference.model.registry import operations
from conformance.reference.model.routing import route

if TYPE_CHECKING:
    from conformance.reference.messages import Request, Response
    from conformance.reference.model.state import World


class Service:
    """Amazon S3 as one in-memory world; ``handle`` may be called from many threads."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.operations = operations()

    def handle(self, request: Request) -> Response:
        """Answer one request, or raise the S3Error that Amazon S3 would send."""
        return run(self.operations[route(request)], request, self.world)
