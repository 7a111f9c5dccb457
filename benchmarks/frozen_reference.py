"""The reference endpoint with ids that depend on nothing but the requests for a key.

A replay of recorded requests only means something when the server gives the same upload ids again.
Here they count the requests for their key, so that the order of other keys does not matter either.

Used by `floor.py`; prints the JSON line of `s3-conformance serve --json`.
"""

from __future__ import annotations

import hashlib
import secrets
import sys
import threading
from collections import Counter
from typing import TYPE_CHECKING, TypeVar

from conformance.reference.server import Settings, serve_main
from conformance.reference.service import Service

if TYPE_CHECKING:
    from _typeshed import SupportsLenAndGetItem

    from conformance.reference.domain.messages import Request, Response

_T = TypeVar("_T")
_here = threading.local()
_counts: Counter[str] = Counter()


def _digits(size: int) -> str:
    place = getattr(_here, "place", "")
    _counts[place] += 1
    return hashlib.shake_128(f"{place} {_counts[place]}".encode()).hexdigest(size)


def _chosen(seq: SupportsLenAndGetItem[_T]) -> _T:
    return seq[int(_digits(8), 16) % len(seq)]


def main(access_key: str, secret_key: str) -> int:
    """Serve with this key pair until SIGTERM."""
    handle = Service.handle

    def remembered(self: Service, request: Request) -> Response:
        _here.place = f"{request.bucket} {request.key}"
        try:
            return handle(self, request)
        finally:
            _here.place = ""  # ids made outside are nobody's business

    Service.handle = remembered  # type: ignore[method-assign] # the point of this script
    secrets.token_urlsafe = lambda nbytes=32: _digits(nbytes or 32)[: (nbytes or 32) * 4 // 3]
    secrets.token_hex = lambda nbytes=32: _digits(nbytes or 32)
    # The second account's key, and the names of versions and sessions.
    secrets.choice = _chosen
    settings = Settings(
        access_key=access_key, secret_key=secret_key, access_points=True, movable_clock=True
    )
    return serve_main(settings, json_line=True, until_parent_exits=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
