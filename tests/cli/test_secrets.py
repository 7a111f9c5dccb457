"""Secrets: what the catalogue sends is sent, and nothing of it that is secret is in any file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from command_helpers import ACCESS_KEY, SECRET_KEY, Command, record_in

from conformance.catalog.load import load
from conformance.wire import sign_faults
from conformance.wire.client import Wire

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from conformance.catalog.model import Step, Test, Tree
    from conformance.reference.server import ReferenceServer
    from conformance.wire.model import Call, Exchange

SIGNATURES = re.compile(rb"ignature(?:[=:]\s*|%3D)([0-9a-f]{64})")
"""Of either case; a body of 5 MiB is searched quickly for what begins with a plain letter."""
SECRET_HEADERS = ("customer-key", "security-token", "s3session-token")

MADE_UP = {"0" * 64}
"""Signatures that stand in scenario files, for all to read."""


SECRET_WORDS = ("authorization", "key", "signature", "token")
EDITS = ("sign", "framing", "as", "transport", "addressing", "method", "expect-continue")


def shape(test: Test, step: Step) -> tuple[object, ...]:
    """Return all of a step that decides which secrets it sends, and where they stand."""
    named = {*step.members, *_names(step.edits.get("headers")), *_names(step.edits.get("query"))}
    secret = {name for name in named if any(word in name.lower() for word in SECRET_WORDS)}
    edits = tuple(str(step.edits.get(name)) for name in EDITS)
    return step.operation, test.bucket, edits, "body" in step.edits, frozenset(secret)


def _names(tree: Tree) -> Iterable[str]:
    return tree if isinstance(tree, dict) else ()


def one_of_each(tests: Iterable[Test]) -> list[Test]:
    """Return tests in which every shape of step comes up that any test has."""
    seen: set[tuple[object, ...]] = set()
    chosen = []
    for test in tests:
        shapes = {shape(test, step) for step in test.single_steps()}
        if shapes - seen:
            chosen.append(test)
            seen |= shapes
    return chosen


class Tap:
    """Listens at the wire, and keeps each secret that goes over it in clear."""

    def __init__(self) -> None:
        self.signatures: set[str] = set()
        self.keys: set[str] = set()
        self.handed_out: set[str] = set()

    def listen(self, exchange: Exchange) -> None:
        """Keep the secrets of one exchange."""
        request = exchange.request
        heads = [value for name, value in request.headers if name.lower() == "authorization"]
        for sent in (request.target.encode(), *(head.encode() for head in heads), request.body):
            self.signatures |= {found.decode() for found in SIGNATURES.findall(sent)}
        for name, value in request.headers:
            if name.lower().endswith(SECRET_HEADERS):
                self.keys.add(value)
        if exchange.answer is not None and exchange.operation == "CreateSession":
            given = exchange.answer.members.get("Credentials", {})
            named = [given.get(name) for name in ("SecretAccessKey", "SessionToken")]
            self.handed_out |= {secret for secret in named if secret}


@pytest.fixture
def tap(monkeypatch: pytest.MonkeyPatch) -> Tap:
    """Put a tap between the engine and the wire."""
    listening = Tap()
    send = Wire.send

    def tapped(wire: Wire, call: Call, identity: str = "main") -> Exchange:
        exchange = send(wire, call, identity)
        listening.listen(exchange)
        return exchange

    monkeypatch.setattr(Wire, "send", tapped)
    return listening


@pytest.mark.slow
def test_no_secret_reaches_any_file(
    command: Command,
    reference: ReferenceServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tap: Tap,
) -> None:
    """Header and presigned signatures, those of chunks, customer keys, tokens, both key pairs.

    Every operation is sent in every way in which the catalogue sends it, by one test each.
    """
    chosen = one_of_each(load().tests)
    alt = reference.alt_account
    monkeypatch.setenv("S3_CONFORMANCE_ALT_ACCESS_KEY", alt.access_key)
    monkeypatch.setenv("S3_CONFORMANCE_ALT_SECRET_KEY", alt.secret_key)
    urls = ("--endpoint-url", reference.endpoint_url)
    tls = ("--tls-endpoint-url", reference.tls_endpoint_url, "--ca-file", str(reference.ca_file))
    keys = ("--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)
    result = command(
        "run", "--target", "reference", *urls, *tls, *keys, "--properties", "off", "--out", "o",
        "--select", " or ".join(test.id for test in chosen),
    )  # fmt: skip
    record = record_in(tmp_path / "o")
    assert len(record.tests) == len(chosen) > 150
    assert not [test.id for test in record.tests if test.verdict in ("ERROR", "BLOCKED")]
    assert len(tap.signatures) > 1000
    assert len(tap.keys) > 3
    assert len(tap.handed_out) > 1
    kept = {path.name: path.read_text("utf-8") for path in (tmp_path / "o").iterdir()}
    kept |= {"standard output": result.out, "standard error": result.err}
    secrets = {SECRET_KEY, alt.secret_key, *(key for key in tap.keys if len(key) > 16)}
    secrets |= tap.handed_out
    # Made up by the suite and published with it; the curl line of its test has to send it.
    secrets.discard(sign_faults._STRAY_TOKEN)
    for name, text in kept.items():
        assert not {secret for secret in secrets if secret in text}, name
        leaked = tap.signatures.intersection(re.findall(r"[0-9a-f]{64}", text))
        assert leaked <= MADE_UP, name
