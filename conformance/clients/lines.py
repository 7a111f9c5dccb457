"""From what a client said of a step, and what went over the wire, to the line of its test."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from conformance.clients.model import AFTER
from conformance.clients.tests import RULE
from conformance.engine.lines import line_of
from conformance.engine.verdicts import Conclusion
from conformance.record.model import CheckLine
from conformance.record.redacted import recorded
from conformance.vocabulary.text import harmless
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from conformance.catalog.model import Test
    from conformance.clients.model import Client, Result
    from conformance.engine.secrets import Secrets
    from conformance.record.model import Fault, RecordedExchange, TestLine
    from conformance.wire.model import Exchange

EXCHANGES: Final = 100
"""Kept of one step, the last ones: a client that retries for a minute sends thousands."""
_CODE: Final = re.compile(rb"<Code>([A-Za-z0-9.]{1,80})</Code>")
_WORDS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a client, as a test of a run."""

    test: Test
    client: Client
    step: str

    def not_run(
        self,
        verdict: Verdict,
        reason: str,
        *,
        started: str,
        kind: str = "",
        exchanges: Sequence[Exchange] = (),
        secrets: Secrets | None = None,
    ) -> TestLine:
        """Return the line of a step that was not taken, or did not end."""
        fault: Fault = "set-up" if verdict in (Verdict.ERROR, Verdict.BLOCKED) else ""
        conclusion = Conclusion(verdict, harmless(reason), cause_of(reason), fault, kind)
        shown = self._shown(exchanges[-EXCHANGES:], secrets) if secrets is not None else ()
        checks: tuple[CheckLine, ...] = ()
        if verdict is Verdict.FAIL:
            check = CheckLine(
                id=f"{self.step}.must.works",
                verdict=CheckVerdict.FAIL,
                expected="the client finishes the step",
                got=harmless(reason),
                exchange=len(shown) - 1 if shown else None,
                rule=RULE,
            )
            checks = (check,)
        return self._line(conclusion, started, 0.0, checks, shown)

    def _shown(
        self, exchanges: Sequence[Exchange], secrets: Secrets
    ) -> tuple[RecordedExchange, ...]:
        """Return exchanges as a record keeps them; the secrets learn from them."""
        for exchange in exchanges:
            secrets.learn_answer(exchange)
        known = secrets.known()
        return tuple(recorded(one, step=self.step, role="step", secrets=known) for one in exchanges)

    def line(
        self,
        result: Result,
        exchanges: Sequence[Exchange],
        *,
        started: str,
        seconds: float,
        secrets: Secrets,
        failed: Collection[str] = (),
    ) -> TestLine:
        """Return the line of a step that was taken; ``failed`` are the earlier ones that failed."""
        kept = tuple(exchanges[-EXCHANGES:])
        shown = self._shown(kept, secrets)
        result = replace(result, error=secrets.hide(result.error))
        before = AFTER.get(self.step)
        if not result.ok and before in failed:
            reason = f"the step {before} failed, which makes what this one uses"
            conclusion = Conclusion(Verdict.BLOCKED, reason, reason, "set-up")
            return self._line(conclusion, started, seconds, (), shown)
        check = self._check(result, kept)
        if result.ok:
            conclusion = Conclusion(Verdict.PASS, check.note or "the client finished the step")
        else:
            conclusion = Conclusion(Verdict.FAIL, f"{check.got}; {check.note}", cause_of(check.got))
        return self._line(conclusion, started, seconds, (check,), shown)

    def _line(
        self,
        conclusion: Conclusion,
        started: str,
        seconds: float,
        checks: tuple[CheckLine, ...],
        exchanges: tuple[RecordedExchange, ...],
    ) -> TestLine:
        operations = tuple(dict.fromkeys(one.operation for one in exchanges if one.operation))
        line = line_of(
            self.test,
            conclusion,
            started=started,
            seconds=seconds,
            sentences=self.test.sentences,
            checks=checks,
            exchanges=exchanges,
        )
        return replace(
            line,
            client=f"{self.client.id} {self.client.version}",
            dialect=self.client.dialect,
            operations=operations,
        )

    def _check(self, result: Result, exchanges: Sequence[Exchange]) -> CheckLine:
        """Return the one check: that the client finishes; of a failure with the exchange."""
        if result.ok:
            return CheckLine(
                id=f"{self.step}.must.works",
                verdict=CheckVerdict.PASS,
                expected="the client finishes the step",
                got="it does",
                note=_retried(exchanges),
                rule=RULE,
            )
        said = harmless(result.error or result.code or "the client said no more")[:_WORDS]
        at = blamed(result, exchanges)
        answer = exchanges[at].answer if at is not None else None
        refused = answer is not None and answer.status >= 400
        return CheckLine(
            id=f"{self.step}.must.{'status' if refused else 'works'}",
            verdict=CheckVerdict.FAIL,
            expected="2xx" if refused else "the client finishes the step",
            got=_answered(exchanges[at]) if at is not None and refused else said,
            note=f"the client says: {said}",
            exchange=at,
            rule=RULE,
        )


def blamed(result: Result, exchanges: Sequence[Exchange]) -> int | None:
    """Return which exchange the client failed over; None where the answers explain nothing.

    The last with the status that the client names, else the last that was refused or unanswered,
    else the last of all.
    """
    last = None
    for at, exchange in enumerate(exchanges):
        if result.status is not None and _status(exchange) == result.status:
            last = at
    if last is not None and (result.status or 0) >= 400:
        return last
    bad = [at for at, one in enumerate(exchanges) if one.answer is None or _status(one) >= 400]
    if bad:
        return bad[-1]
    return len(exchanges) - 1 if exchanges else None


def cause_of(text: str) -> str:
    """Return a text without what differs from test to test: numbers, ids and quoted values."""
    return re.sub(r"\b[0-9a-f]{8,}\b|\d+", "N", harmless(text))[:_WORDS]


def _status(exchange: Exchange) -> int:
    return exchange.answer.status if exchange.answer is not None else 0


def _answered(exchange: Exchange) -> str:
    found = _CODE.search(exchange.answer.body[:65536]) if exchange.answer is not None else None
    code = f" {found[1].decode()}" if found else ""
    return f"{_status(exchange)}{code}"


def _retried(exchanges: Sequence[Exchange]) -> str:
    """Say that a step ended well although the endpoint broke down on the way."""
    bad = sum(_status(one) >= 500 or one.answer is None for one in exchanges)
    if not bad:
        return ""
    return f"the client finished the step after {bad} request{'s' * (bad > 1)} without success"
