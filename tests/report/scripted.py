"""A server that takes down what a curl line sends, and what signs like the line."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from conformance.report import curl

from .samples import run_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.record.model import RecordedExchange

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
KEY_HEADER = "x-amz-server-side-encryption-customer-key"
CUSTOMER_KEY = (
    ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
    (KEY_HEADER, "<redacted:1a2b3c4d>"),
    (f"{KEY_HEADER}-MD5", "V9bT0x5vKc3m1y2QXf8b0A=="),
)


@dataclass
class Received:
    """One request as the scripted server got it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """A server on loopback that answers 200 to everything and remembers it."""

    url: str
    received: list[Received] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Server]:
    """Run the scripted server within the block."""
    scripted = Server(url="")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            scripted.received.append(Received(self.command, self.path, headers, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    scripted.url = f"http://127.0.0.1:{listening.server_port}"
    try:
        yield scripted
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def run_it(recorded: RecordedExchange, server: Server, **variables: str) -> Received:
    """Run the line of an exchange with a real shell and curl against the server."""
    if not shutil.which("curl") or not shutil.which("bash"):
        pytest.skip("curl or bash is not installed")
    moved = replace(recorded, url=recorded.url.replace("http://127.0.0.1:9000", server.url))
    line = curl.line(moved, run_line(endpoint_url=server.url))
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        **variables,
    }
    done = subprocess.run(  # noqa: S603 - the line under test, made from our own samples
        ["bash", "-euc", line],  # noqa: S607 - any bash will do
        env=environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert b"HTTP/1.1 200" in done.stdout
    (received,) = server.received
    return received


def signature_holds(received: Received, server: Server) -> bool:
    """Say whether botocore signs what the server received with the same signature."""
    sent = received.headers["authorization"]
    signed = sent.partition("SignedHeaders=")[2].split(",")[0].split(";")
    request = AWSRequest(
        method=received.method,
        url=server.url + received.target,
        headers={name: received.headers[name] for name in signed if name != "host"},
        data=received.body,
    )
    request.context.update(timestamp=received.headers["x-amz-date"], payload_signing_enabled=True)
    auth = S3SigV4Auth(Credentials("AKIDEXAMPLE", SECRET), "s3", "eu-west-1")
    canonical = auth.canonical_request(request)
    expected = auth.signature(auth.string_to_sign(request, canonical), request)
    return sent.rpartition("Signature=")[2] == expected
