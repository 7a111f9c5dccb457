"""The one registry of faults: made by hand, made from facts, made from the operations' model.

``serve --fault``, ``prove`` and the pages of the proof know the faults that are here, and no
others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.faults.catalogue import FAULTS, by_id
from conformance.faults.from_facts import fact_faults
from conformance.faults.mutations import mutations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Catalog
    from conformance.faults.model import Fault


def rule_faults(catalog: Catalog) -> Mapping[str, Fault]:
    """Return the faults that break rules: by hand and, per refusal that a fact tells, by rule."""
    return by_id((*FAULTS.values(), *fact_faults(catalog)))


def all_faults(catalog: Catalog) -> Mapping[str, Fault]:
    """Return these and the mutations, by id."""
    return by_id((*rule_faults(catalog).values(), *mutations(catalog)))
