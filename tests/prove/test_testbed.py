"""The endpoint that holds all faults: which requests name one, and which never do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.faults.model import Fault
from conformance.faults.operations import CREATE
from conformance.faults.planting import HEADER
from conformance.faults.switches import Insert
from conformance.prove.testbed import FaultySender, FaultyTarget
from conformance.wire.model import Call

if TYPE_CHECKING:
    import pytest

    from conformance.catalog.model import Catalog
    from conformance.prove.workers import Worker
    from conformance.wire.model import Exchange


class Wiretap:
    """A wire that remembers which fault each request named."""

    def __init__(self) -> None:
        self.named: list[tuple[str, str | None]] = []

    def send(self, call: Call, identity: str = "main") -> Exchange:
        """Remember the call; nobody looks at what comes back."""
        del identity
        self.named.append((call.operation, dict(call.edits.late_headers).get(HEADER)))
        return None  # type: ignore[return-value]  # see above


def test_requests_name_the_fault_within_the_block_alone() -> None:
    """The header goes into what is sent while a fault is named, and a block ends with the old."""
    wire = Wiretap()
    sender = FaultySender(wire)  # type: ignore[arg-type]  # it sends, and that is all that is asked
    call = Call(operation="ListBuckets", members={})
    sender.send(call)
    with sender.naming("a/fault"):
        sender.send(call)
        with sender.naming(None):
            sender.send(call)
        sender.send(call)
    sender.send(call)
    assert [name for _, name in wire.named] == [None, "a/fault", None, "a/fault", None]


def test_set_ups_and_leftovers_are_spared(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Buckets are made and removed without the fault, also a second one amidst a test.

    A bucket that a test makes by itself is a matter of the test.
    """
    seen: list[tuple[str, str, str | None]] = []
    plain = worker.testbed._wire.send

    def send(call: Call, identity: str = "main") -> Exchange:
        fault = dict(call.edits.late_headers).get(HEADER)
        seen.append((call.operation, str(call.members.get("Bucket", "")), fault))
        return plain(call, identity)

    monkeypatch.setattr(worker.testbed._wire, "send", send)
    tests = worker.tests.values()
    second = next(test for test in tests if "second_bucket" in repr(test.steps))
    own = next(test for test in tests if test.id.startswith("directory-buckets/names/unique"))
    with worker.testbed.context() as context:
        for test in (second, own):
            worker.testbed.run(test, context, "complete.order/sorted")
    made = [(bucket, fault) for name, bucket, fault in seen if name == "CreateBucket"]
    assert any("second" in bucket and fault is None for bucket, fault in made)
    assert any("none" in bucket and fault is not None for bucket, fault in made)
    assert not any("none" not in bucket and fault is not None for bucket, fault in made)
    assert seen[-1][2] is None


def _breaks(context: object) -> None:
    raise LookupError(type(context).__name__)


def test_crashes_are_told_once(catalog: Catalog, capfd: pytest.CaptureFixture[str]) -> None:
    """What a fault broke that no server breaks is told at the end of its trial, and forgotten."""
    fault = Fault(
        id="life.create-returns-id/breaks",
        kind="answers",
        says="The reference itself breaks",
        rules=("life.create-returns-id",),
        switches=(Insert(CREATE, _breaks),),
    )
    (test, *_) = (one for one in catalog.tests if one.id == "create/independent-uploads")
    with FaultyTarget(catalog, {fault.id: fault}) as testbed, testbed.context() as context:
        testbed.run(test, context, fault.id)
        told = testbed.crashes(fault.id)
        assert told
        assert all(one == "CreateMultipartUpload: LookupError: Creating" for one in told)
        assert testbed.crashes(fault.id) == ()
    assert "LookupError" in capfd.readouterr().err
