"""What the tests of the wire share."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
import trustme

from conformance.wire.client import Wire
from conformance.wire.model import Endpoint, Identity, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

MAIN = Identity("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
ALT = Identity("AKIDALT", "another/secret+key", "FQoGZXIvYXdzEXAMPLETOKEN==")
SMALL = Limits(connect_seconds=10, answer_seconds=10, head_bytes=8192, body_bytes=100_000)
"""What tests are held to that wait for something to come."""
QUICK = replace(SMALL, connect_seconds=0.2, answer_seconds=0.2)
"""What tests are held to in which nothing comes."""


@dataclass(frozen=True)
class Authority:
    """A throw-away certificate authority with its file."""

    ca: trustme.CA
    file: Path

    def context(self, *names: str) -> ssl.SSLContext:
        """Return a server's TLS settings with a certificate for these names."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.ca.issue_cert(*names).configure_cert(context)
        return context


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Return a certificate authority for the session."""
    ca = trustme.CA()
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(file))
    return Authority(ca, file)


@pytest.fixture
def wire_to() -> Iterator[Callable[..., Wire]]:
    """Return a maker of clients that are closed at the end."""
    wires: list[Wire] = []

    def make(url: str, **settings: Any) -> Wire:  # noqa: ANN401 - any field of Endpoint
        transport = "tls" if url.startswith("https") else "http"
        endpoint = Endpoint(**{"urls": {transport: url}, "limits": SMALL, **settings})
        wires.append(Wire(endpoint, {"main": MAIN, "alt": ALT}))
        return wires[-1]

    yield make
    for wire in wires:
        wire.close()
