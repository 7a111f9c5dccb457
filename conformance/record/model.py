"""The lines of a run record.

A record is a text file of JSON objects, one a line, each with its ``type``: one ``run`` line first,
then ``catalog`` (the rules and sources that the selected tests cite), ``capability`` lines as
probes end, ``test`` lines as tests end, ``problem`` lines for what went wrong outside a test, a
``baseline`` line when the run is held against one, and one ``end`` line last. A record without an
``end`` line was cut short: it is still valid.
Everything in it is redacted already.

A field that is added within a schema version has a default; readers pass over fields that they do
not know. `conformance.record.version1` reads records of the version before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from conformance.record.baseline_line import BaselineLine
from conformance.record.catalog_line import CatalogLine
from conformance.record.options import RecordedOptions
from conformance.record.search_line import SearchLine  # noqa: TC001  # pydantic reads it
from conformance.vocabulary.verdicts import (  # noqa: TC001  # pydantic reads them
    CheckVerdict,
    Verdict,
)

SCHEMA_VERSION = 2

Fault = Literal["", "endpoint", "throttled", "transport", "suite", "set-up"]
Role = Literal["given", "step", "clean-up", "probe", "set-up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedBody:
    """A body as far as a record keeps it: at most 16 KiB of it, always its size and digest."""

    size: int
    sha256: str = ""
    text: str | None = None
    """The bytes kept, when they are UTF-8 text."""
    base64: str | None = None
    """The bytes kept, when they are not."""
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedMessage:
    """Start line, headers in order and case, body; secrets replaced by ``<redacted:hash>``."""

    start_line: str
    headers: tuple[tuple[str, str], ...]
    body: RecordedBody


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExchange:
    """One request with its answer as a record keeps it."""

    step: str
    role: Role
    operation: str
    identity: str
    url: str
    """Redacted."""
    request: RecordedMessage
    response: RecordedMessage | None
    fault: str = ""
    """Why no answer came, in words; empty when one did."""
    fault_kind: str = ""
    """The wire's word for it: ``closed``, ``timeout``."""
    started: str
    """UTC, ISO 8601 with milliseconds."""
    milliseconds: float
    throttled: int = 0
    """How often the request was answered by throttling (503 SlowDown, 429) and sent again."""
    shared: bool = False
    """It was sent once, for an earlier test of the same worker that has the same set-up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One comparison: what was expected, what came, and what follows."""

    id: str
    """``step.strength.field``, unique within the test and stable over releases."""
    verdict: CheckVerdict
    expected: str
    got: str
    note: str = ""
    exchange: int | None = None
    """Index into the test's exchanges."""
    rule: str = ""
    """The rule that it shows; empty in records of version 1."""
    sources: tuple[str, ...] = ()
    """What its step cites itself."""
    expects: str = ""
    """Digest of the requests before it and of what it compares with; empty in older records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestLine:
    """One test that ended."""

    id: str
    scenario: str
    title: str
    why: str
    sentences: tuple[str, ...]
    """The test in numbered English, as ``explain`` prints it."""
    rules: tuple[str, ...]
    sources: tuple[str, ...]
    needs: tuple[str, ...]
    operations: tuple[str, ...]
    level: str
    impact: str
    file: str
    line: int
    verdict: Verdict
    reason: str
    """One line: why the verdict is what it is; the cause when it is no PASS."""
    more: int = 0
    """Checks beside the one in the reason that did not hold either."""
    blocked_by: str = ""
    """Of a BLOCKED test ``rule/kind`` of the finding that blocks it; the operation's name stands
    for the rule where none is about it. Empty where no answer of a set-up step blocks it."""
    cause: str = ""
    """Key that groups failures of one cause: operation, check field, expected and got in short.

    Text for people: who broke the test is `fault`.
    """
    checks: tuple[CheckLine, ...] = ()
    exchanges: tuple[RecordedExchange, ...] = ()
    fault: Fault = ""
    """Who broke the test; empty where nobody did."""
    fault_kind: str = ""
    """What it was: the wire's word (``refused``, ``timeout``), an exception of ours, ``flaky``."""
    dialect: str = ""
    """The client's dialect in which its requests are written; empty for this suite's own form."""
    client: str = ""
    """The real client that sent them; empty for this suite itself."""
    expects: str = ""
    """Digests as words, see `conformance.vocabulary.expected`; empty in older records."""
    worker: str = "main"
    started: str
    seconds: float
    requests: int = 0
    """Requests that it sent, clean-up included; 0 in records of before they were counted."""
    sent: int = 0
    """Bytes of their bodies, as they were framed."""
    observed: Verdict | None = None
    """What the test came to, where a baseline made it XFAIL or XPASS."""
    search: SearchLine | None = None
    """Set when the test is a law, which was tried on made-up examples."""
    witnesses: tuple[str, ...] | None = None
    """The authors on whom the least supported must stands; None where that is unknown."""
    lone_witness: str = ""
    """The only one of them, when that is neither a recording nor S3's own word."""
    retries: tuple[Verdict, ...] = ()
    """What it came to when it was run again, alone; empty when it was not."""
    type: Literal["test"] = "test"

    @property
    def said(self) -> str:
        """The reason, with the number of further checks that did not hold."""
        return f"{self.reason} (and {self.more} more)" if self.more else self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RetriedLine:
    """A test that was run again; ``test`` stands in the place of its earlier line."""

    test: TestLine
    type: Literal["retried"] = "retried"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """How the run was begun."""

    suite_version: str
    catalog_digest: str
    """SHA-256 over all spec files, so that two records can be told apart or compared."""
    catalog_version: str = ""
    """Release of the shipped catalogue; empty for scenario files of the user's own."""
    target: str
    endpoint_url: str
    tls_endpoint_url: str = ""
    region: str
    addressing: str
    server: str = ""
    """The endpoint's own ``Server`` header, when it sent one."""
    command: tuple[str, ...]
    """What was typed, without secrets: to be shown, never to be read by a program."""
    options: RecordedOptions = field(default_factory=RecordedOptions)
    """The same as data."""
    started: str
    selected: tuple[str, ...]
    """Ids of the tests to be run, so that a record cut short shows what is missing."""
    strict: bool = False
    flaky_fails: bool = False
    """A test that is FLAKY makes the run differ from what was expected."""
    left_out: tuple[str, ...] = ()
    """Ids of the catalogue's other tests, so that a baseline can tell left out from vanished."""
    shard: str = ""
    """``2/4`` for the second of four parts of one run; empty for a whole one."""
    seeds: tuple[str, ...] = ()
    """Seeds of the bodies and customer keys that the tests generate; no secrets."""
    schema: int = SCHEMA_VERSION
    type: Literal["run"] = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityLine:
    """What was claimed of one capability and what its probe found."""

    name: str
    about: str
    claimed: Literal["yes", "no", "unsaid"]
    probed: Literal["yes", "no", "ignored", "not-probed"]
    reason: str = ""
    exchanges: tuple[RecordedExchange, ...] = ()
    type: Literal["capability"] = "capability"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLine:
    """Something that went wrong outside a test: clean-up, a worker's death, a broken bucket."""

    text: str
    worker: str = "main"
    at: str = ""
    type: Literal["problem"] = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndLine:
    """How the run ended."""

    verdicts: dict[str, int] = field(default_factory=dict)
    exit_code: int
    interrupted: bool = False
    ended: str
    seconds: float
    requests: int = 0
    sent: int = 0
    """Bytes of the bodies of all requests, as they were framed."""
    type: Literal["end"] = "end"


Line = (
    RunLine
    | CatalogLine
    | CapabilityLine
    | TestLine
    | RetriedLine
    | ProblemLine
    | BaselineLine
    | EndLine
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A whole record, read back."""

    run: RunLine
    catalog: CatalogLine
    capabilities: tuple[CapabilityLine, ...]
    tests: tuple[TestLine, ...]
    problems: tuple[ProblemLine, ...]
    end: EndLine | None
    """None when the run was cut short."""
    baseline: BaselineLine | None = None
    """None when the run was held against none."""
