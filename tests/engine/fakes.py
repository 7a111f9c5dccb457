"""A sender without sockets, and short ways to make steps, tests and catalogues."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.sax.saxutils import escape

from conformance.catalog.model import (
    BucketKind,
    Capability,
    Catalog,
    Expectation,
    Scenario,
    Step,
    Strength,
    Test,
    Tree,
)
from conformance.catalog.place import Place
from conformance.engine.runner import run_test
from conformance.engine.worker_context import WorkerContext
from conformance.wire.model import (
    Answer,
    Call,
    Endpoint,
    Exchange,
    Identity,
    Request,
    TransportFault,
)

if TYPE_CHECKING:
    from conformance.engine.capabilities import Claim
    from conformance.record.model import TestLine

PLACE = Place("specs/scenarios/fake.yaml", 3, 5)
MAIN = Identity("AKIAFAKE000000000001", "main-secret-0123456789-abcdefghij")
ALT = Identity("AKIAFAKE000000000002", "alt-secret-0123456789-abcdefghij")
RUN_ID = "run1"

Loose: TypeAlias = Any
"""Whatever a scenario may hold; tests hold all of it."""

Handler = Callable[[Call, str], "Answer | TransportFault"]


def ok(status: int = 200, body: bytes = b"", **members: Loose) -> Answer:
    """Return a success with response members."""
    return Answer(status=status, reason="OK", headers=(), body=body, members=members)


def refusal(status: int, code: str, message: str = "", **fields: str) -> Answer:
    """Return an error answer as the wire parses one."""
    body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>".encode()
    return Answer(
        status=status,
        reason="Refused",
        headers=(("Content-Type", "application/xml"),),
        body=body,
        error_code=code,
        error_message=message,
        error_fields=fields,
    )


class FakeSender:
    """Answers by a handler, or by canned answers an operation; remembers every call."""

    def __init__(
        self, answers: Mapping[str, Answer | TransportFault] | Handler | None = None
    ) -> None:
        self.calls: list[tuple[Call, str]] = []
        self._lock = threading.Lock()
        self._answers = answers if answers is not None else {}

    def send(self, call: Call, identity: str = "main") -> Exchange:
        """Answer one call; operations that nothing is said of succeed with 200 (deletes 204)."""
        with self._lock:
            self.calls.append((call, identity))
        if callable(self._answers):
            found: Answer | TransportFault | None = self._answers(call, identity)
        else:
            found = self._answers.get(call.operation)
        if found is None:
            found = ok(204 if call.operation.startswith(("Delete", "Abort")) else 200)
        return exchange(call, found, identity)

    def sent(self, operation: str) -> list[Call]:
        """Return the calls of one operation."""
        return [call for call, _ in self.calls if call.operation == operation]

    @property
    def operations(self) -> list[str]:
        """The operations in the order of their calls."""
        return [call.operation for call, _ in self.calls]


def exchange(call: Call, found: Answer | TransportFault, identity: str = "main") -> Exchange:
    """Return the exchange of a call with an answer or a fault."""
    body = call.members.get("Body", b"")
    headers = [("Host", "127.0.0.1"), ("Authorization", f"AWS4-HMAC-SHA256 {MAIN.secret_key}")]
    keys = [call.members.get(name) for name in ("SSECustomerKey", "CopySourceSSECustomerKey")]
    headers += [("x-amz-server-side-encryption-customer-key", key) for key in keys if key]
    answer = found if isinstance(found, Answer) else None
    return Exchange(
        operation=call.operation,
        identity=identity,
        request=Request(
            method="PUT",
            target="/bucket/key",
            url="http://127.0.0.1/bucket/key",
            headers=tuple(headers),
            body=body,
            payload=body,
        ),
        answer=answer,
        fault=None if isinstance(found, Answer) else found,
        fault_text="" if answer else "nobody answered",
        started=1_700_000_000.0,
        seconds=0.001,
    )


def step(
    operation: str,
    members: Mapping[str, Tree] | None = None,
    *,
    name: str = "",
    save: Mapping[str, str] | None = None,
    **more: Loose,
) -> Step:
    """Return a step; ``must=``, ``should=``, ``observe=``, ``disputed=`` are its expectations."""
    strengths: tuple[Strength, ...] = ("must", "should", "observe", "disputed")
    expectations = tuple(
        Expectation(strength=strength, fields=more.pop(strength), place=PLACE)
        for strength in strengths
        if strength in more
    )
    return Step(
        operation=operation,
        name=name or operation,
        members=members or {},
        save=save or {},
        expectations=expectations,
        place=PLACE,
        **more,
    )


def group(*steps: Step) -> Step:
    """Return steps that are sent at once."""
    return Step(operation="", name="concurrently", concurrently=steps, place=PLACE)


def make_test(
    *steps: Step,
    given: tuple[Step, ...] = (),
    needs: tuple[str, ...] = (),
    bucket: str = "plain",
    name: str = "fake/test",
) -> Test:
    """Return a test of these steps."""
    scenario = Scenario(
        id=name,
        title="a fake",
        why="to see",
        rules=("life.fake",),
        sources=(),
        needs=needs,
        catches=(),
        impact=None,
        bucket=bucket,
        cases=(),
        matrix={},
        about="fakes",
        place=PLACE,
    )
    return Test(
        id=name,
        scenario=scenario,
        title="a fake",
        rules=("life.fake",),
        sources=(),
        needs=needs,
        catches=(),
        level="MUST",
        impact="interop",
        operations=tuple(one.operation for one in steps),
        given=given,
        steps=steps,
        sentences=("1. As it is told.",),
    )


def kind(name: str, *setup: Step, needs: tuple[str, ...] = ()) -> BucketKind:
    """Return a bucket kind."""
    steps = (step("CreateBucket"), *setup)
    return BucketKind(name=name, about=name, needs=needs, setup=steps, place=PLACE)


def capability(
    name: str, *probe: Step, prefers_tls: bool = False, bucket: str = "plain"
) -> Capability:
    """Return a capability with its probe."""
    return Capability(
        name=name, about=name, bucket=bucket, given=(), probe=probe, prefers_tls=prefers_tls,
        place=PLACE,
    )  # fmt: skip


@dataclass
class FakeClaims:
    """What a profile would say."""

    claims: frozenset[str] = frozenset()
    lacks: Mapping[str, str] = field(default_factory=dict)
    ignores: Mapping[str, str] = field(default_factory=dict)

    def absence(self, capability: str) -> str:
        """Return the word and the reason for what is lacking."""
        return f"lacks: {self.lacks[capability]}" if capability in self.lacks else ""

    def claim(self, capability: str) -> Claim:
        """Tell what is said of a capability."""
        if self.absence(capability):
            return "no"
        return "yes" if capability in self.claims else "unsaid"


def make_context(
    sender: FakeSender,
    *capabilities: Capability,
    kinds: tuple[BucketKind, ...] = (),
    claims: tuple[str, ...] = (),
    lacks: Mapping[str, str] | None = None,
    ignores: Mapping[str, str] | None = None,
    tls: bool = False,
    region: str = "us-east-1",
    **more: Loose,
) -> WorkerContext:
    """Return a context over a fake sender."""
    catalog = Catalog(
        sources={},
        rules={},
        capabilities={one.name: one for one in capabilities},
        buckets={one.name: one for one in (kind("plain"), *kinds)},
        scenarios=(),
        tests=(),
    )
    urls = {"http": "http://127.0.0.1:1"} | ({"tls": "https://127.0.0.1:2"} if tls else {})
    return WorkerContext(
        sender=sender,
        catalog=catalog,
        claims=FakeClaims(frozenset(claims), lacks or {}, ignores or {}),
        endpoint=Endpoint(urls=urls, region=region),  # type: ignore[arg-type]  # mypy widens the keys to str
        identities={"main": MAIN, "alt": ALT},
        run_id=RUN_ID,
        **more,
    )


def run(
    *steps: Step,
    answers: Mapping[str, Answer | TransportFault] | Handler | None = None,
    given: tuple[Step, ...] = (),
) -> TestLine:
    """Run a test of these steps over canned answers."""
    return run_test(make_test(*steps, given=given), make_context(FakeSender(answers)))


def verdicts(line: TestLine) -> dict[str, str]:
    """Return check verdicts by id."""
    return {check.id: check.verdict for check in line.checks}
