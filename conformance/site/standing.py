"""What one cell says: the worst thing that was seen, and nothing good of what is unknown. Pure."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from conformance.findings.causes import IGNORED
from conformance.findings.impact import worst
from conformance.site.model import Cell
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.findings.model import Finding
    from conformance.record.model import CapabilityLine
    from conformance.site.model import Question, ServerRun
    from conformance.vocabulary.impacts import Impact

_Presence = Literal["there", "absent", "ignored", "unknown"]
_TAKEN: Final = re.compile(r"HTTP/\d(?:\.\d)? 2\d\d\b")
_GRAVE: Final = frozenset({"data-loss", "security"})
_OPEN: Final = frozenset({Verdict.ERROR, Verdict.BLOCKED, Verdict.FLAKY})
"""Of a test that ended so, nothing good can be said."""


def cell(question: Question, run: ServerRun) -> Cell:
    """Return what a run shows of a feature or a workload."""
    found = _findings(run, question.tests)
    ended = [run.outcomes[name].verdict for name in question.tests if name in run.outcomes]
    tested = sum(one.tested for one in ended)
    blank = partial(
        Cell,
        tested=tested,
        passed=sum(one.kind == "good" or one is Verdict.DISPUTED for one in ended),
        total=len(question.tests),
    )
    needs = question.needs[:1] if question.any_needed else question.needs
    lines = [(name, *_presence(name, run)) for name in needs]
    ignored = (
        *(reason for _, presence, reason in lines if presence == "ignored"),
        *(one.title for one in found if _is_ignored(one, question.tests)),
    )
    absent = tuple(reason for _, presence, reason in lines if presence == "absent")
    impact = worst(_weight(one, question.tests) for one in found) if found else None
    if ignored:
        return blank(standing="ignored", reasons=ignored, findings=found)
    if absent and impact not in _GRAVE:
        return blank(standing="refuses", reasons=absent, findings=found)
    if found:
        return blank(standing="deviates", impact=impact, reasons=absent, findings=found)
    unknown = tuple(reason for _, presence, reason in lines if presence == "unknown")
    # Tests that ran show a feature by themselves; a workload has to know all that it needs.
    doubts = unknown if not tested or not question.any_needed else ()
    reasons = (*_gaps(question, run, tested), *doubts)
    standing: Literal["works", "not-tested"] = "not-tested" if reasons else "works"
    return blank(standing=standing, reasons=reasons)


def _is_ignored(found: Finding, tests: frozenset[str]) -> bool:
    """Tell whether a finding is that of the one test that shows that a feature is ignored."""
    carriers = {name for name in found.tests if name.startswith(IGNORED)}
    return found.kind == "ignored" and not tests.isdisjoint(carriers)


def _weight(found: Finding, tests: frozenset[str]) -> Impact:
    """Return the impact that counts here: what these tests show of a finding.

    A recommendation that is not followed accuses nobody, and may break clients at most.
    """
    impact = found.impact_in(tests)
    return "interop" if found.verdict != "FAIL" and impact in _GRAVE else impact


def _findings(run: ServerRun, tests: frozenset[str]) -> tuple[Finding, ...]:
    return tuple(one for one in run.findings if not tests.isdisjoint(one.tests))


def _presence(name: str, run: ServerRun) -> tuple[_Presence, str]:
    """Return whether a server has a capability, with the sentence that says so."""
    line = run.capabilities.get(name)
    if line is None:
        return "unknown", f"{name} was not part of the run"
    if line.probed == "ignored" or (line.probed == "no" and _taken(line)):
        return "ignored", f"{name} is accepted without effect: {line.reason}"
    if line.claimed == "no":
        return "absent", f"{name} is declared missing: {line.reason or 'by the profile'}"
    if line.probed == "no":
        return "absent", f"{name} is not there: {line.reason}"
    if line.probed == "yes" or line.claimed == "yes":
        return "there", ""
    return "unknown", f"whether {name} is there is not known: {line.reason or 'it was not probed'}"


def _taken(line: CapabilityLine) -> bool:
    """Return whether the step that showed the lack was answered with 2xx: taken, without effect.

    Older records say ``no`` of that, newer ones ``ignored``.
    """
    step = line.reason.partition(":")[0]
    answers = [one.response for one in line.exchanges if one.step == step]
    return any(one is not None and _TAKEN.match(one.start_line) for one in answers)


def _gaps(question: Question, run: ServerRun, tested: int) -> Iterable[str]:
    """Yield why a selection without findings can't be called working."""
    if not tested:
        yield "none of its tests was completed"
        return
    ended = [run.outcomes[name] for name in question.tests if name in run.outcomes]
    undone = sum(1 for one in ended if one.verdict in _OPEN)
    if undone:
        yield f"{undone} of its tests ended without a result"
    missing = sum(
        1 for name in run.run.selected if name in question.tests and name not in run.outcomes
    )
    if missing:
        yield f"{missing} of its tests were not reached before the run ended"
    bad = sum(1 for one in ended if one.verdict in {Verdict.FAIL, Verdict.XPASS, Verdict.WARN})
    if bad:
        yield f"{bad} of its tests failed, and no finding explains them"
