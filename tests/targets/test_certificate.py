"""Certificates of a run: trusted by its own authority alone, for the names that it uses."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import pytest
from fake_servers import mode

from conformance.targets.launchers.certificate import make_certificate

if TYPE_CHECKING:
    from pathlib import Path


def shake(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> None:
    """Let both sides greet each other without a network."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asked = client.wrap_bio(to_client, to_server, server_hostname=name)
    asking = server.wrap_bio(to_server, to_client, server_side=True)
    for side in (asked, asking, asked, asking, asked):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "s3.localhost", "b.s3.localhost"])
def test_a_client_with_the_authority_trusts_the_server(tmp_path: Path, name: str) -> None:
    """By address and by every host that scenarios use; the keys are for us alone."""
    made = make_certificate(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made.chain, made.key)
    server.load_cert_chain(made.pair)
    shake(server, ssl.create_default_context(cafile=made.authority), name)
    assert (mode(made.key), mode(made.pair)) == (0o600, 0o600)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake(server, ssl.create_default_context(cafile=made.authority), "example.com")
    with pytest.raises(ssl.SSLCertVerificationError):
        shake(server, ssl.create_default_context(), name)
