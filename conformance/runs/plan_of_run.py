"""The plan of a run by its options: how many tests are in flight, and what it may spend."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.properties.plan import SEEDS, budget, laws_of
from conformance.runs.choice import property_options
from conformance.runs.plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.catalog.model import Test
    from conformance.properties.budget import Budget
    from conformance.runs.options import RunOptions
    from conformance.runs.plan import Plan
    from conformance.runs.selection import Selection
    from conformance.runs.target import Target


def plan_of_run(
    options: RunOptions, selection: Selection, target: Target, examples: Path | None
) -> Plan:
    """Return the plan of a run that begins now, without decisions about capabilities.

    ``examples`` is the folder in which searches save failing examples; None where a run keeps no
    files.
    """
    return make_plan(
        target,
        selection.catalog,
        selection.tests,
        bucket=options.bucket,
        strict=options.strict,
        concurrency=_concurrency(options),
        budget=_budget(options, selection.tests, examples),
        until=_until(options),
    )


def drawn_seed(options: RunOptions, plan: Plan | None) -> int | None:
    """Return the seed that a soak drew for itself; None where the user gave it, or none is."""
    asked = options.properties
    if asked is None or asked.profile != "soak" or asked.seed is not None:
        return None
    budget = plan.budget if plan is not None else None
    return budget.seed if budget is not None else None


def _concurrency(options: RunOptions) -> int | None:
    """Return how many tests are in flight; one where the run is to end with a failure.

    What began ahead of that failure would have been sent for nothing.
    """
    asked = options.concurrency
    return 1 if asked is None and options.most_failures is not None else asked


def _until(options: RunOptions) -> float | None:
    seconds = options.target.run_timeout
    return None if seconds is None else time.monotonic() + seconds


def _budget(options: RunOptions, tests: Sequence[Test], examples: Path | None) -> Budget | None:
    """Return what each law may spend; None when none is to be tried.

    The parts of a soak explore by seeds of their own, which follow each other.
    """
    laws = laws_of(tests)
    chosen = property_options(options)
    if chosen is None or not laws:
        return None
    shard = options.shard
    if shard is not None and chosen.profile == "soak" and chosen.seed is not None:
        chosen = replace(chosen, seed=(chosen.seed + shard.index - 1) % SEEDS)
    return budget(chosen, laws, examples)
