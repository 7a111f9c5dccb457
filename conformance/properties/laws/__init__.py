"""All properties, by name; each shows rules of ``specs/rules``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.properties.laws import (
    access,
    assembly,
    checksums,
    completion,
    customer_keys,
    directory,
    listing,
    machine,
    names,
    parts,
    races,
    reading,
    refusals,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.properties.law import Law

ALL: Final[tuple[Law, ...]] = (
    *assembly.LAWS,
    *checksums.LAWS,
    *customer_keys.LAWS,
    *access.LAWS,
    *completion.LAWS,
    *listing.LAWS,
    *names.LAWS,
    *parts.LAWS,
    *reading.LAWS,
    *refusals.LAWS,
    *directory.LAWS,
    *races.LAWS,
    *machine.LAWS,
)
BY_ID: Final[Mapping[str, Law]] = {law.id: law for law in ALL}
