"""The reference with buckets as S3 made them until April 2023, which some suites expect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.reference.server import ReferenceServer

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response
    from conformance.reference.http.exchange import Face
    from conformance.reference.service import Service


@dataclass(frozen=True)
class OlderBuckets:
    """Answers by the model, and lifts from each new bucket what S3 has put on it since 2023."""

    service: Service

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        answer = self.service.handle(request)
        world = self.service.world
        bucket = world.buckets.get(request.bucket or "")
        is_new = request.method == "PUT" and request.key is None and not request.query.items
        if is_new and answer.status == 200 and bucket is not None:
            with world.lock:
                bucket.ownership = "ObjectWriter"
                bucket.public_access_block = None
        return answer


def older_reference() -> ReferenceServer:
    """Return a reference whose new buckets take ACLs and public policies."""
    return ReferenceServer(shape=_shape)


def _shape(face: Face) -> Face:
    service: Service = face.handler  # type: ignore[assignment]  # the server's own model
    return replace(face, handler=OlderBuckets(service))
