"""Which clients work with an endpoint: by the tests of real clients, and by those of dialects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from conformance.findings.failures import taken_apart
from conformance.record.outcome import observed
from conformance.report.summary import by_test
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.findings.model import Finding
    from conformance.record.model import Record, TestLine

Kind = Literal["client", "dialect"]
State = Literal["works", "fails", "untested"]
STATES: Final[Mapping[State, str]] = {"works": "ok", "fails": "fails", "untested": "not tested"}
_CLIENTS: Final = "clients/"
_FAILED: Final = (Verdict.FAIL,)
_SHOWN: Final = 3
_WORDS: Final = {
    "client": "clients",
    "dialect": "dialects of clients",
    "both": "clients and dialects",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """One client: run itself, or the way in which it writes its requests."""

    kind: Kind
    name: str
    version: str
    """Empty for a dialect, whose file says it."""
    state: State
    passed: int
    """Tests that were carried through without a failure."""
    failed: int
    left_out: int
    """Tests that were skipped or not reached."""
    fails_at: tuple[str, ...]
    """The steps that failed, in order."""
    findings: tuple[Finding, ...]
    tests: tuple[str, ...]
    """Ids of those that failed; of one that was not tested, of those left out."""
    reason: str
    """Why it was not tested, where nothing was."""

    @property
    def tested(self) -> int:
        """Tests that say something."""
        return self.passed + self.failed

    @property
    def result(self) -> str:
        """The result in words: ``ok, 12 steps``; ``fails at upload, copy``."""
        what = "step" if self.kind == "client" else "test"
        if self.state == "works":
            return f"ok, {self.tested} {what}{'s' * (self.tested != 1)}"
        if self.state == "untested":
            return "not tested"
        more = len(self.fails_at) - _SHOWN
        steps = ", ".join(self.fails_at[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
        return f"fails at {steps}"

    @property
    def found(self) -> str:
        """What the endpoint did wrong, by finding; without findings, why nothing was tested."""
        return "; ".join(one.did for one in self.findings[:_SHOWN]) or self.reason


def client_rows(record: Record, found: Sequence[Finding]) -> tuple[ClientRow, ...]:
    """Return a row a client that the record has tests of: real clients first, by name."""
    groups: dict[tuple[Kind, str], list[TestLine]] = {}
    for test in record.tests:
        if test.client:
            groups.setdefault(("client", test.client), []).append(test)
        elif test.dialect:
            groups.setdefault(("dialect", test.dialect.partition(":")[0]), []).append(test)
    shown = by_test(found)
    rows = (_row(kind, name, tests, shown) for (kind, name), tests in groups.items())
    return tuple(sorted(rows, key=lambda row: (row.kind != "client", row.name)))


def _row(
    kind: Kind,
    name: str,
    tests: Sequence[TestLine],
    shown: Mapping[str, Sequence[Finding]],
) -> ClientRow:
    failed = [test for test in tests if observed(test) in _FAILED]
    passed = [test for test in tests if observed(test).passed and test not in failed]
    others = [test for test in tests if test not in failed and test not in passed]
    state: State = "fails" if failed else "works" if passed else "untested"
    found = {one.id: one for test in failed for one in shown.get(test.id, ())[:1]}
    client, _, version = name.partition(" ")
    return ClientRow(
        kind=kind,
        name=client,
        version=version,
        state=state,
        passed=len(passed),
        failed=len(failed),
        left_out=len(others),
        fails_at=_unique(step for test in failed for step in _steps(test)),
        findings=tuple(found.values()),
        tests=tuple(test.id for test in (failed or ([] if passed else others))),
        reason=_reason(failed, others) if not passed or failed else "",
    )


def _steps(test: TestLine) -> Iterable[str]:
    """Yield where a test failed: a client's own step, or the operation of a dialect's test."""
    if test.id.startswith(_CLIENTS):
        yield test.id.removeprefix(_CLIENTS).partition("/")[2]
        return
    for check in test.checks:
        if check.verdict is CheckVerdict.FAIL:
            yield taken_apart(check)[0]
            return
    yield test.exchanges[-1].operation if test.exchanges else test.id


def _reason(failed: Sequence[TestLine], others: Sequence[TestLine]) -> str:
    tests = failed or others
    reasons = _unique(test.reason for test in tests)
    return reasons[0] if reasons else ""


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def sentence(rows: Sequence[ClientRow]) -> str:
    """Return how many clients work: ``16 of 18 clients work``; empty without rows."""
    tested = [row for row in rows if row.state != "untested"]
    if not tested:
        return ""
    works = sum(row.state == "works" for row in tested)
    kinds = {row.kind for row in tested}
    what = _WORDS["both"] if len(kinds) > 1 else _WORDS[tested[0].kind]
    return f"{works} of {len(tested)} {what} work{'s' * (works == 1)}"
