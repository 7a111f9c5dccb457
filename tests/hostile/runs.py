"""Runs against hostile servers in this process: a selection made once, a profile for each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.record.options import PropertyOptions
from conformance.runs.display import Silence
from conformance.runs.loop import run_serially
from conformance.runs.options import RunOptions
from conformance.runs.run import Run
from conformance.runs.selection import Selection, make_selection
from conformance.targets.options import TargetOptions
from conformance.targets.profile import Profile, ProfileLimits

if TYPE_CHECKING:
    from conformance import ReferenceServer
    from conformance.record.model import Record

LIMITS = ProfileLimits(
    connect_seconds=5, answer_seconds=1.0, whole_seconds=4.0, throttled_seconds=1.0
)
"""Short: what hangs is waited for, and a limit is the same however long it is."""
MEMORY = Path("/proc/self")


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    record: Record
    exit_code: int
    sentence: str
    memory: float
    """MiB by which this process grew at most, servers and all; 0 where nothing shows it."""

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdict by test."""
        return {test.id: str(test.verdict) for test in self.record.tests}


@cache
def selection_of(select: tuple[str, ...]) -> Selection:
    """Read the catalogue, which takes as long as several runs, once for a selection."""
    return make_selection(_options(select, TargetOptions(endpoint_url="http://127.0.0.1:1")))


def _options(select: tuple[str, ...], target: TargetOptions) -> RunOptions:
    return RunOptions(target=target, select=select, properties=PropertyOptions(profile="off"))


def run_on(
    url: str,
    server: ReferenceServer,
    select: tuple[str, ...],
    limits: ProfileLimits = LIMITS,
    **target: object,
) -> Outcome:
    """Run tests against a URL with the key pair of a reference."""
    profile = Profile(
        name="hostile",
        endpoint_url=url,
        ca_file=target.get("ca_file"),  # type: ignore[arg-type]  # as the option is
        limits=limits,
    )
    chosen = replace(selection_of(select), profile=profile)
    given = TargetOptions(
        endpoint_url=url,
        access_key=server.access_key,
        secret_key=server.secret_key,
        **target,  # type: ignore[arg-type]  # by the names of its fields
    )
    before = _reset_peak()
    run = Run(_options(select, given), chosen, Silence(), in_memory=True)
    with run:
        if run.begin():
            run_serially(run)
    assert run.ending is not None
    return Outcome(run.record, run.exit_code, run.ending.sentence, _resident("VmHWM") - before)


def _reset_peak() -> float:
    """Make the peak of memory begin anew, where the system can; return what is taken now."""
    try:
        (MEMORY / "clear_refs").write_text("5", "ascii")
    except OSError:
        return float("inf")
    return _resident("VmRSS")


def _resident(name: str) -> float:
    try:
        lines = (MEMORY / "status").read_text("ascii").splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))
