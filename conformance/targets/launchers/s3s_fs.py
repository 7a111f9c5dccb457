"""s3s-fs, the example server of the Rust framework s3s, over a local folder."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.process import free_ports, running
from conformance.targets.launchers.programs import find_program, said_by
from conformance.targets.launchers.recipes import hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSTALL: Final = hint("s3s-fs")
VIRTUAL_HOST_BASE: Final = "s3.localhost"
"""As in the profile."""


@contextmanager
def s3s_fs(folder: Path) -> Iterator[Running]:
    """Start ``s3s-fs`` on a free loopback port with one key pair, which it checks.

    It takes the pair on its command line alone, where others on this machine can read it.
    """
    program = find_program("s3s-fs", "s3s-fs", INSTALL)
    main = Identity("AKIAS3SFSMAIN0000001", secrets.token_hex(20))
    data = folder / "data"
    data.mkdir()
    (port,) = free_ports(1)
    command = [
        str(program), "--host", "127.0.0.1", "--port", str(port), "--domain", VIRTUAL_HOST_BASE,
        "--access-key", main.access_key, "--secret-key", main.secret_key, str(data),
    ]  # fmt: skip
    log = folder / "s3s-fs.log"
    with running("s3s-fs", command, log=log, cwd=folder) as server:
        server.wait_ready(port, "/", statuses=range(200, 500))
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            main=main,
            version=said_by(program, "--version").strip() or "s3s-fs",
            log=log,
        )
