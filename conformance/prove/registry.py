"""Every fault there is: made by hand, made from the facts, made from the operations' model."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from conformance.prove.facts import fact_faults
from conformance.prove.mutation import mutations
from conformance.reference.faults.catalogue import FAULTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Catalog
    from conformance.reference.faults.model import Fault


def rule_faults(catalog: Catalog) -> Mapping[str, Fault]:
    """Return the faults that break rules: by hand and, per refusal that a fact tells, by rule."""
    return MappingProxyType(dict(FAULTS) | {one.id: one for one in fact_faults(catalog)})


def all_faults(catalog: Catalog) -> Mapping[str, Fault]:
    """Return these and the mutations, by id."""
    return MappingProxyType(
        dict(rule_faults(catalog)) | {one.id: one for one in mutations(catalog)}
    )
