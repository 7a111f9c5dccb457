"""A server as a child process: starts it, waits until it is ready, and always stops it."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

GRACE_SECONDS = 3.0
"""From SIGTERM to SIGKILL: these servers hold nothing that is worth a longer farewell."""
READY_SECONDS = 60.0
_POLL_SECONDS = 0.02
_TAIL_LINES = 15


class LaunchError(Exception):
    """A known server can't be started. The text says why and what to do; shown as it is."""


def free_ports(count: int, *, below: int = 65536) -> tuple[int, ...]:
    """Return that many different loopback ports that are free at this moment.

    ``below`` keeps them under a bound, for servers that derive further ports by adding to one.
    Raises `LaunchError` when the system has none to give.
    """
    ports: list[int] = []
    with contextlib.ExitStack() as held:
        for _ in range(4000):
            listener = held.enter_context(socket.socket())
            try:
                listener.bind(("127.0.0.1", 0))
            except OSError:
                break
            port: int = listener.getsockname()[1]
            if port < below:
                ports.append(port)
            else:
                listener.close()
            if len(ports) == count:
                return tuple(ports)
    raise LaunchError(f"no {count} free loopback ports below {below}")


class Server:
    """A running child process with its log file.

    It hangs on a pipe that only this process holds (see `guard`), so that it
    ends with us in any case. ``grace`` is the time in seconds from SIGTERM to SIGKILL. Both output
    streams go to ``log``, unless ``said`` takes the standard one. A server that ends by itself is
    started again, ``restarts`` times at most.
    """

    def __init__(  # noqa: PLR0913  # all but two by name
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        cwd: Path,
        env: Mapping[str, str],
        grace: float = GRACE_SECONDS,
        said: Path | None = None,
        restarts: int = 0,
    ) -> None:
        guard = Path(__file__).with_name("guard.py")
        self.name = name
        self.log = log
        with log.open("ab") as sink, (said or log).open("ab") as spoken:
            self._process = subprocess.Popen(  # noqa: S603  # fixed commands, no shell
                [sys.executable, "-I", str(guard), str(grace), str(restarts), *command],
                stdin=subprocess.PIPE,
                stdout=spoken,
                stderr=sink,
                cwd=cwd,
                env={**os.environ, **env},
                start_new_session=True,
            )

    def alive(self) -> bool:
        """Return whether the server has not ended for good."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Stop the server and everything it started; returns when they are gone."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(2 * GRACE_SECONDS + 2)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def tail(self) -> str:
        """Return the last lines of the log, for an error text."""
        text = self.log.read_text("utf-8", "replace")
        return "\n".join(text.splitlines()[-_TAIL_LINES:])

    def wait_ready(
        self,
        port: int,
        path: str,
        *,
        seconds: float = READY_SECONDS,
        statuses: range = range(200, 300),
        authority: Path | None = None,
    ) -> None:
        """Return once an unsigned ``GET path`` on the loopback port answers one of ``statuses``.

        ``authority`` is the PEM file to trust where the port speaks TLS.
        Raises `LaunchError`, with the end of the log, when the server dies or ``seconds`` pass.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.alive():
                raise LaunchError(f"{self.name} ended while starting; its log says:\n{self.tail()}")
            if _status(port, path, authority) in statuses:
                return
            time.sleep(_POLL_SECONDS)
        raise LaunchError(
            f"{self.name} was not ready within {seconds:g} seconds; its log says:\n{self.tail()}"
        )


def _status(port: int, path: str, authority: Path | None) -> int:
    """Return the status that the loopback port answers, 0 when no answer comes."""
    if authority is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    else:
        trusted = ssl.create_default_context(cafile=authority)
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=2, context=trusted)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


@contextlib.contextmanager
def running(  # noqa: PLR0913  # all but two by name
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    grace: float = GRACE_SECONDS,
    said: Path | None = None,
    restarts: int = 0,
) -> Iterator[Server]:
    """Run a command as a `Server` and stop it at the end, whatever ends the block."""
    server = Server(
        name,
        command,
        log=log,
        cwd=cwd,
        env=env or {},
        grace=grace,
        said=said,
        restarts=restarts,
    )
    try:
        yield server
    finally:
        server.stop()
