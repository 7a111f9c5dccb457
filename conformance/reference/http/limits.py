"""How much and how long the face waits for; a client's bytes and pace are never trusted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on what one client may send and how slowly. Sizes in bytes, times in seconds."""

    head_bytes: int = 64 * 1024
    """Request line and header fields together."""
    body_bytes: int = 5 * 1024**3
    """The largest payload that S3 takes in one request (UP-027)."""
    framing_bytes: int = 256 * 1024**2
    """What chunk headers, signatures and trailers may add to the payload."""
    idle_seconds: float = 120.0
    """Between two requests of a connection."""
    stall_seconds: float = 20.0
    """Without a single byte arriving, or being taken, within a request."""
    head_seconds: float = 30.0
    """From the first byte of a head to its last."""
    body_seconds: float = 900.0
    """From the first byte of a body to its last."""
    linger_seconds: float = 2.0
    """How long a refused client may go on sending before its connection is cut."""
    connections: int = 256
    """At once; further ones wait to be accepted."""
