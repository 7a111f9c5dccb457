"""Runs one test: set-up, steps, clean-up, verdict."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.catalog.check_rules import step_of
from conformance.catalog.digests import digests_of_checks, of_check
from conformance.engine import verdicts
from conformance.engine.capabilities import did_something_else
from conformance.engine.errors import BucketUnavailable, EngineError
from conformance.engine.lines import line_of
from conformance.engine.plain_form import plain_form
from conformance.engine.session import Lost, Session
from conformance.engine.shown_values import shorten
from conformance.engine.verdicts import Conclusion
from conformance.findings.blocking import blocking
from conformance.findings.classify import impact_shown
from conformance.findings.requests import status
from conformance.record.model import CheckLine
from conformance.vocabulary.times import timestamp
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.catalog.model import Step, Test
    from conformance.engine.capabilities import Decision
    from conformance.engine.step_results import Check
    from conformance.engine.worker_context import WorkerContext
    from conformance.findings.model import RuleBook
    from conformance.record.model import RecordedExchange, Role, TestLine

_NOT_RUN: Final[Mapping[str, Verdict]] = {
    "skip": Verdict.SKIP,
    "unsupported": Verdict.UNSUPPORTED,
    "fail": Verdict.FAIL,
    "unknown": Verdict.BLOCKED,
}
_GOOD: Final = frozenset({Verdict.PASS, Verdict.VARIANT, Verdict.DISPUTED})
_SHORTEST_OWN: Final = 8
"""Characters below which a saved value is too common to be told apart in a cause."""
_LONGEST_TEXT: Final = 16_384
_MARGIN: Final = 4096
"""Characters at the end of a text that was cut, where half a secret may stand."""
_COMMON: Final = ("region", "access_key")
_PECULIAR: Final = ("key", "prefix", "bucket", "other_bucket", "second_bucket")


def run_test(test: Test, context: WorkerContext) -> TestLine:
    """Run one test and return its line; only KeyboardInterrupt and its like come through.

    What the test made is removed on every way out. Problems of that are noted in the
    context, and never change a verdict.
    """
    started, clock = time.time(), time.perf_counter()
    run = _Run(test, context)
    conclusion = run.conclude()
    if not conclusion.verdict.passed:
        context.set_ups.again(test)
    line = line_of(
        test,
        conclusion,
        sentences=run.sentences(),
        checks=run.check_lines(),
        exchanges=run.exchanges(),
        worker=context.worker,
        started=timestamp(started),
        seconds=time.perf_counter() - clock,
        requests=run.requests,
        sent=run.sent,
    )
    return concluded(line, context.rule_book)


def concluded(line: TestLine, book: RuleBook) -> TestLine:
    """Return a line with the impact that it shows, and the finding that blocks its test."""
    line = replace(line, impact=impact_shown(line, book))
    blocked_by = blocking(line, book)
    if not blocked_by:
        return line
    return replace(line, blocked_by=blocked_by, reason=f"blocked by {blocked_by}; {line.reason}")


class _Run:
    def __init__(self, test: Test, context: WorkerContext) -> None:
        self._test = test
        self._context = context
        self._session: Session | None = None
        self._checks: list[Check] = []
        self._form_refused: bool | None = None

    def conclude(self) -> Conclusion:
        """Run it all; whatever goes wrong becomes a conclusion."""
        try:
            decision = self._context.capabilities.of_test(self._test)
            if decision.kind != "run":
                return _without_running(decision)
            session = self._session = self._context.session(self._test)
            try:
                return self._hidden(self._with_own_buckets(self._performed(session), session))
            finally:
                self._context.clean(session)
        except BucketUnavailable as error:
            return self._without_bucket(error)
        except Lost as lost:
            exchange = lost.exchange
            return self._hidden(
                verdicts.without_answer(str(lost), exchange.operation, str(exchange.fault))
            )
        except EngineError as error:
            return self._hidden(verdicts.of_scenario(error))
        except Exception as error:  # noqa: BLE001  # one broken test must not end the run
            return self._hidden(verdicts.of_our_fault(error))

    def _with_own_buckets(self, conclusion: Conclusion, session: Session) -> Conclusion:
        """Return an ERROR where the run's own bucket was removed: that shows nothing."""
        if conclusion.verdict in _GOOD:
            return conclusion
        gone = self._context.gone_bucket(session)
        if not gone:
            return conclusion
        text = f"the run's own bucket {gone} was removed by somebody else while the test ran"
        self._context.problem(text)
        return Conclusion(Verdict.ERROR, text, "the run's own bucket was removed", "set-up", "gone")

    def check_lines(self) -> tuple[CheckLine, ...]:
        """Return what was checked, without secrets and in bounded length."""
        sources = {step.name: step.sources for step in self._test.single_steps()}
        digests = digests_of_checks(self._test)
        return tuple(
            CheckLine(
                id=one.id,
                verdict=one.verdict,
                expected=shorten(one.expected),
                got=shorten(one.got),
                note=shorten(one.note),
                exchange=one.exchange,
                rule=self._rule(one),
                sources=sources.get(step_of(one.id), ()),
                expects=of_check(digests, step_of(one.id), one.id),
            )
            for one in self._checks
        )

    def _rule(self, one: Check) -> str:
        """Return the rule of a check; of two the first holds where the request was refused."""
        known = self._context.rule_book.rules_of(self._test.id, one.id)
        rules = known or self._test.rules[:1]
        if len(rules) < 2 or one.exchange is None:
            return rules[0] if rules else ""
        refused = status(self.exchanges()[one.exchange])
        return rules[0] if 400 <= refused < 500 or refused == 501 else rules[-1]

    def sentences(self) -> tuple[str, ...]:
        """Return the test in words, without secrets."""
        return tuple(map(self._hide, self._test.sentences))

    def exchanges(self) -> tuple[RecordedExchange, ...]:
        """Return what was sent and what came, redacted."""
        return tuple(self._session.exchanges) if self._session else ()

    @property
    def requests(self) -> int:
        """How many requests it sent, clean-up included."""
        return self._session.requests if self._session else 0

    @property
    def sent(self) -> int:
        """How many bytes their bodies had."""
        return self._session.sent if self._session else 0

    @property
    def _hide(self) -> Callable[[str], str]:
        return (self._session.secrets if self._session else self._context.secrets).hide

    def _feature(self, session: Session, capability: str) -> Conclusion:
        """Perform the steps of a feature until it shows that it is honoured, refused or ignored.

        A recommendation that is not followed says nothing of it: the story goes on. So it does
        after a success that nobody can read, unless it is a page of a proxy: the steps behind it
        show what became of the request.
        """
        unread: list[Check] = []
        for step in (*self._test.given, *self._test.steps):
            checks = self._perform(session, step, "step")
            failed = [one for one in checks if one.verdict.of_test is Verdict.FAIL]
            if not failed:
                self._checks += checks
                continue
            if all(one.field == "answer" and did_something_else(one, session) for one in failed):
                self._checks += map(observed, checks)
                unread += checks
                continue
            reason = self._context.capabilities.ignores(capability)
            conclusion = verdicts.of_feature(checks, self._own(session, checks), reason)
            if conclusion.verdict is not Verdict.FAIL:
                checks = [observed(one) for one in checks]
            self._checks += checks
            return conclusion
        return verdicts.of_feature(unread, self._own(session, unread), "")

    def _performed(self, session: Session) -> Conclusion:
        if self._test.scenario.ignored:
            return self._feature(session, self._test.scenario.ignored)
        needs = self._context.capabilities.needs(self._test)
        claimed = self._context.capabilities.claimed(needs)
        conclusion = self._set_up(session, claimed)
        if conclusion is not None:
            return conclusion
        for step in self._test.steps:
            checks = self._perform(session, step, "step")
            self._checks += checks
            refused = None if claimed else verdicts.unsupported(self._checks, needs)
            if refused is not None and not self._of_form(session, step):
                return refused
        own = self._own(session, self._checks)
        other = verdicts.of_another_matter(self._checks, self._test.steps)
        return other or verdicts.of_steps(self._checks, own)

    def _set_up(self, session: Session, claimed: tuple[str, ...]) -> Conclusion | None:
        """Perform the ``given`` steps, unless another test has; a conclusion where one fails."""
        if not session.shared:
            return self._given(session, claimed)
        set_ups = self._context.set_ups
        with set_ups.one_at_a_time(session.shared) as made:
            if made is not None:
                session.take(made)
                return None
            conclusion = self._given(session, claimed)
            if conclusion is None:
                set_ups.keep(session.shared, *session.set_up())
            return conclusion

    def _given(self, session: Session, claimed: tuple[str, ...]) -> Conclusion | None:
        needs = self._context.capabilities.needs(self._test)
        for step in self._test.given:
            checks = self._perform(session, step, "given")
            refused = None if claimed else verdicts.unsupported(checks, needs)
            own = self._own(session, checks)
            conclusion = refused or verdicts.of_given(checks, own, claimed)
            if conclusion is not None:
                self._checks += checks
                return conclusion
        return None

    def _of_form(self, session: Session, step: Step) -> bool:
        """Find out whether a 501 refuses the form of a request, and not what it asks for.

        That is so when the target accepts the same request in this suite's own form.
        """
        if not self._test.form or step.concurrently:
            return False
        if self._form_refused is None:
            control = plain_form(step)
            checks = self._perform(session, control, "probe")
            self._form_refused = all(one.verdict == "PASS" for one in checks)
        return self._form_refused

    def _perform(self, session: Session, step: Step, role: Role) -> list[Check]:
        """Perform a step and return its checks, which from here on hold no secret.

        Whatever is made of them may cut them: half a secret would be found no more.
        """
        return list(map(self._cleaned, session.perform(step, role)))

    def _cleaned(self, check: Check) -> Check:
        expected, got = self._clean(check.expected), self._clean(check.got)
        note = self._clean(check.note) if check.note else ""
        if (expected, got, note) == (check.expected, check.got, check.note):
            return check  # as nearly all are
        return replace(check, expected=expected, got=got, note=note)

    def _clean(self, text: str) -> str:
        """Return a text without secrets; of an endless one the beginning."""
        if len(text) <= _LONGEST_TEXT:
            return self._hide(text)
        return f"{self._hide(text[:_LONGEST_TEXT])[:-_MARGIN]}… of {len(text)} characters"

    def _own(self, session: Session, checks: Sequence[Check]) -> Mapping[str, str]:
        """Return what is peculiar to this test, with the word that stands for it in causes.

        Most checks are good and have no cause.
        """
        if all(one.good for one in checks):
            return {}
        return {
            value: f"<{name}>" if name in _PECULIAR else verdicts.SAVED
            for name, value in session.scope.names.items()
            if name not in _COMMON and isinstance(value, str) and len(value) >= _SHORTEST_OWN
        }

    def _without_bucket(self, error: BucketUnavailable) -> Conclusion:
        if error.skip:
            return Conclusion(Verdict.SKIP, str(error))
        claimed = self._context.capabilities.claimed(self._context.capabilities.needs(self._test))
        cause = f"bucket {self._test.scenario.bucket}"
        if claimed:
            text = f"declared {', '.join(claimed)} can't be used; {error}"
            return self._hidden(Conclusion(Verdict.FAIL, text, cause))
        return self._hidden(Conclusion(Verdict.BLOCKED, str(error), cause))

    def _hidden(self, conclusion: Conclusion) -> Conclusion:
        hide = self._hide
        return replace(
            conclusion,
            reason=shorten(" ".join(hide(conclusion.reason).split())),
            cause=hide(conclusion.cause),
        )


def observed(check: Check) -> Check:
    """Return a check as an observation, which never fails."""
    return replace(check, verdict=CheckVerdict.OBSERVED)


def _without_running(decision: Decision) -> Conclusion:
    cause = decision.reason if decision.kind == "fail" else ""
    return Conclusion(_NOT_RUN[decision.kind], decision.reason, cause)
