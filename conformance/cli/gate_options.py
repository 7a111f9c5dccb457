"""The options of ``run`` that say what it is compared with and which part of a whole it is."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

import click

from conformance.record.shard import Shard
from conformance.runs.tier import Budget

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")


class _ShardType(click.ParamType[Shard]):
    """One part of several, such as 2/4."""

    name = "I/N"

    def convert(
        self, value: str | Shard, param: click.Parameter | None, ctx: click.Context | None
    ) -> Shard:
        """Return the part."""
        if isinstance(value, Shard):
            return value
        try:
            return Shard.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _BudgetType(click.ParamType[Budget]):
    """What a run may spend, such as 60s or 2000requests."""

    name = "BUDGET"

    def convert(
        self, value: str | Budget, param: click.Parameter | None, ctx: click.Context | None
    ) -> Budget:
        """Return the budget."""
        if isinstance(value, Budget):
            return value
        try:
            return Budget.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOptions:
    """What a run is compared with, and what else is made of it."""

    baseline: Path | None
    retries: int | None
    """None for two with a baseline, and none without."""
    flaky: str
    """``fail`` or ``report``."""
    most_failures: int | None
    """How many tests may fail before the run stops; None for all."""
    shard: Shard | None
    budget: Budget | None
    against: str | None
    """A known target, a profile file or a URL on which the same requests are sent as well."""
    record_evidence: bool
    spend_limit: float | None
    """US dollars."""
    confirmed: bool


BASELINE: Final = click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Known failures of this target (YAML): only differences from it fail the run. See "
    "`baseline --help`.",
)
_OPTIONS: Final = (
    BASELINE,
    click.option(
        "--retries",
        type=click.IntRange(min=0, max=10),
        metavar="N",
        help="Run each test that would fail the run N more times, alone; if its result changes, "
        "it is FLAKY.  [default: 2 with --baseline, else 0]",
    ),
    click.option(
        "--flaky",
        type=click.Choice(["report", "fail"]),
        default="report",
        show_default=True,
        help="Whether FLAKY tests fail the run.",
    ),
    click.option(
        "--maxfail",
        "most_failures",
        type=click.IntRange(min=1),
        metavar="N",
        help="Stop after N failed tests. Tests run one at a time unless --concurrency is given; "
        "the record shows what was not run.",
    ),
    click.option("-x", "at_first", is_flag=True, help="Stop after the first failed test."),
    click.option(
        "--shard", type=_ShardType(), help="Run only part I of N of the tests; see `merge`."
    ),
    click.option(
        "--budget",
        type=_BudgetType(),
        help="Run only what fits into 60s, 2000requests or 50MiB, the worst impact and the most "
        "informative tests first. The rest is SKIP, and is not compared with a baseline.",
    ),
    click.option(
        "--against",
        metavar="TARGET",
        help="Send the same requests to a second target (name, profile file or URL), step by "
        "step, and compare: exit code 1 where the first does worse.",
    ),
    click.option(
        "--record-evidence",
        is_flag=True,
        help="Write the answers of Amazon S3 as dated sources, and report where they contradict "
        "the shipped ones.",
    ),
    click.option(
        "--spend-limit",
        type=click.FloatRange(min=0, min_open=True),
        metavar="USD",
        help="Stop --record-evidence before its requests may cost more than this.",
    ),
    click.option(
        "--yes-i-pay", "confirmed", is_flag=True, help="Confirm that --record-evidence costs money."
    ),
)


def gate_arguments(function: Callable[..., R]) -> Callable[..., R]:
    """Give a command these options, as one argument ``gate``."""

    @functools.wraps(function)
    def wrapper(**given: Any) -> R:  # noqa: ANN401  # click hands over whatever its options are
        names = GateOptions.__dataclass_fields__
        if given.pop("at_first"):
            given["most_failures"] = 1
        gate = GateOptions(**{name: given.pop(name) for name in names})
        _check(gate)
        return function(gate=gate, **given)

    for option in reversed(_OPTIONS):
        wrapper = option(wrapper)
    return wrapper


def _check(gate: GateOptions) -> None:
    """Refuse options that do not go together."""
    if gate.against is not None and (gate.baseline or gate.shard or gate.record_evidence):
        raise click.UsageError("--against goes with neither --baseline, --shard nor evidence")
    if gate.budget is not None and (gate.against is not None or gate.record_evidence):
        raise click.UsageError("--budget goes with neither --against nor --record-evidence")
    if not gate.record_evidence:
        if gate.spend_limit is not None or gate.confirmed:
            raise click.UsageError("--spend-limit and --yes-i-pay belong to --record-evidence")
        return
    if gate.baseline is not None:
        raise click.UsageError("--record-evidence goes without --baseline: what S3 does is right")
    if gate.spend_limit is None:
        raise click.UsageError("--record-evidence needs a limit to what it may cost: --spend-limit")
    if not gate.confirmed:
        raise click.UsageError("--record-evidence sends requests that you pay for: --yes-i-pay")
