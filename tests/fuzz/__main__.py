"""Fuzzes each kind of input for so long: ``python -m tests.fuzz --seconds 600 [KIND …]``.

Ends with exit code 1 at the first input that raises; hypothesis shows it as small as it can.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings

from .inputs import INPUTS

if TYPE_CHECKING:
    from collections.abc import Sequence

_BATCH = 100


def fuzz(kind: str, seconds: float) -> int:
    """Try inputs of one kind for so many seconds; return how many."""
    work, made = INPUTS[kind]
    tried = 0

    @settings(
        max_examples=_BATCH, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(made())
    def attempt(data: Any) -> None:  # noqa: ANN401  # as the strategy makes it
        nonlocal tried
        tried += 1
        work(data)

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        attempt()
    return tried


def main(words: Sequence[str] | None = None) -> None:
    """Fuzz what the command line names, by default all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    # Without choices: argparse compares the whole default list with them.
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(INPUTS))
    parser.add_argument("--seconds", type=float, default=600.0)
    options = parser.parse_args(words)
    if unknown := sorted(set(options.kinds) - INPUTS.keys()):
        parser.error(f"no such kind: {', '.join(unknown)}")
    for kind in options.kinds or INPUTS:
        print(f"{kind}: {fuzz(kind, options.seconds)} inputs", flush=True)  # noqa: T201  # a script


if __name__ == "__main__":
    main()
