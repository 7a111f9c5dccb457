"""The reference answers the recorded requests of the sources as Amazon S3 did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.load import load
from conformance.cli.recorded_reference import sources_against_reference
from conformance.recordings.outcome import Comparison, facts
from conformance.reference.rules import customer_key

if TYPE_CHECKING:
    import pytest


def said(found: Comparison) -> str:
    """Return the share and the causes of what differs."""
    answered = facts(found)
    causes = [
        f"\n{cause.aspect}: {cause.recorded!r} | {cause.own!r}: {', '.join(cause.names)}"
        for cause in found.causes()
    ]
    return (
        f"{sum(answered.values())} of {len(answered)} recorded facts, "
        f"{found.identical} of {len(found.outcomes)} requests are answered identically"
        f"{''.join(causes)}"
    )


def test_answers_as_recorded() -> None:
    """Status, code, message, elements, their order and headers are S3's, but for what is argued."""
    found = sources_against_reference(load())
    print(said(found))  # noqa: T201  # the share is for whoever runs the tests
    assert found.outcomes
    assert not found.new, said(found)
    assert not found.stale


def test_a_change_of_the_reference_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reference with another message differs, in each request whose answer has that message."""
    monkeypatch.setattr(customer_key, "_BAD_MD5", "The MD5 is wrong.")
    found = sources_against_reference(load())
    assert not found.as_expected
    assert {one.aspect for outcome in found.new for one in outcome.differences} == {"message"}
    assert {"MS-007", "MS-008"} <= {outcome.group for outcome in found.new}
