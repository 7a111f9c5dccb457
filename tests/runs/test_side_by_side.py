"""Two targets side by side: what one of them does not answer is asked again, as elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.faults.catalogue import FAULTS
from conformance.faults.planting import planted_in
from conformance.record.reader import read
from conformance.reference.server import ReferenceServer
from conformance.runs.options import RunOptions
from conformance.runs.side_by_side import SideBySide
from conformance.targets.options import TargetOptions

if TYPE_CHECKING:
    from pathlib import Path

CRASH = FAULTS["list-parts.parameters/crash-at-zero"]
TEST = "list-parts/max-parts/accepted[zero]"


def target_of(server: ReferenceServer) -> TargetOptions:
    """Return how a run finds a reference endpoint."""
    account = server.account
    return TargetOptions(
        endpoint_url=server.endpoint_url,
        access_key=account.access_key,
        secret_key=account.secret_key,
    )


def test_a_side_that_closes_the_connection_each_time_fails(tmp_path: Path) -> None:
    """The request is asked twice; the other side, which waits for its turn, is not held up."""
    with (
        ReferenceServer() as good,
        ReferenceServer(shape=lambda face: planted_in(face, (CRASH,))) as bad,
    ):
        options = RunOptions(target=target_of(bad), select=(TEST,), out=tmp_path / "out")
        seen: list[list[str]] = []
        sides = SideBySide(options, replace(target_of(good), target=None), lambda *_about: None)
        sides.carry_out(lambda lines: seen.append([line.verdict for line in lines]))
    assert seen == [["FAIL", "PASS"]]
    (line,) = read(sides.records[0]).tests
    assert "closed without an answer, twice" in line.reason
    assert line.fault == "endpoint"
