"""``serve``: the reference endpoint for other uses."""

from __future__ import annotations

from conformance.reference.__main__ import main as command

__all__ = ["command"]
