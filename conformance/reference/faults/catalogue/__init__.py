"""The hand-made catalogue of faults, by what they break."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from conformance.reference.faults.catalogue import (
    access,
    checksums,
    completed,
    completion,
    copies,
    customer_keys,
    details,
    directory_buckets,
    directory_encryption,
    directory_headers,
    directory_operations,
    encryption,
    endings,
    framing,
    hunt,
    integrity,
    lifecycle,
    list_parts,
    list_uploads,
    new_checksums,
    object_checksums,
    objects,
    parts,
    presigned,
    reading,
    replays,
    request_headers,
    signing,
    stand_ins,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from conformance.reference.faults.model import Fault

_MODULES: Final[tuple[ModuleType, ...]] = (
    lifecycle,
    endings,
    signing,
    presigned,
    parts,
    framing,
    copies,
    completion,
    completed,
    replays,
    checksums,
    new_checksums,
    object_checksums,
    encryption,
    customer_keys,
    objects,
    access,
    list_parts,
    list_uploads,
    reading,
    details,
    hunt,
    directory_buckets,
    directory_headers,
    directory_encryption,
    directory_operations,
    stand_ins,
    integrity,
    request_headers,
)


def _by_id() -> Mapping[str, Fault]:
    found: dict[str, Fault] = {}
    for module in _MODULES:
        for fault in module.FAULTS:
            if fault.id in found:
                raise ValueError(f"two faults are called {fault.id}")
            found[fault.id] = fault
    return MappingProxyType(found)


FAULTS: Final[Mapping[str, Fault]] = _by_id()
"""Every hand-made fault by its id."""
