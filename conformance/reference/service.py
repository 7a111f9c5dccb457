"""The one entry of the model: a request in, an answer out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import S3Error
from conformance.reference.pipeline import run
from conformance.reference.registry import operations
from conformance.reference.routing import IN_DIRECTORY, route

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response
    from conformance.reference.domain.state import World

_WITH_TRAILERS: Final = frozenset({"PutObject", "UploadPart"})


class Service:
    """Amazon S3 as one in-memory world; ``handle`` may be called from many threads."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.operations = operations()

    def handle(self, request: Request) -> Response:
        """Answer one request, or raise the S3Error that Amazon S3 would send."""
        name, request = self.understand(request)
        return run(self.operations[name], request, self.world)

    def understand(self, request: Request) -> tuple[str, Request]:
        """Return the operation's name, and the request as it sees it; raises S3Error."""
        name = route(request)
        _refuse_trailer(name, request)
        return name, request


def _refuse_trailer(operation: str, request: Request) -> None:
    """Refuse unsigned trailers on operations that store no data (TRL-013)."""
    if operation.removeprefix(IN_DIRECTORY) in _WITH_TRAILERS:
        return
    if request.headers.get("x-amz-content-sha256") == "STREAMING-UNSIGNED-PAYLOAD-TRAILER":
        message = "The value of x-amz-content-sha256 header is invalid."
        raise S3Error(400, "InvalidRequest", message)
