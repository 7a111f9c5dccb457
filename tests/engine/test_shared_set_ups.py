"""Set-ups that are sent once for several tests, and what makes them be sent again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.engine.runner import run_test

from .fakes import FakeSender, kind, make_context, make_test, ok, refusal, step

if TYPE_CHECKING:
    from conformance.catalog.model import Step, Test
    from conformance.wire.model import Answer, Call, TransportFault

PUT = step("PutObject", {"Body": "12345"}, save={"whole": "ETag"})
HEAD = step("HeadObject", must={"status": 200, "ETag": "$whole"})


def reading(
    name: str, *steps: Step, given: tuple[Step, ...] = (PUT,), bucket: str = "plain"
) -> Test:
    """Return a test that only reads what its set-up makes."""
    test = make_test(*(steps or (HEAD,)), given=given, name=name, bucket=bucket)
    return replace(test, scenario=replace(test.scenario, given_once=True))


class Store(FakeSender):
    """Gives every object another ETag, and the last one to whoever asks for its key."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.etags: dict[object, str] = {}
        self.reads_fail = False

    def _answer(self, call: Call, _identity: str) -> Answer | TransportFault:
        key = call.members.get("Key")
        if call.operation == "PutObject":
            self.etags[key] = f'"{len(self.sent("PutObject"))}"'
        if call.operation == "HeadObject" and self.reads_fail:
            return refusal(500, "InternalError")
        if call.operation in {"PutObject", "HeadObject"}:
            return ok(ETag=self.etags.get(key, "none"))
        return ok(204 if call.operation.startswith("Delete") else 200)


def test_it_is_sent_once_and_removed_at_the_end() -> None:
    """The second test has the keys and what was saved; its requests are its own alone."""
    store = Store()
    context = make_context(store)
    first, second = (run_test(reading(name), context) for name in ("one", "two"))
    assert (first.verdict, second.verdict) == ("PASS", "PASS")
    assert store.operations == ["CreateBucket", "PutObject", "HeadObject", "HeadObject"]
    assert len({call.members["Key"] for call, _ in store.calls[1:]}) == 1
    assert (first.requests, first.sent) == (2, 5)
    assert (second.requests, second.sent) == (1, 0)
    for line, shared in ((first, False), (second, True)):
        assert [(one.operation, one.shared) for one in line.exchanges] == [
            ("PutObject", shared), ("HeadObject", False),
        ]  # fmt: skip
        assert {check.exchange for check in line.checks} == {1}
    context.close()
    (deleted,) = store.sent("DeleteObject")
    assert deleted.members["Key"] == store.sent("PutObject")[0].members["Key"]


def test_a_lent_bucket_is_left_as_it_was() -> None:
    """Also in the user's own bucket the object is removed, by its key."""
    store = Store()
    context = make_context(store, lent="mine")
    assert run_test(reading("one"), context).verdict == "PASS"
    assert not store.sent("DeleteObject")
    context.close()
    assert [call.members["Bucket"] for call in store.sent("DeleteObject")] == ["mine"]


@pytest.mark.parametrize(
    "other",
    [
        reading("two", given=(replace(PUT, members={"Body": "other"}),)),
        reading("two", given=(replace(PUT, save={"whole": "ETag", "more": "VersionId"}),)),
        reading("two", bucket="versioned"),
        make_test(HEAD, given=(PUT,), name="two"),
    ],
    ids=["other-body", "saves-more", "other-kind", "not-once"],
)
def test_other_set_ups_are_sent(other: Test) -> None:
    """Nothing is shared where set-up or kind of bucket differ, or where it is not meant."""
    store = Store()
    context = make_context(store, kinds=(kind("versioned"),))
    run_test(reading("one"), context)
    run_test(other, context)
    assert len({call.members["Key"] for call in store.sent("PutObject")}) == 2


def test_notes_and_sources_do_not_count() -> None:
    """The same requests are shared, whatever is said of them."""
    store = Store()
    context = make_context(store)
    run_test(reading("one"), context)
    run_test(reading("two", given=(replace(PUT, note="as before", sources=("X",)),)), context)
    assert len(store.sent("PutObject")) == 1


def test_a_test_that_does_not_pass_has_it_made_again() -> None:
    """The next test, or the same one asked again, meets a new object under another key."""
    store = Store()
    context = make_context(store)
    store.reads_fail = True
    assert run_test(reading("one"), context).verdict == "FAIL"
    store.reads_fail = False
    assert run_test(reading("one"), context).verdict == "PASS"
    assert run_test(reading("two"), context).verdict == "PASS"
    keys = [call.members["Key"] for call in store.sent("PutObject")]
    assert len(keys) == len(set(keys)) == 2
    context.close()
    assert {call.members["Key"] for call in store.sent("DeleteObject")} == set(keys)


def test_a_set_up_that_fails_is_nobodys() -> None:
    """Each test sends it for itself, and says what blocked it; nothing is kept of it."""
    sender = FakeSender({"PutObject": refusal(403, "AccessDenied")})
    context = make_context(sender)
    for name in ("one", "two"):
        line = run_test(reading(name), context)
        assert line.verdict == "BLOCKED"
        assert "PutObject" in line.reason
        assert not any(one.shared for one in line.exchanges)
    assert len(sender.sent("PutObject")) == 2


def test_a_target_that_was_started_again_has_nothing() -> None:
    """All set-ups are made again for it."""
    store = Store()
    context = make_context(store)
    run_test(reading("one"), context)
    context.target_is_back()
    assert run_test(reading("two"), context).verdict == "PASS"
    assert len({call.members["Key"] for call in store.sent("PutObject")}) == 2


def test_the_proof_shares_nothing() -> None:
    """Where set-ups are not shared each test is whole."""
    store = Store()
    context = make_context(store, shares_set_ups=False)
    for name in ("one", "two"):
        line = run_test(reading(name), context)
        assert line.requests > 2  # what it made is removed behind it
    assert len(store.sent("PutObject")) == len(store.sent("DeleteObject")) == 2


def test_tests_side_by_side_wait_for_the_first() -> None:
    """In several threads it is sent once, too."""
    together = threading.Barrier(8)
    store = Store()
    context = make_context(store)

    def run(number: int) -> str:
        together.wait(10)
        return run_test(reading(f"test-{number}"), context).verdict

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(run, range(8))) == {"PASS"}
    assert len(store.sent("PutObject")) == 1
