"""Shows that the gate of docs/guides/ci-gate.md stays green on an unchanged server.

    python benchmarks/gate.py seaweedfs moto --gates 10 --load 2 [-- RUN-OPTIONS…]

Starts each target once, makes a baseline from two records, runs the gate again and again while
`--load` processes keep the cores busy, and prints a row: entries, exit codes, what differed and
what was flaky. Then a baseline of the reference meets the reference with a planted fault, which has
to be found. Behind `--` stand options for each run, such as `--select` or `-n 2`.
Exit code 1 when a gate of an unchanged server was red, or the fault was not found.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.record.reader import read

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMAND = (sys.executable, "-m", "conformance.cli")
_FAULT = "part.etag/not-the-md5"


def _spin() -> None:
    while True:
        sum(range(10_000))


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep that many cores busy within the block."""
    spinning = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(processes)]
    for one in spinning:
        one.start()
    try:
        yield
    finally:
        for one in spinning:
            one.terminate()


@contextmanager
def started(*words: str) -> Iterator[dict[str, Any]]:
    """Start a server by the command and return how to reach it; stop it at the block's end."""
    process = subprocess.Popen(  # noqa: S603  # our own command
        [*_COMMAND, *words, "--json"], stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdout is None:
            raise RuntimeError("a server without output")
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def conformance(*words: str, reach: dict[str, Any] | None = None) -> int:
    """Run the command, with what a server's start said about itself, and return its exit code."""
    environ = dict(os.environ)
    if reach is not None:
        environ |= {
            "AWS_ACCESS_KEY_ID": reach["access_key"],
            "AWS_SECRET_ACCESS_KEY": reach["secret_key"],
        }
        if "alt_access_key" in reach:
            environ |= {
                "S3_CONFORMANCE_ALT_ACCESS_KEY": reach["alt_access_key"],
                "S3_CONFORMANCE_ALT_SECRET_KEY": reach["alt_secret_key"],
            }
    done = subprocess.run(  # noqa: S603  # our own command
        [*_COMMAND, *words], env=environ, stdout=sys.stderr, check=False
    )
    return done.returncode


def where(name: str, reach: dict[str, Any]) -> list[str]:
    """Return the options that lead to a started server, with the claims of its profile."""
    words = ["--target", name]
    for key, flag in (
        ("endpoint_url", "--endpoint-url"),
        ("tls_endpoint_url", "--tls-endpoint-url"),
        ("ca_file", "--ca-file"),
        ("region", "--region"),
    ):
        if reach.get(key):
            words += [flag, reach[key]]
    return words


def based(folder: Path, at: list[str], reach: dict[str, Any], options: list[str]) -> Path:
    """Make a baseline from two records, as the guide says."""
    records = []
    for number in ("one", "two"):
        conformance("run", *at, "--out", str(folder / number), "-q", *options, reach=reach)
        records.append(str(folder / number / "record.jsonl"))
    baseline = folder / "baseline.yaml"
    if conformance("baseline", "init", *records, str(baseline)):
        raise SystemExit("no baseline could be made")
    return baseline


def gated(
    folder: Path, at: list[str], reach: dict[str, Any], baseline: Path, options: list[str]
) -> tuple[int, str, float]:
    """Run the gate once; return its exit code, what differed and was flaky, and its seconds."""
    begun = time.monotonic()
    code = conformance(
        "run", *at, "--out", str(folder), "-q", "--baseline", str(baseline), *options, reach=reach
    )
    seconds = time.monotonic() - begun
    record = read(folder / "record.jsonl")
    flaky = [test.id for test in record.tests if test.verdict == "FLAKY"]
    found = [f"{one.kind} {one.id}" for one in record.baseline.findings] if record.baseline else []
    return code, "; ".join([*found, *(f"flaky {name}" for name in flaky)]), seconds


def unchanged(name: str, gates: int, options: list[str]) -> bool:
    """Print the row of a target; tell whether every gate was green."""
    with tempfile.TemporaryDirectory() as temporary, started("targets", "start", name) as reach:
        folder = Path(temporary)
        at = where(name, reach)
        baseline = based(folder, at, reach, options)
        entries = baseline.read_text("utf-8").count("\n    is: ")
        results = [gated(folder / f"gate-{n}", at, reach, baseline, options) for n in range(gates)]
        tests = len(read(folder / "one" / "record.jsonl").tests)
    green = sum(code == 0 for code, _, _ in results)
    print(f"| {reach['version']} | {tests} | {entries} | {green} of {gates} |", end=" ")
    print(f"{sum(seconds for *_, seconds in results) / gates:.0f} s |", end=" ")
    print("; ".join(dict.fromkeys(said for _, said, _ in results if said)) or "nothing", "|")
    return green == gates


def changed(fault: str, options: list[str]) -> bool:
    """Print whether the gate finds a fault that is planted in the reference."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with started("serve") as reach:
            at = where("reference", reach)
            baseline = based(folder, at, reach, options)
            same, _, _ = gated(folder / "same", at, reach, baseline, options)
        with started("serve", "--fault", fault) as reach:
            code, said, _ = gated(
                folder / "fault", where("reference", reach), reach, baseline, options
            )
    print(f"| reference, unchanged | | | exit {same} | | |")
    print(f"| reference with `{fault}` | | | exit {code} | | {said[:200]} |")
    return (same, code) == (0, 1)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Gates of unchanged servers, and of a fault.")
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--gates", type=int, default=10)
    parser.add_argument("--load", type=int, default=2)
    parser.add_argument("--fault", default=_FAULT)
    words = sys.argv[1:]
    at = words.index("--") if "--" in words else len(words)
    chosen, options = parser.parse_args(words[:at]), words[at + 1 :]
    print("| server | tests | entries | green gates | each | what differed |")
    print("|---|--:|--:|--:|--:|---|", flush=True)
    with busy(chosen.load):
        good = [unchanged(name, chosen.gates, options) for name in chosen.targets]
        good.append(changed(chosen.fault, options))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
