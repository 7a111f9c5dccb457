"""What steps of faults share: what a request has made, and what one step tells another."""

from __future__ import annotations

import gc
from datetime import UTC, datetime

import pytest

from conformance.faults.catalogue.steps import Remembered, made
from conformance.reference.domain.kms import KeyStore
from conformance.reference.domain.messages import Pairs, Payload, Request
from conformance.reference.domain.state import World
from conformance.reference.pipeline import Context


def _context() -> Context:
    request = Request(
        method="GET",
        bucket=None,
        key=None,
        query=Pairs(),
        headers=Pairs((), fold=True),
        payload=Payload(),
        caller=None,
        signed="none",
        secure=False,
        virtual_host=False,
        host="s3.localhost",
        now=datetime(2026, 3, 1, tzinfo=UTC),
    )
    return Context(request, World(region="us-east-1", accounts=(), kms=KeyStore("us-east-1")))


def test_a_request_remembers_for_itself_alone() -> None:
    """What is kept for one request is not known to another, and goes with the request."""
    waited: Remembered[bool] = Remembered(otherwise=False)
    first, second = _context(), _context()
    waited.keep(first, True)
    assert (waited.of(first), waited.of(second)) == (True, False)
    del first
    gc.collect()
    assert len(waited._by_request) == 0


def test_what_was_not_made_is_a_defect() -> None:
    """A step that comes before what it changes breaks the fault, which is told as a crash."""
    assert made("a part") == "a part"
    with pytest.raises(LookupError, match="made nothing yet"):
        made(None)
