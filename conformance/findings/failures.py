"""The failed steps of a test, each with the expected and the actual answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from conformance.findings import requests
from conformance.record.model import CheckLine
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.record.model import RecordedExchange, TestLine

_CHECK: Final = re.compile(r"(.*?)\.(must|should|observe|disputed)\.(.*)", re.DOTALL)
_STATUS: Final = re.compile(r"\b[1-5](?:\d\d|xx)\b")
_GOT_STATUS: Final = re.compile(r"[1-5]\d\d")
_WORD: Final = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")
_STATUSES: Final = frozenset({"status", "status.one_of", "status.any_of", "status.same_as"})
_MESSAGE: Final = re.compile(r"<Message>([^<]{1,500})")
_JSON_MESSAGE: Final = re.compile(r'"message":\s*"((?:[^"\\]|\\.){1,500})"', re.IGNORECASE)
_WRAPPER: Final = re.compile(r"exception while calling \w+\.\w+:\s*", re.IGNORECASE)
"""What LocalStack writes before whatever broke in an operation that it had understood."""
_SAYS_NOTHING: Final = re.compile(r"internal (?:server )?error|try again", re.IGNORECASE)
_VALUE: Final = re.compile(
    r"(?i:\b(?:crc|sha|xxhash|md5)\w*)|'[^']*'|\"[^\"]*\"|\d+|\b[A-Z][a-z]+[A-Z]\w*\b|\(.*",
    re.DOTALL,
)
_LONGEST_HEAD: Final = 100

FindingVerdict = Literal[Verdict.FAIL, Verdict.WARN]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One check, its id taken apart."""

    check: CheckLine
    path: str
    """What was compared, below the step: ``status``, ``Parts[0].ETag``, ``headers.etag``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One step of a test of which at least one check did not hold."""

    step: str
    operation: str
    verdict: FindingVerdict
    fields: tuple[Field, ...]
    """The checks that did not hold, in their order; those of `verdict` alone."""
    wanted: tuple[str, ...]
    """Statuses that were expected, ``4xx`` among them; the one of S3 first."""
    wanted_codes: tuple[str, ...]
    status: int
    """What came; 0 where no answer did."""
    code: str
    """Of the error that came; empty for none."""
    exchange: RecordedExchange | None
    problem: str = ""
    """Why the document of the answer could not be read; empty when it could."""

    @property
    def wants_success(self) -> bool:
        """Whether the answer of S3 is a success."""
        return bool(self.wanted) and self.wanted[0][0] == "2"

    @property
    def wants_refusal(self) -> bool:
        """Whether the answer of S3 is a refusal."""
        return bool(self.wanted) and self.wanted[0][0] in "45"

    @property
    def may_refuse(self) -> bool:
        """Whether the expectations also allow a rejection."""
        return any(one[0] in "45" for one in self.wanted)

    @property
    def refused(self) -> bool:
        """Whether the server refused: 4xx, or the 501 that says that it has no such thing."""
        return 400 <= self.status < 500 or self.status == 501

    @property
    def broke(self) -> bool:
        """Whether the server failed: a 5xx other than 501."""
        return self.status >= 500 and self.status != 501

    @property
    def message_head(self) -> str:
        """The message of a server error without its values: the same text means the same cause.

        Empty where it says no more than that there was an error.
        """
        body = requests.text(self.exchange) if self.exchange is not None else ""
        found = _MESSAGE.search(body) or _JSON_MESSAGE.search(body)
        if found is None or _SAYS_NOTHING.search(found[1]):
            return ""
        said = _WRAPPER.sub("", found[1])
        return _VALUE.sub("_", said.partition(":")[0]).strip()[:_LONGEST_HEAD]

    def has(self, *paths: str) -> bool:
        """Whether a check of one of these fields did not hold."""
        return any(one.path in paths for one in self.fields)


def taken_apart(check: CheckLine) -> tuple[str, str, str]:
    """Return step, strength and path of a check; the whole id as the path where it has no form."""
    found = _CHECK.fullmatch(check.id)
    return (found[1], found[2], found[3]) if found else ("", "must", check.id)


def failures(test: TestLine, verdict: FindingVerdict) -> tuple[Failure, ...]:
    """Return the steps with a check of ``verdict``, in the order in which they were sent.

    A test that failed because no answer came has no check of it: its last request is the failure.
    """
    crash = _crash(test) if verdict is Verdict.FAIL else None
    if crash is not None:
        return (crash,)
    steps: dict[str, list[CheckLine]] = {}
    for check in test.checks:
        steps.setdefault(taken_apart(check)[0], []).append(check)
    return tuple(
        _failure(test, step, checks, verdict)
        for step, checks in steps.items()
        if any(check.verdict.value == verdict.value for check in checks)
    )


def _crash(test: TestLine) -> Failure | None:
    """Return the request to which no answer came, where no check failed."""
    last = test.exchanges[-1] if test.exchanges else None
    bad = any(check.verdict is CheckVerdict.FAIL for check in test.checks)
    if bad or last is None or (last.response is not None and not last.fault):
        return None
    if (test.observed or test.verdict) is not Verdict.FAIL:
        return None
    got = last.fault or "no answer"
    check = CheckLine(
        id=f"{last.step}.must.answer", verdict=CheckVerdict.FAIL, expected="an answer", got=got
    )
    return Failure(
        step=last.step,
        operation=last.operation,
        verdict=Verdict.FAIL,
        fields=(Field(check=check, path="answer"),),
        wanted=(),
        wanted_codes=(),
        status=0,
        code="",
        exchange=last,
    )


def _failure(
    test: TestLine, step: str, checks: list[CheckLine], verdict: FindingVerdict
) -> Failure:
    bad = [one for one in checks if one.verdict.value == verdict.value]
    exchange = _exchange(test, bad) or _exchange(test, checks)
    status, code = requests.status(exchange), requests.error_code(exchange)
    wanted: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    problem = ""
    for check in checks:
        path = taken_apart(check)[2]
        if path in _STATUSES:
            wanted = wanted or tuple(_STATUS.findall(check.expected))
            said = _GOT_STATUS.fullmatch(check.got)
            status = int(said[0]) if said else status
        elif path == "status.not":
            unwanted = _STATUS.findall(check.expected)
            wanted = wanted or (("2xx",) if unwanted and unwanted[0][0] in "45" else ("4xx",))
        elif path == "code":
            codes = codes or tuple(_WORD.findall(check.expected))
            found = _WORD.fullmatch(check.got)
            code = found[1] if found else code
            problem = problem or check.note * (found is None)
        elif path == "answer":
            problem = check.got
    return Failure(
        step=step,
        operation=exchange.operation if exchange else operation_named(step, test),
        verdict=verdict,
        fields=tuple(Field(check=one, path=taken_apart(one)[2]) for one in bad),
        wanted=wanted,
        wanted_codes=codes,
        status=status,
        code=code,
        exchange=exchange,
        problem=problem,
    )


def _exchange(test: TestLine, checks: Iterable[CheckLine]) -> RecordedExchange | None:
    for check in checks:
        if check.exchange is not None and check.exchange < len(test.exchanges):
            return test.exchanges[check.exchange]
    return None


def operation_named(step: str, test: TestLine) -> str:
    """Return the operation of a step without an exchange, as far as its name says it."""
    name = re.sub(r"(?:-\d+)?(?:\[\d+\])?$", "", step)
    if name[:1].isupper():
        return name
    return test.operations[0] if test.operations else ""
