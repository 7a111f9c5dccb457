"""The reference endpoint: a faithful, strict, in-memory S3 for the multipart family."""

from __future__ import annotations

from conformance.reference.server import ReferenceServer, Settings

__all__ = ["ReferenceServer", "Settings"]
