"""Recorded exchanges sent to the reference: raw requests, their set-up, and what comes of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.recordings.exchanges import RawRequest
from conformance.recordings.oracle import read_oracle
from conformance.recordings.oracle_replay import replay_oracle
from conformance.recordings.sending import RawWire, Unanswered
from conformance.recordings.stage import Stage, StageError
from conformance.reference.server import ReferenceServer
from conformance.wire.model import Endpoint, Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BUCKET = "anon-reverse-s3-test-bucket"
MISSING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified '
    "key does not exist.</Message><Key>key</Key><RequestId>5N922JSJNN2AZHFZ</RequestId>"
    "<HostId>xdfjitmYWvhbl+hRvOY32NUoh77HDMFptR6p4f1iYyT7d1QU=</HostId></Error>"
)


@pytest.fixture(scope="module")
def wire() -> Iterator[RawWire]:
    """Return a wire to a reference."""
    with ReferenceServer() as server:
        endpoint = Endpoint(
            urls={"tls": server.tls_endpoint_url, "http": server.endpoint_url},
            region=server.region,
            ca_file=server.ca_file,
        )
        identity = Identity(server.account.access_key, server.account.secret_key)
        with RawWire(endpoint, identity) as wire:
            yield wire


def request(**changes: Any) -> RawRequest:  # noqa: ANN401  # any field of a request
    """Return a request of a raw bucket."""
    return RawRequest(**{"method": "PUT", "path": "/raw-bucket"} | changes)


def test_the_signature_covers_what_the_recorder_covered(wire: RawWire) -> None:
    """Raw requests are authenticated, with a query, odd characters and a Content-Length too."""
    assert wire.send(request(headers=(("Content-Length", b"0"),))).status == 200
    answer = wire.send(
        request(
            path="/raw-bucket/a%20b%2Fc+d",
            headers=(
                ("Content-Length", b"4"),
                ("Content-Type", b"text/plain"),
                ("x-amz-meta-two-words", b"two   words"),
            ),
            body=b"text",
        )
    )
    assert answer.status == 200
    read = wire.send(request(method="GET", path="/raw-bucket/a%20b%2Fc+d", transport="http"))
    assert (read.status, read.body) == (200, b"text")
    assert read.header("X-Amz-Meta-Two-Words") == "two   words"
    listed = wire.send(request(method="GET", query="prefix=a%20b&list-type=2"))
    assert b"<KeyCount>1</KeyCount>" in listed.body


def test_a_header_behind_the_signature_is_not_covered(wire: RawWire) -> None:
    """What was added behind the signature goes out unsigned, as it was recorded."""
    headers = (("Content-Length", b"0"), ("x-amz-late", b"1"))
    path = "/raw-unsigned"
    answer = wire.send(request(path=path, headers=headers, unsigned=frozenset({"x-amz-late"})))
    assert answer.status == 403
    assert b"<HeadersNotSigned>x-amz-late</HeadersNotSigned>" in answer.body


def test_nobody_answers(wire: RawWire) -> None:
    """An endpoint that is not there answers nothing."""
    nobody = Endpoint(urls={"http": "http://127.0.0.1:1"}, region="us-east-1")
    with RawWire(nobody, wire.identity) as other, pytest.raises(Unanswered):
        other.send(request(transport="http"))


def test_the_set_up_of_an_upload(wire: RawWire) -> None:
    """Buckets, uploads, parts and objects under a customer key are made as tests need them."""
    stage = Stage(wire, "raw-stage")
    stage.make_bucket("Enabled", customer_keys=True)
    upload = stage.begin("key", None)
    etag = stage.upload("key", upload, 1, b"part", None)
    stage.complete("key", upload, [etag])
    assert stage.do("GET", "key").body == b"part"
    with pytest.raises(StageError, match=r"GET /raw-stage/none.*404"):
        stage.do("GET", "none")


def recorded(folder: Path, *answers: tuple[str, int, str]) -> Path:
    """Write exchanges of one test: reads of a key that is not there, with those answers."""
    path = folder / "oracle.jsonl"
    lines = [
        {
            "group": group,
            "test": f"test_missing_{number}",
            "n": 0,
            "request": {
                "method": "GET",
                "path": f"/{BUCKET}/key",
                "query_params": "",
                "headers": {},
                "body": None,
            },
            "response": {
                "status_code": status,
                "headers": {"Content-Type": "application/xml", "Transfer-Encoding": "chunked"},
                "body": body,
            },
        }
        for number, (group, status, body) in enumerate(answers)
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


def test_exchanges_are_replayed(wire: RawWire, tmp_path: Path) -> None:
    """An answer as recorded is identical, and another shows in what it differs."""
    group = "get_object_versioning"
    path = recorded(
        tmp_path,
        (group, 404, MISSING),
        (group, 404, MISSING.replace("NoSuchKey", "NoSuchThing")),
        (group, 403, MISSING),
        ("no_such_group", 404, MISSING),
    )
    outcomes = list(replay_oracle(read_oracle(path), wire))
    assert [[one.aspect for one in outcome.differences] for outcome in outcomes] == [
        [],
        ["code"],
        ["status"],
        ["set-up"],
    ]
