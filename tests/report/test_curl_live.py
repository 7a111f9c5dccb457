"""Curl lines against an endpoint that checks every signature: the reference."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from conformance.engine import bodies
from conformance.report import curl

from .samples import ENDPOINT, binary_body, exchange, run_line, text_body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.record.model import RecordedExchange

pytestmark = pytest.mark.slow

BUCKET = (
    '<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>"
)


@dataclass(frozen=True)
class Served:
    """A reference endpoint that runs in a process of its own."""

    announced: dict[str, str]

    def send(self, recorded: RecordedExchange, *, tls: bool = False) -> str:
        """Run the line of an exchange and return what curl printed: head and body."""
        base = self.announced["tls_endpoint_url" if tls else "endpoint_url"]
        run = run_line(
            endpoint_url=self.announced["endpoint_url"],
            tls_endpoint_url=self.announced["tls_endpoint_url"],
        )
        line = curl.line(replace(recorded, url=recorded.url.replace(ENDPOINT, base)), run)
        done = subprocess.run(  # noqa: S603 - the line under test, made from our own samples
            ["bash", "-euc", line],  # noqa: S607 - any bash will do
            env={
                "PATH": os.environ["PATH"],
                "AWS_ACCESS_KEY_ID": self.announced["access_key"],
                "AWS_SECRET_ACCESS_KEY": self.announced["secret_key"],
                "AWS_CA_BUNDLE": self.announced["ca_file"],
            },
            capture_output=True,
            check=True,
            timeout=60,
        )
        return done.stdout.decode()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """Serve the reference while the tests of this file run."""
    if any(shutil.which(tool) is None for tool in ("bash", "curl", "openssl")):
        pytest.skip("bash, curl or openssl is not installed")
    command = [sys.executable, "-m", "conformance.cli", "serve", "--port", "0", "--json"]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--region", "eu-west-1"], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            served = Served(json.loads(process.stdout.readline()))
            created = served.send(exchange("PUT /lines HTTP/1.1", body=text_body(BUCKET)))
            assert created.startswith("HTTP/1.1 200"), created
            yield served
        finally:
            process.terminate()


def test_an_upload_can_be_played_again_line_by_line(served: Served) -> None:
    """Create, a part of 5 MiB with its MD5, list, abort: each is accepted as it was recorded."""
    created = served.send(exchange("POST /lines/a%20key?uploads HTTP/1.1"))
    found = re.search("<UploadId>(.+?)</UploadId>", created)
    assert found is not None, created
    upload = found[1]
    data = bodies.random(5 * 1024 * 1024, "big")
    md5 = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
    part = exchange(
        f"PUT /lines/a%20key?uploadId={upload}&partNumber=1 HTTP/1.1",
        body=binary_body(data, keep=128),
        headers=(("Content-MD5", md5),),
    )
    assert "HTTP/1.1 200 OK" in served.send(part)
    listed = served.send(exchange(f"GET /lines/a%20key?uploadId={upload} HTTP/1.1"))
    assert f"<Size>{len(data)}</Size>" in listed
    aborted = served.send(exchange(f"DELETE /lines/a%20key?uploadId={upload} HTTP/1.1"))
    assert aborted.startswith("HTTP/1.1 204")


def test_a_customer_key_is_taken_over_tls(served: Served) -> None:
    """The made-up key and its MD5 fit, and curl trusts the authority that the reader names."""
    headers = (
        ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
        ("x-amz-server-side-encryption-customer-key", "<redacted:00000000>"),
        ("x-amz-server-side-encryption-customer-key-MD5", "of another key"),
    )
    recorded = exchange("PUT /lines/ssec HTTP/1.1", headers=headers, body=text_body("hello"))
    assert served.send(recorded, tls=True).startswith("HTTP/1.1 200")


def test_an_anonymous_request_is_sent_unsigned(served: Served) -> None:
    """Nothing is signed that the test sent unsigned."""
    answer = served.send(exchange("GET /lines?list-type=2 HTTP/1.1", signed=False))
    assert "<Code>AccessDenied</Code>" in answer
