"""Every fault together: enough of them, and one for every rule that can be tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.faults.catalogue import FAULTS
from conformance.faults.mutations import is_mutation
from conformance.faults.registry import all_faults, rule_faults

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog


def test_every_rule_has_a_fault_that_proves_it(catalog: Catalog) -> None:
    """Each rule that is not excused by name has a fault of more than a recommendation."""
    broken = {rule for one in rule_faults(catalog).values() if not one.should for rule in one.rules}
    assert set(catalog.rules) - broken == set(catalog.rules) & catalog.ledger.excuses.keys()


def test_faults_name_rules_and_incompatibilities_that_there_are(catalog: Catalog) -> None:
    """No fault speaks of a rule or of a real server's deviation that the catalogue has not."""
    for fault in rule_faults(catalog).values():
        assert set(fault.rules) <= catalog.rules.keys(), fault.id
        assert set(fault.known) <= catalog.ledger.incompatibilities.keys(), fault.id


def test_by_hand_by_fact_and_by_rule(catalog: Catalog) -> None:
    """The registry holds what was made by hand, what facts tell, and the mutations."""
    known = rule_faults(catalog)
    assert FAULTS.items() <= known.items()
    further = known.keys() - FAULTS.keys()
    assert further
    assert all("/otherwise-" in name for name in further)
    mutations = all_faults(catalog).keys() - known.keys()
    assert len(mutations) > 500
    assert all(map(is_mutation, mutations))
    assert not any(map(is_mutation, known))
