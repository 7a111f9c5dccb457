"""Standard output that is closed or can't take any more: no reason to lose a run."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from typing import Final

NOBODY_READS: Final = frozenset({errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF})
"""What writing to a closed pipe, a full disk, a terminal that is gone, or nothing ends in."""


def open_standard_streams() -> None:
    """Open what the shell has closed (``>&-``) on the null device.

    Otherwise the next file that is opened would take its number, and be written to by accident.
    """
    for number, name in ((0, "stdin"), (1, "stdout"), (2, "stderr")):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is the one that was closed: those below it are open by now.
            os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)
        if getattr(sys, name) is None:
            mode = "r" if number == 0 else "w"
            stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115  # for ever
            setattr(sys, name, stream)


def let_go() -> bool:
    """Flush what was said; False where it could not be written.

    Python's own flush at exit would turn that into code 120.
    """
    whole = True
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            whole = whole and stream is sys.stderr
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return whole
