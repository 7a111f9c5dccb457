"""What recorded requests have in common: one template of ``specs/recordings.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.catalog.problems import Mark
    from conformance.catalog.yaml12 import Mapping, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """How a recorded request goes out, and what is there before."""

    name: str
    bucket: str
    needs: tuple[str, ...]
    given: Node | None
    request: Mapping
    operation: str
    whole: bool
    declaration: bool
    success: Mapping | None
    mark: Mark
