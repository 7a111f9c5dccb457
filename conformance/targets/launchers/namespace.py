"""Runs a server in a network namespace, reached over a relay at a loopback port."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.process import LaunchError, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.targets.launchers.process import Server

_SOCKET: Final = "relay.sock"
"""In the folder that both processes run in: the path of a socket may have 107 bytes."""
_WAYS: Final = (("--net",), ("--net", "--map-root-user"))
"""As root, and where any user may have namespaces."""
_SECONDS: Final = 10


def namespace_words(server: str) -> tuple[str, ...]:
    """Return the words in front of a command that give it a network of its own.

    Raises `LaunchError` where the system has none to give.
    """
    program = shutil.which("unshare")
    for way in _WAYS if program is not None else ():
        words = (str(program), *way, "--")
        done = subprocess.run(  # noqa: S603  # util-linux's program and our own words, no shell
            [*words, "true"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=_SECONDS,
        )
        if done.returncode == 0:
            return words
    raise LaunchError(
        f"{server} listens on all interfaces, so it is started in a network namespace alone, and "
        "this system gives none (tried: unshare --net)"
    )


@contextmanager
def confined(
    name: str,
    command: Sequence[str],
    *,
    inner_port: int,
    port: int,
    log: Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run a command in a namespace, with its ``inner_port`` at our loopback ``port``.

    Both ends of the relay, and the server with all that it starts, are gone after the block.
    """
    relay = [sys.executable, "-I", str(Path(__file__).with_name("relay.py"))]
    inside = [*namespace_words(name), *relay, "within", _SOCKET, str(inner_port), *command]
    outside = [*relay, "outside", str(port), _SOCKET]
    with (
        running(name, inside, log=log, cwd=cwd, env=env) as server,
        running(f"the relay of {name}", outside, log=log, cwd=cwd),
    ):
        yield server
