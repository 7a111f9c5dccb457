"""One connection, from its TLS handshake to its end."""

from __future__ import annotations

import socket
import ssl
import sys
import traceback

from conformance.reference.domain.messages import S3Error
from conformance.reference.http.errors import internal_error, request_timeout
from conformance.reference.http.exchange import Exchange, Face, refuse_bytes
from conformance.reference.http.head import parse
from conformance.reference.http.stream import Disconnected, Stream


def serve(sock: socket.socket, face: Face) -> None:
    """Answer the requests of one connection until either side ends it; never raises.

    A TLS socket still has its handshake before it. The caller closes ``sock``.
    """
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        secure = isinstance(sock, ssl.SSLSocket)
        if isinstance(sock, ssl.SSLSocket):
            sock.settimeout(face.limits.head_seconds)
            sock.do_handshake()
        _talk(Stream(sock, face.limits), face, secure=secure)
    except (OSError, Disconnected):
        # The client left, or never spoke TLS: there is nobody to tell.
        return


def _talk(stream: Stream, face: Face, *, secure: bool) -> None:
    try:
        while stream.wait():
            head = _read_head(stream)
            if not Exchange(face, stream, parse(head), secure=secure).run():
                return
    except S3Error as error:
        refuse_bytes(face, stream, error)
    except (OSError, Disconnected):
        raise
    except Exception:  # noqa: BLE001  # a defect of the face must not end the server
        traceback.print_exc(file=sys.stderr)
        refuse_bytes(face, stream, internal_error())


def _read_head(stream: Stream) -> bytes:
    try:
        return stream.head()
    except TimeoutError as error:
        raise request_timeout() from error
