"""The hand-made catalogue of faults is sound in itself."""

from __future__ import annotations

import re

import pytest

from conformance.faults.catalogue import FAULTS
from conformance.faults.model import KINDS, Fault, Wiring
from conformance.reference.registry import operations

SLUG = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9-]+/[a-z0-9-]+")


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_fault_is_told_and_can_be_planted(fault: Fault) -> None:
    """Each fault has a well-formed id, one sentence, a kind, and switches that find their place."""
    assert SLUG.fullmatch(fault.id)
    assert fault.rules[0] == fault.id.partition("/")[0]
    assert fault.kind in KINDS
    assert len(fault.says.split()) > 2
    assert not fault.says.endswith(".")
    wiring = Wiring(operations=operations())
    for switch in fault.switches:
        switch.plant(wiring)
    assert fault.operations


def test_every_kind_of_fault_is_there() -> None:
    """The catalogue holds faults of every kind, and more than 250 in all."""
    assert {fault.kind for fault in FAULTS.values()} == set(KINDS)
    assert len(FAULTS) >= 250


def test_no_two_faults_say_the_same_of_one_rule() -> None:
    """Two faults of one rule differ in what they say."""
    told = [(fault.rules, fault.says) for fault in FAULTS.values()]
    assert len(set(told)) == len(told)


def test_planting_leaves_other_wiring_alone() -> None:
    """A planted fault changes the table that it was given and no other."""
    before = operations()
    wiring = Wiring(operations=operations())
    for switch in FAULTS["complete.order/as-listed"].switches:
        switch.plant(wiring)
    assert wiring.operations["CompleteMultipartUpload"] != before["CompleteMultipartUpload"]
    assert operations() == before
