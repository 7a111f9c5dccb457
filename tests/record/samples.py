"""Lines of a record, made short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.record.catalog_line import CatalogLine
from conformance.record.model import (
    CapabilityLine,
    CheckLine,
    EndLine,
    Fault,
    Line,
    ProblemLine,
    Record,
    RecordedBody,
    RecordedExchange,
    RecordedMessage,
    RunLine,
    TestLine,
)
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

if TYPE_CHECKING:
    from pathlib import Path


MESSAGE = RecordedMessage(start_line="x", headers=(("A", "b"),), body=RecordedBody(size=0))


def run_line(*selected: str, strict: bool = False) -> RunLine:
    """Return the first line of a record."""
    return RunLine(
        suite_version="1", catalog_digest="00", target="t", endpoint_url="http://127.0.0.1",
        region="us-east-1", addressing="path", command=("run",), started="2026-11-21T00:00:00Z",
        selected=selected, strict=strict,
    )  # fmt: skip


def exchange_line(*, answered: bool = True) -> RecordedExchange:
    """Return an exchange."""
    return RecordedExchange(
        step="s", role="step", operation="ListParts", identity="main", url="http://127.0.0.1/",
        request=MESSAGE, response=MESSAGE if answered else None, started="", milliseconds=1.0,
    )  # fmt: skip


def make_line(
    name: str,
    verdict: Verdict,
    cause: str = "",
    *,
    answered: bool | None = True,
    reason: str = "r",
    fault: Fault = "",
    kind: str = "",
) -> TestLine:
    """Return the line of one test; ``answered`` None leaves it without an exchange."""
    exchanges = () if answered is None else (exchange_line(answered=answered),)
    check = CheckLine(
        id="s.must.status", verdict=CheckVerdict.PASS, expected="200", got="200", exchange=0
    )
    return TestLine(
        id=name, scenario=name, title="t", why="w", sentences=("1. x",), rules=("r",), sources=(),
        needs=(), operations=("ListParts",), level="MUST", impact="interop", file="f", line=1,
        verdict=Verdict(verdict), reason=reason, cause=cause, checks=(check,), exchanges=exchanges,
        started="", seconds=0.1, fault=fault, fault_kind=kind,
    )  # fmt: skip


def end_line(*, interrupted: bool = False) -> EndLine:
    """Return the last line of a record."""
    return EndLine(exit_code=0, ended="", seconds=1.0, interrupted=interrupted)


def record(
    *tests: TestLine,
    selected: tuple[str, ...] | None = None,
    end: EndLine | None = None,
    cut: bool = False,
    strict: bool = False,
) -> Record:
    """Return a record of these tests; ``cut`` leaves the end away."""
    names = tuple(test.id for test in tests) if selected is None else selected
    return Record(
        run=run_line(*names, strict=strict),
        catalog=CatalogLine(rules=(), sources=()),
        capabilities=(),
        tests=tests,
        problems=(),
        end=None if cut else end or end_line(),
    )


ALL_LINES: tuple[Line, ...] = (
    run_line("a", "b"),
    CatalogLine(rules=(), sources=()),
    CapabilityLine(name="acl", about="a", claimed="yes", probed="no", reason="why"),
    make_line("a", Verdict.PASS),
    ProblemLine(text="p"),
    make_line("b", Verdict.FAIL, "c"),
    end_line(),
)


def lines_of(path: Path) -> list[bytes]:
    """Return the lines of a file."""
    return path.read_bytes().splitlines(keepends=True)
