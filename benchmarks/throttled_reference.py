"""The reference endpoint when it is busy: it takes its time, and refuses more than it can hold.

While a number of requests are in hand any further one is answered with 503 SlowDown. Used by
`distance.py`; prints the JSON line of `s3-conformance serve --json`.
"""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

from conformance.reference.domain.messages import Response
from conformance.reference.server import Settings, serve_main
from conformance.reference.service import Service

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

_SECONDS = 0.03
_SLOW_DOWN = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
)


def main(access_key: str, secret_key: str, most: str) -> int:
    """Serve with this key pair, at most ``most`` requests at once, until SIGTERM."""
    handle = Service.handle
    room = threading.BoundedSemaphore(int(most))

    def held(self: Service, request: Request) -> Response:
        if not room.acquire(blocking=False):
            headers = (("Content-Type", "application/xml"),)
            return Response(status=503, headers=headers, body=_SLOW_DOWN)
        try:
            time.sleep(_SECONDS)
            return handle(self, request)
        finally:
            room.release()

    Service.handle = held  # type: ignore[method-assign] # the point of this script
    settings = Settings(
        access_key=access_key, secret_key=secret_key, access_points=True, movable_clock=True
    )
    return serve_main(settings, json_line=True, until_parent_exits=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
