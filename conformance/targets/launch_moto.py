"""moto's server, from the same Python environment."""

from __future__ import annotations

import importlib.util
import sys
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

from conformance.targets.process import LaunchError, free_ports, running
from conformance.targets.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def moto(folder: Path) -> Iterator[Running]:
    """Start ``moto_server`` as it comes, on a free loopback port, logging into ``folder``."""
    if importlib.util.find_spec("moto") is None or importlib.util.find_spec("flask") is None:
        raise LaunchError("moto's server is not installed: pip install 's3-conformance[moto]'")
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    log = folder / "moto.log"
    with running("moto", command, log=log, cwd=folder) as server:
        server.wait_ready(port, "/moto-api/")
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            main=Identity("AKIAMOTOMAIN00000001", "moto-main-secret"),
            alt=Identity("AKIAMOTOALT000000001", "moto-alt-secret"),
            version=f"moto {version('moto')}",
            log=log,
        )
