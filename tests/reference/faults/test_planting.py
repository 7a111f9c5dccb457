"""How faults are chosen, and what the endpoint lets through."""

from __future__ import annotations

from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from conformance.reference.__main__ import main
from conformance.reference.domain.messages import Request, Response
from conformance.reference.faults.catalogue import FAULTS
from conformance.reference.faults.planting import HEADER, WITNESS, Nursery, planted_in
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
def _nursery() -> Iterator[tuple[Nursery, ReferenceServer]]:
    nursery = Nursery(FAULTS)
    with ReferenceServer(shape=nursery.shape) as server:
        yield nursery, server


def test_each_request_has_its_own_fault() -> None:
    """The header chooses; a request without it is answered as S3 would."""
    fault = "part.missing-bucket/stored-nowhere"
    with _nursery() as (_, server):
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
    with _nursery() as (_, server):
        assert _status(server, {HEADER: "no/such-fault"}) == 500


def test_only_a_nursery_knows_the_header() -> None:
    """An endpoint without planted faults ignores the header."""
    with ReferenceServer() as server:
        assert _status(server, {HEADER: "no/such-fault"}, "DELETE") == 404


def test_witness_tells_operation_and_check() -> None:
    """The witness notes which operation was asked for and which check refused."""
    with _nursery() as (nursery, server):
        _status(server, {HEADER: WITNESS}, "DELETE")
        (seen,) = nursery.seen()
        assert (seen.operation, seen.check) == ("AbortMultipartUpload", "known_bucket")
        assert HEADER not in seen.request.headers
        assert nursery.seen() == ()
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


def test_serve_refuses_an_unknown_fault() -> None:
    """``serve --fault`` with an id that there is not is a usage error."""
    outcome = CliRunner().invoke(main, ["--fault", "no/such-fault"])
    assert outcome.exit_code == 2
    assert "no/such-fault" in outcome.output
