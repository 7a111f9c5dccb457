"""How pytest goes through one test in a worker: it reports the call, and what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


class CallOnlyProtocol:
    """Reports a test's call, and of its set-up and teardown only what went wrong.

    pytest announces and reports each phase. Ours do everything in the call, and from a worker every
    word has to cross to the controller, where it costs as much as many a test.
    """

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run an item in place of pytest's own protocol, by the same hooks."""
        hook, session = item.ihook, item.session
        if _report(item, "setup", lambda: hook.pytest_runtest_setup(item=item)).passed:
            _report(item, "call", lambda: hook.pytest_runtest_call(item=item))
        following = None if session.shouldfail or session.shouldstop else nextitem
        _report(
            item, "teardown", lambda: hook.pytest_runtest_teardown(item=item, nextitem=following)
        )
        return True


def _report(
    item: pytest.Item, when: Literal["setup", "call", "teardown"], work: Callable[[], None]
) -> pytest.TestReport:
    """Do the work of one phase, and report it where somebody has to know."""
    through = (KeyboardInterrupt, pytest.exit.Exception)
    call = pytest.CallInfo.from_call(work, when=when, reraise=through)
    report: pytest.TestReport = item.ihook.pytest_runtest_makereport(item=item, call=call)
    if when == "call" or not report.passed:
        item.ihook.pytest_runtest_logreport(report=report)
    return report
