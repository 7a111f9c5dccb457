"""Workers share the tests of a run, also when there are few of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from conformance.engine.limits import MOST
from conformance.pytest_plugin.scheduling import AheadScheduling


class Config:
    """What xdist asks of pytest's configuration."""

    def getvalue(self, name: str) -> list[str]:
        """Return the two processes that ``-n 2`` means."""
        return {"tx": ["2*popen"]}[name]

    def getoption(self, name: str) -> None:
        """Return nothing: ``--maxschedchunk`` was not given."""
        assert name == "maxschedchunk"


class Node:
    """A worker that notes what it is given."""

    shutting_down = False

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.given: list[int] = []

    def send_runtest_some(self, indices: list[int]) -> None:
        """Take tests."""
        self.given += indices

    def shutdown(self) -> None:
        """Learn that there are no more."""
        self.shutting_down = True


def begun(tests: int) -> tuple[Any, Node, Node]:
    """Return a schedule over two workers that have got their first tests."""
    scheduling: Any = AheadScheduling(Config(), None)
    one, other = Node("gw0"), Node("gw1")
    for node in (one, other):
        scheduling.add_node(node)
        scheduling.add_node_collection(node, [f"test-{at}" for at in range(tests)])
    scheduling.schedule()
    return scheduling, one, other


@pytest.mark.parametrize("tests", [10, 54, 60])
def test_the_first_worker_to_end_a_test_leaves_half_to_the_other(tests: int) -> None:
    """However early it comes: a process that starts late has tests to run, too."""
    scheduling, one, other = begun(tests)
    scheduling.mark_test_complete(one, one.given[0])
    assert len(one.given) <= tests // 2 + 1
    scheduling.mark_test_complete(other, other.given[0])
    assert len(other.given) >= tests - len(one.given) - 1
    assert not set(one.given) & set(other.given)


def test_no_worker_has_more_than_it_may_begin() -> None:
    """What it has is not taken back, so that of many tests it gets no more than it needs."""
    scheduling, one, _ = begun(2000)
    for at in range(300):
        scheduling.mark_test_complete(one, one.given[at])
    assert len(one.given) == 300 + MOST


def test_one_that_is_left_alone_gets_all_the_rest() -> None:
    """Every test runs once, and then both are told that there are no more."""
    scheduling, one, other = begun(54)
    for node in (one, other):
        while len(scheduling.node2pending[node]):
            scheduling.mark_test_complete(node, scheduling.node2pending[node][0])
    assert sorted(one.given + other.given) == list(range(54))
    assert one.shutting_down
    assert other.shutting_down
