"""Starts servers in Java that listen on all interfaces: in a network namespace, behind a relay."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.java import OPTIONS, find_java
from conformance.targets.launchers.namespace import confined
from conformance.targets.launchers.process import free_ports
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

INNER_PORT: Final = 9090
"""Where the server is told to listen; nobody else is in its namespace."""
_JAVA: Final = 17


@contextmanager
def confined_java(
    product: str,
    words: Sequence[str],
    *,
    folder: Path,
    version: str,
    access_key: str,
    seconds: float,
    env: Mapping[str, str] | None = None,
) -> Iterator[Running]:
    """Start ``java`` with these words, and yield how to reach it over HTTP.

    ``seconds`` is how long it may take to answer. Neither of these servers checks a signature, so
    any key pair is as good as another. Raises `LaunchError`.
    """
    java = find_java(product, _JAVA)
    (port,) = free_ports(1)
    log = folder / "server.log"
    command = [str(java), *OPTIONS, f"-Djava.io.tmpdir={folder}", *words]
    with confined(
        product, command, inner_port=INNER_PORT, port=port, log=log, cwd=folder, env=env
    ) as server:
        server.wait_ready(port, "/", seconds=seconds)
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            main=Identity(access_key, secrets.token_hex(20)),
            version=f"{product} {version}".rstrip(),
            log=log,
        )
