"""The baseline that a run or a record is held against, which must be of its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.baseline.file import load_baseline
from conformance.runs.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.baseline.entries import Baseline


def baseline_of(target: str, path: Path) -> Baseline:
    """Read the baseline of a target; one that names no target is of any.

    Raises `SpecError` with every mistake in the file, and `UsageError` when it is of another
    target: its entries would accept what they never spoke of.
    """
    baseline = load_baseline(path)
    if baseline.target not in ("", target):
        raise UsageError(f"{path} is a baseline of {baseline.target}, and the target is {target}")
    return baseline
