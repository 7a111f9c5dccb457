"""What recorded requests have in common: one template of ``specs/recordings.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping as Map

    from conformance.catalog.problems import Mark
    from conformance.catalog.yaml12 import Mapping, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """How a recorded request goes out, and what is there before."""

    name: str
    bucket: str
    needs: tuple[str, ...]
    values: Map[str, Node]
    """Names in ``given`` and ``request`` that a row may give other values."""
    given: Node | None
    request: Mapping
    operation: str
    whole: bool
    declaration: bool
    success: Mapping | None
    mark: Mark
