"""A certificate authority for one run, never to be trusted beyond it."""

from __future__ import annotations

import os
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = ("localhost", "127.0.0.1", "::1", "s3.localhost", "*.s3.localhost")


@dataclass(frozen=True, slots=True)
class Authority:
    """A server context, and the file (PEM) that clients verify it with."""

    context: ssl.SSLContext
    ca_file: Path

    def discard(self) -> None:
        """Remove the file."""
        self.ca_file.unlink(missing_ok=True)


def throw_away_authority(further_names: Sequence[str] = ()) -> Authority:
    """Make a CA and a certificate for loopback's names and ``further_names``.

    The CA's certificate is written to a temporary file; private keys stay in memory, save that
    the ssl module reads the server's through a file that is gone when this returns.
    """
    authority = trustme.CA(organization_name="s3-conformance throw-away CA")
    names = tuple(dict.fromkeys((*NAMES, *further_names)))
    certificate = authority.issue_cert(*names, common_name="s3-conformance reference")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    certificate.configure_cert(context)
    handle, name = tempfile.mkstemp(prefix="s3-conformance-ca-", suffix=".pem")
    with os.fdopen(handle, "wb") as file:
        file.write(authority.cert_pem.bytes())
    return Authority(context, Path(name))
