"""How pytest goes through one test where nobody watches it do so."""

from __future__ import annotations

import pytest
from _pytest.runner import runtestprotocol


class BriefProtocol:
    """Reports a test's call, and of its set-up and teardown only what went wrong.

    pytest announces and reports each phase. Nothing is done in ours but the call, and from a worker
    every word has to cross to the controller, where it costs as much as many a test.
    """

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run an item in place of pytest's own protocol."""
        for report in runtestprotocol(item, log=False, nextitem=nextitem):
            if report.when == "call" or not report.passed:
                item.ihook.pytest_runtest_logreport(report=report)
        return True
