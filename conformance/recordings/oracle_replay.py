"""Sends every recorded exchange to an endpoint again, test by test, and compares the answers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from conformance.recordings.compare import Difference, differences
from conformance.recordings.oracle import by_test
from conformance.recordings.oracle_states import RECORDED_BUCKET, set_up
from conformance.recordings.outcome import ReplayedRequest
from conformance.recordings.sending import Unanswered
from conformance.recordings.stage import Stage, StageError
from conformance.recordings.values import Names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.recordings.exchanges import Exchange
    from conformance.recordings.sending import RawWire


def replay_oracle(exchanges: tuple[Exchange, ...], wire: RawWire) -> Iterator[ReplayedRequest]:
    """Yield what happens to each exchange; every test has a bucket of its own."""
    for number, test in enumerate(by_test(exchanges)):
        bucket = f"recorded-{number:0{len(RECORDED_BUCKET) - 9}}"
        known = _known_etags(test)
        names = Names(known_etags=known, known_content=bool(known))
        yield from _replay_test(test, Stage(wire, bucket, names))


def _replay_test(test: tuple[Exchange, ...], stage: Stage) -> Iterator[ReplayedRequest]:
    try:
        set_up(stage, test)
    except (StageError, Unanswered) as error:
        for exchange in test:
            yield _outcome(exchange, Difference("set-up", "", str(error)))
        return
    for exchange in test:
        try:
            answer = stage.send(stage.translated(exchange.request))
        except Unanswered as error:
            yield _outcome(exchange, Difference("transport", "an answer", str(error)))
            continue
        yield _outcome(exchange, *differences(exchange.answer, answer, stage.names))


def _outcome(exchange: Exchange, *found: Difference) -> ReplayedRequest:
    return ReplayedRequest(exchange.name, exchange.group, found)


def _known_etags(test: tuple[Exchange, ...]) -> frozenset[str]:
    """Return the MD5s of the bodies that the recording holds."""
    bodies = [one.request.body for one in test if one.request.method == "PUT" and one.request.body]
    return frozenset(hashlib.md5(body, usedforsecurity=False).hexdigest() for body in bodies)
