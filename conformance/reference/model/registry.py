"""Every operation that the model offers, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from conformance.reference.model import (
    directory_buckets,
    directory_lists,
    directory_operations,
    directory_session,
    directory_settings,
    subresources_acl,
    subresources_buckets,
    subresources_create_bucket,
    subresources_encryption,
    subresources_lifecycle,
    subresources_lock,
    subresources_ownership,
    subresources_settings,
    subresources_tagging,
)
from conformance.reference.model.operations import (
    abort,
    attributes,
    complete,
    copy_object,
    create,
    delete_object,
    get_object,
    list_objects,
    list_parts,
    list_uploads,
    list_versions,
    put_object,
    upload_part,
    upload_part_copy,
)
from conformance.reference.model.pipeline import Operation

if TYPE_CHECKING:
    from types import ModuleType

_MODULES: Final[tuple[ModuleType, ...]] = (
    abort,
    attributes,
    complete,
    copy_object,
    create,
    delete_object,
    directory_buckets,
    directory_lists,
    directory_operations,
    directory_session,
    directory_settings,
    get_object,
    list_objects,
    list_parts,
    list_uploads,
    list_versions,
    put_object,
    subresources_acl,
    subresources_buckets,
    subresources_create_bucket,
    subresources_encryption,
    subresources_lifecycle,
    subresources_lock,
    subresources_ownership,
    subresources_settings,
    subresources_tagging,
    upload_part,
    upload_part_copy,
)
"""A module offers the operations that are its constants."""


# Each operation has a context of its own type, which the one that runs it makes by itself; a
# table of all of them has no common type but Any.
def operations() -> dict[str, Operation[Any]]:
    """Return a new table, which a fault may change without touching another service."""
    return {
        value.name: value
        for module in _MODULES
        for value in vars(module).values()
        if isinstance(value, Operation)
    }
