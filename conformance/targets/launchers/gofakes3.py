"""gofakes3, a test double in Go, with its objects in memory."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.embedded import go_version
from conformance.targets.launchers.process import free_ports, running
from conformance.targets.launchers.programs import find_program
from conformance.targets.launchers.recipes import hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSTALL: Final = hint("gofakes3")
MODULE: Final = "github.com/johannesboyne/gofakes3"
VIRTUAL_HOST_BASE: Final = "s3.localhost"
"""As in the profile."""


@contextmanager
def gofakes3(folder: Path) -> Iterator[Running]:
    """Start ``gofakes3`` with its memory backend on a free loopback port.

    It checks no signature, so any key pair is as good as another.
    """
    program = find_program("gofakes3", "gofakes3", INSTALL)
    (port,) = free_ports(1)
    command = [
        str(program), "-backend", "memory", "-host", f"127.0.0.1:{port}",
        # It compares the whole Host header, with the port.
        "-hostbucketbase", f"{VIRTUAL_HOST_BASE}:{port}",
    ]  # fmt: skip
    log = folder / "gofakes3.log"
    with running("gofakes3", command, log=log, cwd=folder) as server:
        server.wait_ready(port, "/")
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            main=Identity("AKIAGOFAKESMAIN00001", secrets.token_hex(20)),
            version=f"gofakes3 {go_version(program, MODULE)}".rstrip(),
            log=log,
        )
