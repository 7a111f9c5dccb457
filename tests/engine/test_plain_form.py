"""A 501 refuses what a request asks for, or only the form of a client."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.engine.plain_form import plain_form
from conformance.engine.runner import run_test

from .fakes import FakeSender, Handler, make_context, make_test, ok, refusal, step

if TYPE_CHECKING:
    from conformance.wire.model import Answer, Call

HEAD = step(
    "HeadObject", {"Key": "${key}"}, edits={"headers": {"x-odd": "1"}}, must={"status": 200}
)
MISSING = refusal(501, "NotImplemented")


def odd_only(call: Call, _identity: str) -> Answer:
    """Refuse requests with the odd header, and no others."""
    return MISSING if ("x-odd", "1") in call.edits.headers else ok()


def never(call: Call, _identity: str) -> Answer:
    """Refuse HeadObject in every form."""
    return MISSING if call.operation == "HeadObject" else ok()


@pytest.mark.parametrize(
    ("form", "sender", "verdict", "sent"),
    [(True, odd_only, "FAIL", 2), (True, never, "UNSUPPORTED", 2),
     (False, odd_only, "UNSUPPORTED", 1)],
)  # fmt: skip
def test_a_501_is_compared_with_the_plain_form(
    form: bool, sender: Handler, verdict: str, sent: int
) -> None:
    """Only a test of forms asks again, and only a refused form is a failure."""
    fake = FakeSender(sender)
    line = run_test(replace(make_test(HEAD), form=form), make_context(fake))
    assert line.verdict == verdict
    assert len(fake.sent("HeadObject")) == sent


def test_the_plain_form_asks_for_the_same() -> None:
    """Operation, members and signing stay; what only changes the writing goes."""
    signed = replace(
        HEAD, edits={**HEAD.edits, "sign": {"mode": "presigned"}}, save={"etag": "ETag"}
    )
    plain = plain_form(signed)
    assert (plain.operation, plain.members) == (HEAD.operation, HEAD.members)
    assert plain.edits == {"sign": {"mode": "presigned"}}
    assert plain.save == {}
    assert [one.fields for one in plain.expectations] == [{"status": "2xx"}]
