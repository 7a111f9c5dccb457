"""The result of a launcher: a running server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.wire.model import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that a launcher started, ready for requests."""

    endpoint_url: str
    tls_endpoint_url: str = ""
    ca_file: Path | None = None
    region: str = "us-east-1"
    main: Identity
    alt: Identity | None = None
    version: str
    """The product with its version, ``moto 5.2.5``."""
    log: Path
