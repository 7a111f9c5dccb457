"""What one test shows, judged by itself: its deviations, the most specific first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.findings.failures import Failure, failures
from conformance.findings.kinds import kind_of
from conformance.findings.model import Deviation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.findings.model import Kind, RuleFacts, RulesOfCheck
    from conformance.record.model import TestLine

_CHANGES: Final[frozenset[Kind]] = frozenset(
    {"accepted", "refused", "server-error", "no-answer", "lost", "unreadable"}
)
"""Kinds after which the rest of a story tells what follows from them, and nothing new."""
