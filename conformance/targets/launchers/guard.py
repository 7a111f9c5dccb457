"""Runs one command, and ends it with all its children when standard input closes.

Standard input is a pipe whose other end only the launcher holds: however that process ends, even by
SIGKILL, the pipe closes and the server goes with it. A command that ends by itself is run again, as
an operator's supervisor would, as often as it may. Run as a script with no package around it, so
that it starts in milliseconds: ``python -I guard.py GRACE_SECONDS RESTARTS COMMAND…``.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def _end(process: subprocess.Popen[bytes], grace: float) -> None:
    """Stop the whole group of ``process``: ask, wait ``grace`` seconds, insist."""
    for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, None)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(patience)
            break
        except subprocess.TimeoutExpired:
            continue
    try:
        os.killpg(process.pid, signal.SIGKILL)  # whatever the leader left behind
    except (ProcessLookupError, PermissionError):
        return


class _Command:
    """The command as long as it may run; one process of it at a time."""

    def __init__(self, words: list[str], grace: float) -> None:
        self._words = words
        self._grace = grace
        self._turn = threading.Lock()
        self._over = False
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> subprocess.Popen[bytes] | None:
        """Start the command in a group of its own; None once it has to be over."""
        with self._turn:
            if self._over:
                return None
            self._process = subprocess.Popen(  # noqa: S603  # the launcher's own command, no shell
                self._words,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
            return self._process

    def stop(self) -> None:
        """Take the command down for good."""
        with self._turn:
            self._over = True
        if self._process is not None:
            _end(self._process, self._grace)


def main(arguments: list[str]) -> int:
    """Run the command until it ends for good or standard input closes; return its exit code."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, _only_the_pipe_decides)
    command = _Command(arguments[2:], float(arguments[0]))

    def watch() -> None:
        while os.read(0, 4096):
            pass
        command.stop()

    threading.Thread(target=watch, daemon=True).start()
    code = 0
    for _ in range(int(arguments[1]) + 1):
        process = command.start()
        if process is None:
            break
        code = process.wait()
        _end(process, 0.0)
    return code if code >= 0 else 128 - code


def _only_the_pipe_decides(_number: int, _frame: object) -> None:
    """Take a signal and do nothing: the command has its default again, as ignoring has it not."""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
