"""What runs have left is removed; a run that is at work keeps what it made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, cast

import pytest

from conformance.runs.leftovers import find_leftovers, remove_leftovers
from conformance.wire.model import Answer, Call, Exchange, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.wire.client import Wire

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
RUN = "261130113000abcd"  # half an hour old
OLD = "261129113000abcd"
FOREIGN = (
    "production",
    "s3-conformance-mine",
    f"s3-conformance-{OLD}",
    f"s3-conformance-{OLD}-a/../b",
    f"s3-conformance-{OLD}-A",
    f"s3-conformance-{OLD}-x?delete",
    "s3-conformance-999999999999abcd-main-plain",
)


def ok(status: int = 200, headers: tuple[tuple[str, str], ...] = (), **members: object) -> Answer:
    """Return a success with these members."""
    return Answer(status=status, reason="OK", headers=headers, body=b"", members=members)


class FakeSender:
    """Answers by operation, and keeps what it was sent."""

    def __init__(
        self, answers: Mapping[str, Answer] | Callable[[Call, str], Answer | None]
    ) -> None:
        self._answers = answers
        self.calls: list[tuple[Call, str]] = []

    def sent(self, operation: str) -> list[Call]:
        """Return the calls of one operation."""
        return [call for call, _ in self.calls if call.operation == operation]

    def send(self, call: Call, identity: str = "main") -> Exchange:
        """Answer a call; without an answer for it, as an empty listing or a deletion."""
        self.calls.append((call, identity))
        answers = self._answers
        found = answers(call, identity) if callable(answers) else answers.get(call.operation)
        listing = call.operation.startswith("List")
        request = Request(method="GET", target="/", url="", headers=(), body=b"", payload=b"")
        return Exchange(
            operation=call.operation,
            identity=identity,
            request=request,
            answer=found or (ok(IsTruncated=False) if listing else ok(204)),
            fault=None,
        )


def server(run: str, lease: timedelta | None) -> FakeSender:
    """Return an endpoint with the bucket of a run, its lease so old, and foreign buckets."""
    bucket, key = f"s3-conformance-{run}-main-plain", f"s3-conformance/{run}/main/lease"

    def answer(call: Call, _identity: str) -> Answer | None:
        if call.operation == "ListBuckets":
            return ok(Buckets=[{"Name": name} for name in (bucket, *FOREIGN)])
        if call.operation == "ListObjectVersions" and call.members["Bucket"] == bucket:
            return ok(Versions=[{"Key": key}] if lease is not None else [], IsTruncated=False)
        if call.operation == "GetObject":
            renewed = format_datetime(NOW - (lease or timedelta()), usegmt=True)
            headers = (("Last-Modified", renewed), ("Date", format_datetime(NOW, usegmt=True)))
            return ok(headers=headers)
        if call.operation.startswith("List"):
            return ok(IsTruncated=False)
        return ok(204)

    return FakeSender(answer)


@pytest.mark.parametrize(
    ("run", "lease", "left"),
    [
        (RUN, timedelta(seconds=20), True),
        (RUN, timedelta(seconds=61), False),
        (RUN, None, True),
        (OLD, None, False),
        (OLD, timedelta(seconds=59), True),
        (OLD, timedelta(days=1), False),
    ],
)
def test_what_lives_is_left(run: str, lease: timedelta | None, *, left: bool) -> None:
    """A lease decides; without one it is the age of the run; a name stands over both."""
    wire = cast("Wire", server(run, lease))
    found = find_leftovers(wire, None, now=NOW)
    assert found.plan.empty == left
    assert [text.startswith(run) for text in found.left] == [True] * left
    named = find_leftovers(wire, None, named=(run,), now=NOW)
    assert named.plan.buckets == [f"s3-conformance-{run}-main-plain"]
    assert not named.left


def test_nothing_foreign_is_asked_about_or_removed() -> None:
    """Names that only look like a run's are not even listed."""
    sender = server(OLD, None)
    wire = cast("Wire", sender)
    found = find_leftovers(wire, None, now=NOW)
    assert remove_leftovers(wire, found, None) == []
    touched = {str(call.members.get("Bucket")) for call, _ in sender.calls} - {"None"}
    assert touched == {f"s3-conformance-{OLD}-main-plain"}


def test_access_points_are_looked_behind() -> None:
    """Keys of a run behind an access point are found there, and no bucket is removed for them."""
    key = f"s3-conformance/{OLD}/main/t/object"
    sender = FakeSender(
        {
            "ListBuckets": ok(Buckets=[]),
            "ListObjectVersions": ok(
                Versions=[{"Key": key}, {"Key": "s3-conformance/notes"}], IsTruncated=False
            ),
        }
    )
    wire = cast("Wire", sender)
    found = find_leftovers(wire, None, ("point-s3alias",), now=NOW)
    assert [one.key for one in found.plan.stored] == [key]
    assert remove_leftovers(wire, found, None, ("point-s3alias",)) == []
    assert [call.members["Bucket"] for call in sender.sent("DeleteObject")] == ["point-s3alias"]


@pytest.mark.parametrize(
    "lie",
    [
        {"IsTruncated": True},
        {"IsTruncated": True, "NextKeyMarker": "a", "NextVersionIdMarker": "1"},
    ],
    ids=["no marker", "the same marker again"],
)
def test_a_listing_that_is_not_whole_is_a_problem(lie: dict[str, object]) -> None:
    """What it showed is removed all the same."""
    bucket, key = f"s3-conformance-{OLD}-main-plain", f"s3-conformance/{OLD}/main/t/object"
    sender = FakeSender(
        {
            "ListBuckets": ok(Buckets=[{"Name": bucket}]),
            "ListObjectVersions": ok(200, (), Versions=[{"Key": key}], **lie),
        }
    )
    found = find_leftovers(cast("Wire", sender), None, now=NOW)
    assert [one.key for one in found.plan.stored] == [key]
    (problem,) = found.plan.problems
    assert problem.startswith(f"ListObjectVersions of {bucket} is not whole")


def test_a_listing_between_two_markers_ends() -> None:
    """Pages that name each other in turn are seen, and nothing is planned twice."""
    bucket, key = f"s3-conformance-{OLD}-main-plain", f"s3-conformance/{OLD}/main/t/object"

    def answer(call: Call, _identity: str) -> Answer | None:
        if call.operation == "ListBuckets":
            return ok(Buckets=[{"Name": bucket}])
        if call.operation != "ListMultipartUploads":
            return None
        other = "b" if call.members.get("KeyMarker") == "a" else "a"
        uploads = [{"Key": key, "UploadId": "u"}]
        return ok(Uploads=uploads, IsTruncated=True, NextKeyMarker=other, NextUploadIdMarker="1")

    sender = FakeSender(answer)
    found = find_leftovers(cast("Wire", sender), None, now=NOW)
    assert len(found.plan.uploads) == 1
    assert "names a page a second time" in found.plan.problems[0]
