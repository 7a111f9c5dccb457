"""Runs one command and takes it down, with all its children, when standard input closes.

Standard input is a pipe whose other end only the launcher holds: however that process ends, even by
SIGKILL, the pipe closes and the server goes with it. Run as a script with no package around it, so
that it starts in milliseconds: ``python -I guard.py GRACE_SECONDS COMMAND…``.
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


def main(arguments: list[str]) -> int:
    """Run the command until it ends or standard input closes; return its exit code."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # only the pipe decides
    grace = float(arguments[0])
    process = subprocess.Popen(  # noqa: S603  # the launcher's own command, no shell
        arguments[1:],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_listen_again,  # noqa: PLW1509  # no thread runs yet
    )

    def watch() -> None:
        while os.read(0, 4096):
            pass
        _end(process, grace)

    threading.Thread(target=watch, daemon=True).start()
    code = process.wait()
    _end(process, 0.0)
    return code if code >= 0 else 128 - code


def _listen_again() -> None:
    """Give the command the default signal actions, which ignoring parents pass on otherwise."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
