"""A request that is to end last begins before the others of its group, and ends behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.engine import ends_last
from conformance.engine.runner import run_test

from .fakes import FakeSender, group, make_context, make_test, ok, step

if TYPE_CHECKING:
    import pytest

    from conformance.record.model import TestLine
    from conformance.wire.model import Answer, Call

BOTH = {"status": 200}


def outcome(said: list[str], *, fails: bool = False, alone: bool = False) -> TestLine:
    """Run a group of a part that ends last and two others, and note what happens in which order."""

    def answer(call: Call, _identity: str) -> Answer:
        if call.held_back is None:
            said.append(call.operation)
            return ok()
        if fails:
            raise RuntimeError("no half was sent")
        said.append("half")
        if not alone:
            call.held_back()
        said.append("rest")
        return ok()

    first = step("UploadPart", must=BOTH, edits={"ends-last": True})
    others = (step("ListParts", must=BOTH), step("HeadObject", must=BOTH))
    return run_test(make_test(group(*others, first)), make_context(FakeSender(answer)))


def test_begins_first_and_ends_last() -> None:
    """Half of the body is out before the others begin, and the rest comes when they have ended."""
    said: list[str] = []
    assert outcome(said).verdict == "PASS"
    said = [one for one in said if one != "CreateBucket"]
    assert (said[0], said[-1]) == ("half", "rest")
    assert sorted(said[1:-1]) == ["HeadObject", "ListParts"]


def test_others_go_on_when_it_fails() -> None:
    """What is to end last and does not even begin holds nobody up."""
    said: list[str] = []
    assert outcome(said, fails=True).verdict == "ERROR"
    assert {"HeadObject", "ListParts"} <= set(said)


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that answers one request after the other gets the rest of the body in the end."""
    monkeypatch.setattr(ends_last, "_MOST_SECONDS", 0.01)
    order = ends_last.EndsLast(1, 1)
    order.wait_for_first()
    order.hold()
    order.one_ended()
    order.hold()
