"""How much memory each process of a run takes, and how large its record becomes.

    python benchmarks/memory.py [-n 2] [--concurrency N|auto] [--select EXPR]

Runs against the embedded reference as a user does, and reads the peak resident set of the command,
of each worker and of the reference from /proc while they live (Linux only). Prints JSON; MiB.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_LOOK_SECONDS = 0.2
_KINDS = {
    "conformance.cli run": "worker",
    "guard.py": "guard",
    "conformance.reference": "reference",
}


def family(root: int) -> list[int]:
    """Return a process and all below it."""
    found = [root]
    for pid in found:
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                found += map(int, children.read_text().split())
            except OSError:
                continue  # the thread ended meanwhile
    return found


def kind(pid: int, root: int) -> str:
    """Say what a process of the run is by its command line."""
    words = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    if pid == root:
        return "command"
    return next((name for word, name in _KINDS.items() if word in words), "other")


def peak(pid: int) -> float:
    """Return the largest resident set of a process so far, in MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("-n", default="2")
    parser.add_argument("--concurrency", default="auto")
    parser.add_argument("--select")
    options = parser.parse_args()
    peaks: dict[tuple[str, int], float] = {}
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "conformance.cli", "run", "-n", options.n, "--out", out]
        command += ["--concurrency", options.concurrency]
        command += ["--select", options.select] if options.select else []
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - ourselves
            while process.poll() is None:
                for pid in family(process.pid):
                    try:
                        name = kind(pid, process.pid), pid
                        peaks[name] = max(peaks.get(name, 0.0), peak(pid))
                    except OSError:
                        continue  # it ended meanwhile
                time.sleep(_LOOK_SECONDS)
        sizes = {path.name: path.stat().st_size / 2**20 for path in Path(out).iterdir()}
    figures = {
        "exit_code": process.returncode,
        "peak_resident_mib": [
            [name, round(mib, 1)]
            for (name, _), mib in sorted(peaks.items(), key=lambda one: one[1], reverse=True)
        ],
        "files_mib": {name: round(size, 1) for name, size in sorted(sizes.items())},
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    measure()
