"""The line of a test in the record, put together in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.record.model import TestLine
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Test
    from conformance.engine.verdicts import Conclusion
    from conformance.record.model import CheckLine, Fault, RecordedExchange
    from conformance.record.search_line import SearchLine

_BROKEN_BY: Final[Mapping[Verdict, Fault]] = {
    Verdict.FAIL: "endpoint",
    Verdict.BLOCKED: "set-up",
    Verdict.ERROR: "suite",
}
"""Who broke a test where its conclusion does not say so."""


def line_of(  # noqa: PLR0913  # all by name; a line is put together here alone
    test: Test,
    conclusion: Conclusion,
    *,
    started: str,
    seconds: float = 0.0,
    worker: str = "main",
    sentences: tuple[str, ...] = (),
    checks: tuple[CheckLine, ...] = (),
    exchanges: tuple[RecordedExchange, ...] = (),
    search: SearchLine | None = None,
    requests: int = 0,
    sent: int = 0,
) -> TestLine:
    """Return the line of a test, with the impact that the test states.

    ``started`` is UTC as `timestamp` writes it, ``seconds`` how long it took.
    """
    return TestLine(
        id=test.id,
        scenario=test.scenario.id,
        title=test.title,
        why=test.scenario.why,
        sentences=sentences,
        rules=test.rules,
        sources=test.sources,
        needs=test.needs,
        operations=test.operations,
        level=test.level,
        impact=test.impact,
        witnesses=test.witnesses,
        lone_witness=test.lone_witness,
        file=test.scenario.place.file,
        line=test.scenario.place.line,
        verdict=conclusion.verdict,
        reason=conclusion.reason,
        more=conclusion.more,
        cause=conclusion.cause,
        fault=conclusion.fault or _BROKEN_BY.get(conclusion.verdict, ""),
        fault_kind=conclusion.fault_kind,
        dialect=test.dialect,
        expects=test.expects,
        checks=checks,
        exchanges=exchanges,
        worker=worker,
        started=started,
        seconds=round(seconds, 6),
        requests=requests,
        sent=sent,
        search=search,
    )
