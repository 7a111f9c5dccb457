"""Calls to test servers, and what came of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.wire.model import Call

if TYPE_CHECKING:
    from conformance.wire.client import Wire

GET: Final = Call(operation="GetObject", members={"Bucket": "b", "Key": "k"})
BODY: Final = bytes(range(256)) * 20_000
PUT: Final = Call(operation="PutObject", members={"Bucket": "b", "Key": "k", "Body": BODY})


def statuses(wire: Wire, *calls: Call) -> list[int | str | None]:
    """Send calls and return their statuses, or faults."""
    exchanges = [wire.send(call) for call in calls]
    return [e.answer.status if e.answer else e.fault for e in exchanges]
