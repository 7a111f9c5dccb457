"""A request on which the connection is closed each time is a finding; a lost target is not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.findings.book import book_of
from conformance.findings.gather import findings
from conformance.record.outcome import outcome
from conformance.record.reader import read
from conformance.reference.server import ReferenceServer
from conformance.runs import worker as workers
from conformance.runs.display import Silence
from conformance.runs.loop import run_serially
from conformance.runs.options import RunOptions
from conformance.runs.preflight import Health
from conformance.runs.run import Run
from conformance.runs.selection import make_selection
from conformance.targets.options import TargetOptions
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conformance.engine.session import Sender
    from conformance.record.model import Record
    from conformance.wire.model import Call, Exchange


@pytest.fixture(scope="module")
def reference() -> Iterator[ReferenceServer]:
    """Serve the reference endpoint from this process."""
    with ReferenceServer() as server:
        yield server


class Crashing:
    """A way to the server on which the answers to some requests are lost."""

    def __init__(self, sender: Sender, breaks: Callable[[int, Call], bool]) -> None:
        self._sender = sender
        self._breaks = breaks
        self._asked = 0

    def send(self, call: Call, identity: str = "main") -> Exchange:
        """Send a call; of those that break the answer never comes."""
        exchange = self._sender.send(call, identity)
        if call.operation == "ListParts":
            self._asked += 1
            if self._breaks(self._asked, call):
                text = "the endpoint closed the connection before it answered"
                return replace(exchange, answer=None, fault="closed", fault_text=text)
        return exchange


def record_of(
    reference: ReferenceServer, out: Path, breaks: Callable[[int, Call], bool], select: str
) -> Record:
    """Return the record of a run on which some ListParts requests get no answer."""
    account = reference.account
    options = RunOptions(
        target=TargetOptions(
            endpoint_url=reference.endpoint_url,
            access_key=account.access_key,
            secret_key=account.secret_key,
        ),
        select=(select,),
        out=out,
    )
    with Run(options, make_selection(options), Silence()) as run:
        assert run.begin()
        run_serially(run, through=lambda sender: Crashing(sender, breaks))
    return read(run.folder / "record.jsonl")


PAGING = "list-parts/max-parts/accepted[zero]"


def test_a_request_on_which_the_server_closes_each_time_is_a_finding(
    reference: ReferenceServer, tmp_path: Path
) -> None:
    """It is a FAIL of kind no-answer, with the operation named, and no run without a target."""
    record = record_of(reference, tmp_path, lambda _asked, _call: True, PAGING)
    (test,) = record.tests
    assert (test.verdict, test.fault) == ("FAIL", "endpoint")
    assert "closed without an answer, twice" in test.reason
    (finding,) = findings(record, book_of(record, load()))
    assert (finding.kind, finding.operation, finding.impact) == (
        "no-answer",
        "ListParts",
        "interop",
    )
    assert outcome(record).exit_code == ExitCode.DIFFERS


def test_one_closed_connection_blames_nobody(reference: ReferenceServer, tmp_path: Path) -> None:
    """Asked again, the server answers: nobody knows who closed it, and the run is not green."""
    record = record_of(reference, tmp_path, lambda asked, _call: asked == 1, PAGING)
    (test,) = record.tests
    assert (test.verdict, test.fault) == ("ERROR", "transport")
    assert test.reason.endswith("asked again, the test ended in PASS")
    assert outcome(record).exit_code == ExitCode.DIFFERS


def test_a_target_that_is_gone_is_not_accused(
    reference: ReferenceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When nothing else is answered either the test is ERROR, and the run ends in 3."""
    gone = Health("unreachable", "nothing is listening there")

    def breaks(_asked: int, _call: Call) -> bool:
        monkeypatch.setattr(workers, "check", lambda *_about: gone)
        return True

    record = record_of(reference, tmp_path, breaks, PAGING)
    (test,) = record.tests
    assert (test.verdict, test.fault) == ("ERROR", "transport")
    assert outcome(record).exit_code == ExitCode.UNREACHABLE
    assert findings(record, book_of(record, load())) == ()


def test_a_law_on_whose_request_the_server_closes_is_a_finding(
    reference: ReferenceServer, tmp_path: Path
) -> None:
    """A law's example ends as a scenario does: tried again, then a FAIL with the request."""
    record = record_of(reference, tmp_path, lambda _asked, _call: True, "property/list-parts-pages")
    (test,) = record.tests
    assert test.verdict == "FAIL"
    (finding,) = findings(record, book_of(record, load()))
    assert finding.kind == "no-answer"
