"""Every law finds its planted fault, and what it writes repeats it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.engine.runner import run_test
from conformance.properties.laws import ALL, BY_ID
from conformance.properties.plan import budget
from conformance.record.options import PropertyOptions

from .contexts import context, law_test, reference
from .faults import FAULTS

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 8
"""Requests of the longest counter-example; most have three or four."""


def test_every_law_has_a_fault() -> None:
    """No law stands there that has never caught anything."""
    assert set(FAULTS) == {law.name for law in ALL}


@pytest.mark.parametrize("name", list(FAULTS))
def test_round_trip(name: str, tmp_path: Path) -> None:
    """A fault is found; its scenario is free of mistakes, repeats it, and a sound server passes."""
    test = law_test(name)
    # Directory buckets are there only for a profile that names their zones.
    profile = reference() if name == "directory-headers" else None
    with context(FAULTS[name](), profile) as faulty:
        line = faulty.law_line(name, budget(PropertyOptions(), [BY_ID[test.id]]))
        assert line.verdict == "FAIL", line.reason
        assert line.search is not None
        assert line.exchanges
        example = line.search.counter_examples[0]
        assert example.file in line.reason
        assert example.requests <= LARGEST, example.text
        path = tmp_path / "found.yaml"
        path.write_text(example.text, encoding="utf-8")
        (again,) = load([path]).tests
        assert again.id == example.id
        assert again.rules == test.rules
        verdicts = {
            run_test(again, faulty.context).verdict for _ in range(1 if "race" not in name else 24)
        }
        assert "FAIL" in verdicts
    with context(profile=profile) as sound:
        held = run_test(again, sound.context)
        assert held.verdict == "PASS", held.reason


def test_secrets_stay_out() -> None:
    """A counter-example names a customer key by its seed, and never spells it."""
    test = law_test("customer-keys")
    with context(FAULTS["customer-keys"]()) as faulty:
        line = faulty.law_line("customer-keys", budget(PropertyOptions(), [BY_ID[test.id]]))
    assert line.search is not None
    text = line.search.counter_examples[0].text
    assert "sse_c: {seed: " in text
    assert "SSECustomerKey" not in text
