"""A key with a certificate for a server on this machine, made for the run and gone with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = ("127.0.0.1", "localhost", "s3.localhost", "*.s3.localhost")


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files in PEM. Only we may read those that hold the key."""

    key: Path
    chain: Path
    pair: Path
    """Key and chain in one."""
    authority: Path
    """What a client trusts; its own key is on no disk."""


def make_certificate(folder: Path) -> Certificate:
    """Write a new authority, and a key that it vouches for, into ``folder``.

    Good for 127.0.0.1, localhost, s3.localhost and all hosts below it.
    """
    # Imported here: most runs start no server with TLS, and cryptography loads slowly.
    import trustme  # noqa: PLC0415

    authority = trustme.CA(organization_name="s3-conformance throw-away CA")
    issued = authority.issue_cert(*_NAMES)
    chain = b"".join(pem.bytes() for pem in issued.cert_chain_pems)
    made = Certificate(
        key=folder / "tls-key.pem",
        chain=folder / "tls-chain.pem",
        pair=folder / "tls-pair.pem",
        authority=folder / "ca.pem",
    )
    for path in (made.key, made.pair):
        path.touch(mode=0o600)
    made.key.write_bytes(issued.private_key_pem.bytes())
    made.chain.write_bytes(chain)
    made.pair.write_bytes(issued.private_key_pem.bytes() + chain)
    made.authority.write_bytes(authority.cert_pem.bytes())
    return made
