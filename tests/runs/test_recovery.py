"""A server of ours that ends is waited for, for a while; nobody else's is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.engine import sweep
from conformance.runs import worker as workers
from conformance.runs.plan import Plan
from conformance.runs.preflight import Health
from conformance.runs.recovery import recovered
from conformance.runs.unfinished_tests import lost_line
from conformance.runs.worker import Worker
from conformance.targets.launchers.process import free_ports
from conformance.targets.profile import Profile
from conformance.vocabulary.verdicts import Verdict
from conformance.wire.model import Endpoint, Identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.record.model import TestLine

GONE = Health("unreachable", "nothing is listening there")
WELL = Health("well")


class Time:
    """A clock that only moves when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def asking(*states: Health) -> Callable[[], Health]:
    """Return a question that is answered by these, the last for ever."""
    left = list(states)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


@pytest.mark.parametrize("last", [WELL, Health("refused", "InvalidAccessKeyId")])
def test_it_is_over_as_soon_as_the_target_answers(last: Health) -> None:
    """A refusal is an answer, too."""
    time = Time()
    ask = asking(GONE, GONE, last)
    assert recovered(ask, seconds=5, now=lambda: time.now, pause=time.pause) is last
    assert time.now < 1


def test_what_stays_away_is_given_up() -> None:
    """After the time, and with the last reason."""
    time = Time()
    ask = asking(GONE)
    assert recovered(ask, seconds=5, now=lambda: time.now, pause=time.pause) is GONE
    assert 5 <= time.now < 6


@pytest.fixture
def no_answer() -> TestLine:
    """Return the line of a test whose connection was closed."""
    line = lost_line(load().tests[0], "lost", "main")
    return replace(line, fault="transport", fault_kind="closed")


def worker_of(launcher: str | None, bucket: str | None = None) -> Worker:
    """Return a worker of a target at which nobody listens."""
    (port,) = free_ports(1)
    profile = Profile.model_validate(
        {
            "name": "gone",
            "launcher": launcher,
            "endpoint_url": f"http://127.0.0.1:{port}",
            "values": {"fsx-alias": "point-s3alias", "account-id": "111122223333"},
        }
    )
    plan = Plan(
        tests=(),
        catalog=replace(load(), scenarios=(), tests=()),
        profile=profile,
        endpoint=profile.endpoint(),
        identities={"main": Identity("AKIAGONE", "secret")},
        run_id="gone",
        bucket=bucket,
        strict=False,
        decisions={},
    )
    return Worker(plan, "main")


@pytest.fixture
def ours() -> Iterator[Worker]:
    """Yield a worker of a target that we started."""
    worker = worker_of("ceph-rgw")
    yield worker
    worker.close()


def test_a_server_of_ours_that_is_back_is_not_lost(
    ours: Worker, no_answer: TestLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run goes on, and the record says in which test the server had ended."""
    monkeypatch.setattr(workers, "recovered", lambda ask: WELL if ask() else GONE)
    assert ours.lost(no_answer) == ""
    assert f"the target had ended in {no_answer.id}, and was started again" in ours.close().problems


def test_a_server_of_ours_that_stays_away_is_lost(
    ours: Worker, no_answer: TestLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run ends, with the reason."""
    monkeypatch.setattr(workers, "recovered", lambda ask: ask())
    assert f"gone since {no_answer.id}" in ours.lost(no_answer)


def test_a_server_of_somebody_else_is_not_waited_for(
    no_answer: TestLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing says that anybody starts it again; and a test that was answered asks nothing."""
    worker = worker_of(None)
    monkeypatch.delattr(workers, "recovered")
    assert "gone since" in worker.lost(no_answer)
    monkeypatch.delattr(workers, "check")
    assert worker.lost(replace(no_answer, verdict=Verdict.FAIL, cause="status")) == ""


@pytest.mark.parametrize("bucket", [None, "mine"])
def test_a_target_is_asked_as_it_was_before_the_run(
    bucket: str | None, no_answer: TestLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a bucket of the user's that one is asked for: the rest may be closed to the key pair."""
    asked: list[str | None] = []

    def check(_endpoint: Endpoint, _identities: object, of: str | None = None) -> Health:
        asked.append(of)
        return WELL

    monkeypatch.setattr(workers, "check", check)
    assert worker_of(None, bucket).lost(no_answer) == ""
    assert asked == [bucket]


@pytest.mark.parametrize(("bucket", "searched"), [(None, ["point-s3alias"]), ("mine", [])])
def test_the_sweep_of_a_run_searches_the_access_points_of_the_profile(
    bucket: str | None, searched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not with a bucket of the user's, where no test writes through them."""
    asked: list[object] = []

    def plan(_sender: object, **how: object) -> sweep.Plan:
        asked.append(how["stand_ins"])
        return sweep.Plan(problems=["a problem"])

    monkeypatch.setattr(sweep, "plan", plan)
    assert workers.sweep_run(worker_of(None, bucket).plan) == ["a problem"]
    assert asked == [searched]
