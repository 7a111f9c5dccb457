"""Selections of tests that the compatibility site has pages for, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One row of the site's front: something that a server has or lacks."""

    id: str
    title: str
    about: str
    group: str
    """The title of its group."""
    capabilities: tuple[str, ...]
    """The first decides whether the server has it; tests that need any of them belong to it."""
    select: tuple[str, ...]
    """Expressions of `conformance.catalog.select`; with any, they alone say which tests belong."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What people do with a server: what it needs, and the tests that show whether it works."""

    id: str
    title: str
    about: str
    needs: tuple[str, ...]
    """Capabilities without which the server can't be used for it."""
    select: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Selections:
    """All features and workloads, in the order of their files."""

    features: tuple[Feature, ...] = ()
    workloads: tuple[Workload, ...] = ()
    set_up: tuple[str, ...] = ()
    """Capabilities of a run's set-up, which say nothing about a server."""
    servers: Mapping[str, str] = field(default_factory=dict)
    """Name of a known target to the kind of server that it is."""
