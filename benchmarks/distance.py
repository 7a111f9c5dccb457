"""How much longer a run takes against an endpoint that is far away, and what overlapping wins back.

    python -m benchmarks.distance [--rtt 0 10 50 100] [--select EXPR] [--line] [--ways NAME ...]
                                  [--throttled N]

A fresh reference on loopback behind a proxy of our own (`delay_proxy.py`), which puts half of the
round trip on each way. Each case is what a user starts: interpreter, probes, tests, record and
reports. ``--line`` adds a case of 50 ms, up to 10 ms more, and 100 Mbit/s. All figures are ratios
within one invocation; CPU seconds are those of the command and its workers, without the endpoint.
Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from benchmarks.floor import KEY, SECRET, reference, second_identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).parent
WAYS = {
    "serial": ("-n", "1", "--concurrency", "1"),
    "two processes": ("-n", "2", "--concurrency", "1"),
    "default": (),
    "two processes, auto": ("-n", "2"),
    "sixteen": ("-n", "1", "--concurrency", "16"),
    "thirty-two": ("-n", "1", "--concurrency", "32"),
}


@contextmanager
def far(server: dict[str, str], *words: str) -> Iterator[dict[str, str]]:
    """Put a proxy before an endpoint and yield its JSON line with the proxy's ports."""
    urls = ("endpoint_url", "tls_endpoint_url")
    ports = [str(urlsplit(server[name]).port) for name in urls]
    command = [sys.executable, str(HERE / "delay_proxy.py"), *words, *ports]
    with subprocess.Popen(  # noqa: S603 - our own script
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None  # noqa: S101 - PIPE was asked for
        assert process.stdout is not None  # noqa: S101 - likewise
        moved = json.loads(process.stdout.readline())
        try:
            yield server | {
                name: server[name].replace(f":{old}", f":{new}")
                for name, old, new in zip(urls, ports, moved, strict=True)
            }
        finally:
            process.stdin.close()


def measured(server: dict[str, str], way: Sequence[str], select: Sequence[str]) -> dict[str, Any]:
    """Run as a user does; return seconds, CPU seconds, and what the record says."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "conformance.cli", "run", "--target", "reference"]
        command += ["--endpoint-url", server["endpoint_url"], "--out", out, *way]
        command += ["--tls-endpoint-url", server["tls_endpoint_url"], "--ca-file"]
        command += [server["ca_file"], *(word for one in select for word in ("--select", one))]
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        outcome = subprocess.run(  # noqa: S603 - ourselves
            command,
            cwd=HERE.parent,
            env=os.environ | second_identity(server),
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if not (Path(out) / "record.jsonl").exists():
            raise SystemExit(f"the run ended with {outcome.returncode}: {outcome.stderr[-2000:]}")
        lines = map(json.loads, (Path(out) / "record.jsonl").read_text().splitlines())
        end = next(line for line in lines if line["type"] == "end")
    if outcome.returncode:
        sys.stderr.write(outcome.stdout[-2000:])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "exit_code": outcome.returncode,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "requests": end["requests"],
        "verdicts": end["verdicts"],
    }


def measure() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rtt", type=float, nargs="+", default=[0, 10, 50, 100], help="in ms")
    parser.add_argument("--line", action="store_true")
    parser.add_argument("--select", action="append", default=[])
    parser.add_argument("--ways", nargs="+", choices=[*WAYS], default=list(WAYS)[:4])
    parser.add_argument(
        "--throttled", type=int, metavar="N", help="an endpoint that answers 503 above N requests"
    )
    options = parser.parse_args()
    os.environ |= {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    cases: dict[str, tuple[str, ...]] = {f"{rtt:g} ms": ("--rtt", str(rtt)) for rtt in options.rtt}
    if options.line:
        cases["50 to 60 ms, 100 Mbit/s"] = ("--rtt", "50", "--jitter", "10", "--mbits", "100")
    script = ["frozen_reference.py"]
    if options.throttled is not None:
        script = ["throttled_reference.py", str(options.throttled)]
    figures: dict[str, dict[str, Any]] = {}
    for case, words in cases.items():
        for way in options.ways:
            with reference(*script) as server, far(server, *words) as endpoint:
                found = measured(endpoint, WAYS[way], options.select)
            figures.setdefault(case, {})[way] = found
            serial = figures[case].get("serial")
            if serial is not None and way != "serial":
                found["times_as_fast_as_serial"] = round(serial["seconds"] / found["seconds"], 1)
            near = figures.get("0 ms", {}).get(way)
            if near is not None and case != "0 ms":
                found["times_as_long_as_near"] = round(found["seconds"] / near["seconds"], 2)
            print(f"{case}, {way}: {found}", file=sys.stderr, flush=True)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    measure()
