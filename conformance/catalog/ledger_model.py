"""What the catalogue has to answer for beside its own rules, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.place import Place


@dataclass(frozen=True, kw_only=True)
class Incompatibility:
    """One deviation that users of a real server met; scenarios name it in ``catches``."""

    id: str
    statement: str
    """What holds on S3, and did not hold there."""
    threads: tuple[str, ...]
    """Public threads that report it, as ``owner/repository#number``."""
    notes: str
    """What else bears witness: a vendor's own table, a probe of ours, a dispute."""
    excused: str
    """Why no scenario catches it; empty when one does, or is still to be written."""
    place: Place


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of a documentation page, and the rules that it became."""

    id: str
    page: str
    """Id of the page's `Source`."""
    statement: str
    rules: tuple[str, ...]
    excused: str
    """Why it became no rule; empty when it names rules."""
    place: Place


@dataclass(frozen=True, kw_only=True)
class Excuse:
    """Why no scenario asserts one fact or rule, or one member or value of the service model."""

    subject: str
    """Id of a `Source`, a `Rule`, or a member as `conformance.catalog.model_watch` calls it."""
    reason: str
    later: bool
    """It belongs to a bucket kind that is still to be built, rather than to nobody."""
    of_the_model: bool = False
    """It is of a member or a value."""
    place: Place


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """What the catalogue has to answer for beside its own rules; see `coverage`."""

    incompatibilities: Mapping[str, Incompatibility] = field(default_factory=dict)
    statements: Mapping[str, Statement] = field(default_factory=dict)
    excuses: Mapping[str, Excuse] = field(default_factory=dict)
    """By subject."""
