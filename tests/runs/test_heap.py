"""Memory of large bodies goes back to the system when they are freed."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_FILL_AND_FREE = """
import sys
from conformance.runs.heap import give_back_large_blocks

def resident_mib():
    pages = int(open("/proc/self/statm").read().split()[1])
    return pages * 4096 / 2**20

if sys.argv[1] == "give back":
    give_back_large_blocks()
bytes(5 << 20)  # the first large block that is freed, from which on glibc keeps such
before = resident_mib()
kept, large = [], []
for number in range(20):
    large.append(b"x" * (5 << 20))
    kept.append(b"y" * 5000)
del large
print(resident_mib() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc alone keeps such memory")
def test_large_blocks_are_given_back() -> None:
    """What was freed between other things is kept by glibc, and here it is not."""
    grown = {}
    for how in ("keep", "give back"):
        command = [sys.executable, "-c", _FILL_AND_FREE, how]
        grown[how] = float(subprocess.check_output(command, text=True))  # noqa: S603  # this interpreter
    assert grown["give back"] < 5
    assert grown["keep"] > 50
