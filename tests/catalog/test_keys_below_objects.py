"""Scenarios put no object below another object, but where that is what they show."""

from __future__ import annotations

from conformance.catalog.load import load

_WRITES = frozenset({"PutObject", "CopyObject", "CompleteMultipartUpload"})
_BELOW = "key/below-an-object"


def test_no_object_lies_below_another() -> None:
    """A server that keeps objects as files can't hold both, and would fail for another reason."""
    found = set()
    for test in load().tests:
        keys = {
            str(step.members.get("Key", "${key}")).replace("$key", "${key}")
            for step in test.single_steps()
            if step.operation in _WRITES
        }
        if any(one.startswith(f"{other}/") for one in keys for other in keys):
            found.add(test.scenario.id)
    assert found == {_BELOW}
