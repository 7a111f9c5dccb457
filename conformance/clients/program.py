"""Runs the program of a client and reads what it says: one JSON line a step."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from conformance.clients.installing import words_of
from conformance.clients.model import Ending, Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.clients.model import Client

_LINE_BYTES: Final = 64 * 1024
_READ_BYTES: Final = 64 * 1024
_ERROR_CHARACTERS: Final = 500
_KEPT_VARIABLES: Final = ("PATH", "LANG", "LC_ALL", "TZ", "JAVA_HOME", "DOTNET_ROOT", "SYSTEMROOT")


class Program:
    """One run of a client's program; iterate over its results, then look at `ending`.

    ``seconds`` is how long one step may take. The program gets a folder of its own as its home,
    and nothing of the user's environment but what finds programs: no key, proxy or configuration.
    """

    def __init__(
        self,
        client: Client,
        folder: Path,
        variables: Mapping[str, str],
        home: Path,
        *,
        seconds: float,
    ) -> None:
        self.ending = Ending()
        self._client = client
        self._seconds = seconds
        self._log = home / "stderr.txt"
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        places = {"HOME": str(home), "TMPDIR": str(home), "XDG_CONFIG_HOME": str(home / "config")}
        with self._log.open("wb") as sink:
            self._process = subprocess.Popen(  # noqa: S603  # a command of our own manifest
                words_of(client.run, client),
                cwd=folder,
                env={**kept, **places, **client.environment, **variables},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=sink,
                start_new_session=True,
            )

    def __iter__(self) -> Iterator[Result]:
        """Yield the results as they come; the program is gone when there are no more."""
        try:
            for line in self._lines():
                result = parse(line)
                if result is not None:
                    yield result
        finally:
            self._stop()

    def _lines(self) -> Iterator[bytes]:
        stream = self._process.stdout
        if stream is None:
            return
        buffer = b""
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            until = time.monotonic() + self._seconds
            while True:
                if not selector.select(max(0.0, until - time.monotonic())):
                    text = f"the step took longer than {self._seconds:g} s"
                    self.ending = Ending(reason=text, timed_out=True)
                    return
                data = os.read(stream.fileno(), _READ_BYTES)
                if not data:
                    self._ended()
                    return
                *lines, buffer = (buffer + data).split(b"\n")
                for line in lines:
                    yield line
                    until = time.monotonic() + self._seconds
                buffer = buffer[:_LINE_BYTES]

    def _ended(self) -> None:
        try:
            code = self._process.wait(self._seconds)
        except subprocess.TimeoutExpired:
            text = f"the program did not end within {self._seconds:g} s"
            self.ending = Ending(reason=text, timed_out=True)
            return
        if code not in (0, 1):
            self.ending = Ending(reason=f"the program ended with {code}{self._last_words()}")
        else:
            self.ending = Ending(reason=f"the program ended before{self._last_words()}")

    def _last_words(self) -> str:
        text = self._log.read_text("utf-8", "replace")
        lines = [line for line in text.splitlines() if line.strip()]
        return f": {lines[-1][:_ERROR_CHARACTERS]}" if lines else ""

    def _stop(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(3)
                break
        if self._process.stdout is not None:
            self._process.stdout.close()


def parse(line: bytes) -> Result | None:
    """Return what a line says; None for one that is not a result, as libraries may print."""
    try:
        tree: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(tree, dict) or not isinstance(tree.get("step"), str):
        return None
    status, ended = tree.get("status"), tree.get("ended")
    return Result(
        step=tree["step"],
        ok=tree.get("ok") is True,
        error=_text(tree.get("error")),
        code=_text(tree.get("code")),
        status=status if type(status) is int and 100 <= status <= 599 else None,
        ended=float(ended) if isinstance(ended, int | float) else time.time(),
    )


def _text(value: object) -> str:
    return value[:_ERROR_CHARACTERS] if isinstance(value, str) else ""
