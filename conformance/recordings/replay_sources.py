"""Sends the recorded requests of the catalogue again and compares the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.engine.runner import run_test
from conformance.recordings.compare import REMOVED, Difference
from conformance.recordings.outcome import ReplayedRequest
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.catalog.model import RecordedRequest, Step
    from conformance.engine.worker_context import WorkerContext
    from conformance.record.model import CheckLine, RecordedExchange, TestLine

_ASPECTS: Final = {"error": "element", "headers": "header"}
_BYTES: Final = ("xml", "body")


def replay_sources(
    requests: Iterable[RecordedRequest], context: WorkerContext
) -> Iterator[ReplayedRequest]:
    """Yield what happens to each recorded request; its group is its source."""
    for request in requests:
        line = run_test(request.test, context)
        yield ReplayedRequest(request.test.id, request.source, tuple(_differences(request, line)))


def _differences(request: RecordedRequest, line: TestLine) -> Iterator[Difference]:
    failed = [check for check in line.checks if check.verdict is not CheckVerdict.PASS]
    yield from (_difference(check) for check in failed)
    if line.verdict is not Verdict.PASS and not failed:
        yield Difference("set-up", "", f"{line.verdict}: {line.reason}")
    if request.whole:
        sent = [exchange for exchange in line.exchanges if exchange.role == "step"]
        yield from _further_headers(request.test.steps[0], sent)


def _difference(check: CheckLine) -> Difference:
    _, _, field = check.id.partition(".must.")
    kind, _, name = field.partition(".")
    if kind in _ASPECTS:
        return Difference(f"{_ASPECTS[kind]} {name}", check.expected, check.got)
    if kind in _BYTES:
        return Difference("order" if kind == "xml" else "body", check.expected, check.got)
    return Difference(field or check.id, check.expected, check.got)


def _further_headers(step: Step, sent: list[RecordedExchange]) -> Iterator[Difference]:
    """Yield headers that the recorded answer did not have."""
    told = {
        str(name).lower()
        for expectation in step.expectations
        for name in _names(expectation.fields.get("headers"))
    }
    for exchange in sent:
        for name, value in exchange.response.headers if exchange.response else ():
            if name.lower() not in told | REMOVED:
                yield Difference(f"header {name.lower()}", "", value)


def _names(headers: object) -> Iterable[object]:
    return headers if isinstance(headers, dict) else ()
