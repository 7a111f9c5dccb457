"""Faults made from the sources: one for each refusal that a tested MUST cites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.faults.from_facts import ANSWERED, FIRM, fact_faults
from conformance.faults.model import Seen
from conformance.faults.switches import Refusal
from conformance.reference.domain.messages import Pairs, Payload, Request, S3Error

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog
    from conformance.faults.model import Fault


@pytest.fixture(scope="module")
def by_fact(catalog: Catalog) -> dict[str, Fault]:
    """Return the faults by the fact that they deny."""
    return {one.id.rpartition("otherwise-")[2].upper(): one for one in fact_faults(catalog)}


def test_every_refusal_that_a_must_stands_on_is_denied_once(
    catalog: Catalog, by_fact: dict[str, Fault]
) -> None:
    """Each fact of a refusal behind a MUST has a fault, save for those that are excused by name."""
    standing = {
        fact for rule in catalog.rules.values() if rule.level == "MUST" for fact in rule.sources
    }
    refusals = {
        source.id
        for source in catalog.sources.values()
        if source.id in standing and source.status is not None and source.status >= 400
    }
    assert refusals - by_fact.keys() <= catalog.ledger.excuses.keys()
    assert by_fact.keys() <= refusals


def test_the_rule_stands_on_the_fact(catalog: Catalog, by_fact: dict[str, Fault]) -> None:
    """The one rule of a fault is a MUST that names the fact; what nobody saw only recommends."""
    for name, fault in by_fact.items():
        (rule,) = fault.rules
        assert name in catalog.rules[rule].sources
        assert catalog.rules[rule].level == "MUST"
        assert fault.should == (catalog.sources[name].grade not in FIRM)


def _seen(operation: str, error: S3Error) -> Seen:
    request = Request(
        method="POST",
        bucket="b",
        key="k",
        query=Pairs(),
        headers=Pairs((), fold=True),
        payload=Payload(),
        caller=None,
        signed="none",
        secure=False,
        virtual_host=False,
        host="localhost",
        now=None,  # type: ignore[arg-type]  # nothing here looks at the clock
    )
    return Seen(operation=operation, request=request, answer=error, check="")


def test_another_answer_for_that_refusal_alone(catalog: Catalog, by_fact: dict[str, Fault]) -> None:
    """The refusal of the fact becomes a 500; another code, message or operation stays."""
    source, fault = catalog.sources["CMP-010"], by_fact["CMP-010"]
    status = source.status or 0
    (refusal,) = (one for one in fault.switches if isinstance(one, Refusal))
    meant = S3Error(status, source.code, source.message)
    seen = _seen("CompleteMultipartUpload", meant)
    assert refusal.touches(seen)
    changed = refusal.change(seen.request, meant)
    assert isinstance(changed, S3Error)
    assert (changed.status, changed.code) == ANSWERED
    for operation, other in (
        ("CompleteMultipartUpload", S3Error(status, "InvalidPart", source.message)),
        ("CompleteMultipartUpload", S3Error(status, source.code, "of another kind")),
        ("CompleteMultipartUpload", S3Error(status + 1, source.code, source.message)),
        ("ListParts", meant),
    ):
        assert not refusal.touches(_seen(operation, other))


def test_facts_of_directory_buckets_deny_their_operations(by_fact: dict[str, Fault]) -> None:
    """A fact of directory buckets is denied where their operations are, by their own names."""
    assert "directory.CreateMultipartUpload" in by_fact["DIR-020"].operations
    assert not any(name.startswith("directory.") for name in by_fact["CMP-010"].operations)
