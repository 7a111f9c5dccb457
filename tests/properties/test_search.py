"""Budgets hold, searches repeat, and endpoints that change their minds crash nothing."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.properties.budget import PROFILES, divided
from conformance.reference.domain.messages import Pairs, Response

from .contexts import context, law_test
from .faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.properties.budget import Budget
    from conformance.record.model import TestLine
    from conformance.reference.domain.messages import Request
    from conformance.reference.http.exchange import Handler

QUICK = PROFILES["quick"]


class Ticks:
    """A clock that goes on by so many seconds each time that it is asked."""

    def __init__(self, step: float) -> None:
        self.now = 0.0
        self._step = step

    def __call__(self) -> float:
        """Return the seconds, and go on."""
        self.now += self._step
        return self.now - self._step


def tried(
    name: str,
    budget: Budget = QUICK,
    fault: object = None,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[TestLine, list[str]]:
    """Try a law, and return its line with what all requests asked for, in order."""
    asked: list[str] = []

    def listening(sound: Handler, request: Request) -> Response:
        asked.append(f"{request.method} {request.query.items}")
        return fault(sound, request) if callable(fault) else sound.handle(request)

    with context(listening) as made:
        line = made.law_line(name, budget, clock)
        asked = list(asked)
    return line, asked


def test_the_same_every_time() -> None:
    """Two searches with one seed ask the same; another seed asks something else."""
    first = tried("part-numbers")[1]
    again = tried("part-numbers")[1]
    other = tried("part-numbers", replace(QUICK, seed=5))[1]
    numbers = [[text for text in asked if "partNumber" in text] for asked in (first, again, other)]
    # Upload ids are made by chance: what is compared are the part numbers.
    plain = [[text.rpartition("'partNumber', ")[2][:8] for text in one] for one in numbers]
    assert plain[0] == plain[1]
    assert plain[0] != plain[2]


def test_requests_are_limited() -> None:
    """A law never sends more than its budget has, clean-up included, and says that it stopped."""
    line, asked = tried("list-parts-pages", replace(QUICK, requests=40))
    assert line.verdict == "PASS"
    assert line.search is not None
    assert line.search.requests <= 40
    assert line.search.stopped == "40 requests"
    assert "ended by its limit of 40 requests" in line.reason
    assert len(asked) >= line.search.requests


def test_bytes_are_limited() -> None:
    """What could not be paid for is not sent."""
    line, _ = tried("etags", replace(QUICK, bytes=100_000))
    assert line.search is not None
    assert line.search.stopped == "100,000 bytes"
    assert line.search.bytes <= 200_000


def test_time_is_limited() -> None:
    """A search that its time cuts short says after how many of its examples."""
    clock = Ticks(1.0)  # it is asked before the first story, and then before each of them
    line, _ = tried("tags", replace(QUICK, seconds=4.5), clock=clock)
    assert line.verdict == "PASS"
    assert line.search is not None
    assert (line.search.examples, line.search.planned) == (4, 20)
    assert line.search.stopped == "4.5 seconds"
    assert line.reason.startswith("held for 4 of 20 examples, ")
    assert line.reason.endswith("; ended by its time budget of 4.5 seconds")


@pytest.mark.parametrize(
    ("budget", "limit"),
    [
        (replace(QUICK, requests=0), "limit of 0 requests"),
        (replace(QUICK, requests=2), "limit of 2 requests"),
        (replace(QUICK, seconds=0.5), "time budget of 0.5 seconds"),
        (replace(QUICK, seconds=0.5, rounds=True), "time leaves room for none"),
    ],
)
def test_a_law_without_an_example_is_not_passed(budget: Budget, limit: str) -> None:
    """What was never asked has not held: it is skipped, and the limit is named."""
    line, asked = tried("part-numbers", budget, clock=Ticks(1.0))
    assert line.verdict == "SKIP"
    assert "not one example was tried" in line.reason
    assert limit in line.reason
    assert line.search is not None
    assert (line.search.examples, line.search.requests) == (0, 0)
    assert not [one for one in asked if "partNumber" in one]


def test_time_limits_shrinking() -> None:
    """A failure is reported, too, where the time is over before it is small."""
    fault = FAULTS["complete-lists"]
    whole, _ = tried("complete-lists", fault=fault())
    cut, _ = tried("complete-lists", replace(QUICK, seconds=12.5), fault=fault(), clock=Ticks(1.0))
    assert whole.search is not None
    assert cut.search is not None
    assert cut.verdict == whole.verdict == "FAIL"
    assert cut.search.examples == 12 < whole.search.examples
    assert cut.search.stopped == "12.5 seconds"
    assert whole.search.stopped == ""


def test_shrinking_is_limited() -> None:
    """A failure is reported also where none of the budget is left to make it smaller."""
    line, _ = tried("machine", replace(QUICK, shrinks=1), FAULTS["machine"]())
    assert line.verdict == "FAIL"


def test_flaky_endpoint() -> None:
    """An endpoint that fails once, and never again, ends as ERROR with the reason flaky."""
    failed: list[bool] = []

    def once(sound: Handler, request: Request) -> Response:
        if request.method == "HEAD" and request.key and not failed:
            failed.append(True)
            return Response(status=404)
        return sound.handle(request)

    line, _ = tried("metadata", fault=once)
    assert line.verdict == "ERROR"
    assert line.reason.startswith("flaky: the same example failed and then passed")
    assert (line.fault, line.fault_kind) == ("endpoint", "flaky")
    assert line.exchanges


def test_fickle_endpoint() -> None:
    """An endpoint that fails every other time crashes nothing either."""
    count = iter(range(10_000))

    def fickle(sound: Handler, request: Request) -> Response:
        if request.method == "GET" and "tagging" in request.query and next(count) % 2:
            return sound.handle(replace(request, query=Pairs(())))
        return sound.handle(request)

    line, _ = tried("tags", fault=fickle)
    assert line.verdict in {"FAIL", "ERROR"}
    assert "fault of the suite" not in line.reason


def test_lost_endpoint() -> None:
    """A connection that breaks ends the law as an error of the transport."""

    def broken(sound: Handler, request: Request) -> Response:
        if request.method == "HEAD" and request.key:
            return Response(headers=(("Content-Length", "nonsense"),))
        return sound.handle(request)

    line, _ = tried("metadata", fault=broken)
    assert line.verdict == "ERROR"
    assert line.search is not None
    assert line.search.examples == 1


def test_a_missing_bucket_kind_is_skipped() -> None:
    """The law of directory buckets is skipped, with what is missing, where a run has none."""
    line, _ = tried("directory-headers")
    assert line.verdict == "SKIP"
    assert "availability-zone" in line.reason


def test_nothing_is_left_behind() -> None:
    """After a search every upload and object that it made is gone."""
    with context() as made:
        made.law_line("machine", QUICK)
        session = made.context.session(law_test("machine"))
        bucket = session.scope.names["bucket"]
        from conformance.wire.model import Call  # noqa: PLC0415  # the one use

        for operation, member in (
            ("ListObjectsV2", "Contents"),
            ("ListMultipartUploads", "Uploads"),
        ):
            answer = session.send(Call(operation=operation, members={"Bucket": bucket})).answer
            assert answer is not None
            assert member not in answer.members
        assert not made.context.take_problems()


def test_exploring_keeps_examples(tmp_path: Path) -> None:
    """With a folder, Hypothesis keeps a failing example there, apart for each law."""
    tried("tags", replace(QUICK, examples_folder=tmp_path), FAULTS["tags"]())
    assert any((tmp_path / "tags").rglob("*"))


@pytest.mark.parametrize("limit", ["requests", "bytes"])
def test_limits_are_shared_out(limit: str) -> None:
    """What all laws have together is divided among them, and only ever lowers a limit."""
    shared = divided(QUICK, 4, requests=80, sent=400)
    assert getattr(shared, limit) == {"requests": 20, "bytes": 100}[limit]
    wide = divided(QUICK, 1, requests=10**12, sent=10**15)
    assert (wide.requests, wide.bytes) == (QUICK.requests, QUICK.bytes)
