"""How faults are chosen, and what the endpoint lets through."""

from __future__ import annotations

from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from conformance.faults.catalogue import FAULTS
from conformance.faults.planting import HEADER, WITNESS, FaultServer, planted_in
from conformance.reference.domain.messages import Request, Response
from conformance.reference.http.exchange import Face
from conformance.reference.server import ReferenceServer

if TYPE_CHECKING:
    from collections.abc import Iterator

MISSING = "abort.unknown/silent"
ABORT = "/no-such-bucket/key?uploadId=none"


def _status(server: ReferenceServer, headers: dict[str, str], method: str = "GET") -> int:
    """Send one anonymous request and return its status."""
    connection = HTTPConnection(urlsplit(server.endpoint_url).netloc, timeout=5)
    try:
        connection.request(method, ABORT, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


@contextmanager
def _fault_server() -> Iterator[tuple[FaultServer, ReferenceServer]]:
    fault_server = FaultServer(FAULTS)
    with ReferenceServer(shape=fault_server.shape) as server:
        yield fault_server, server


def test_each_request_has_its_own_fault() -> None:
    """The header chooses; a request without it is answered as S3 would."""
    fault = "part.missing-bucket/stored-nowhere"
    with _fault_server() as (_, server):
        plain = _status(server, {}, "DELETE")
        assert plain == 404
        assert _status(server, {HEADER: fault}, "DELETE") == plain
        target = "/no-such-bucket/key?partNumber=1&uploadId=none"
        connection = HTTPConnection(urlsplit(server.endpoint_url).netloc, timeout=5)
        for headers, expected in (({}, 404), ({HEADER: fault}, 200), ({}, 404)):
            connection.request("PUT", target, body=b"x", headers=headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == expected
        connection.close()


def test_unknown_fault_is_no_fault() -> None:
    """A misspelt id is refused by a code of its own, never taken for the plain endpoint."""
    with _fault_server() as (_, server):
        assert _status(server, {HEADER: "no/such-fault"}) == 500


def test_only_a_fault_server_knows_the_header() -> None:
    """An endpoint without planted faults ignores the header."""
    with ReferenceServer() as server:
        assert _status(server, {HEADER: "no/such-fault"}, "DELETE") == 404


def test_witness_tells_operation_and_check() -> None:
    """The witness notes which operation was asked for and which check refused."""
    with _fault_server() as (fault_server, server):
        _status(server, {HEADER: WITNESS}, "DELETE")
        (seen,) = fault_server.seen()
        assert (seen.operation, seen.check) == ("AbortMultipartUpload", "known_bucket")
        assert HEADER not in seen.request.headers
        assert fault_server.seen() == ()
        assert FAULTS["part.missing-bucket/everywhere-403"].touches(seen)
        assert not FAULTS[MISSING].touches(seen)


def test_faults_are_planted_in_the_model_alone() -> None:
    """A face with another handler than the model can't be given faults."""

    class Fake:
        def handle(self, request: Request) -> Response:
            del request
            return Response()

    face = Face(handler=Fake(), accounts={}, region="us-east-1", bases=())
    with pytest.raises(TypeError, match="own model"):
        planted_in(face, [FAULTS[MISSING]])
