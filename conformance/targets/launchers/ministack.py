"""MiniStack, from the package of that name."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.process import free_ports, running
from conformance.targets.launchers.programs import find_python, package_version
from conformance.targets.launchers.recipes import hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSTALL: Final = hint("ministack")
_MAIN_ACCOUNT: Final = "111111111111"
_ALT_ACCOUNT: Final = "222222222222"


@contextmanager
def ministack(folder: Path) -> Iterator[Running]:
    """Start MiniStack as it comes on a free loopback port, with two accounts.

    An access key of twelve digits is the root of the account of that number, and one secret is
    good for all of them. It is checked in presigned URLs alone.
    """
    python = find_python("ministack", INSTALL, "ministack")
    (port,) = free_ports(1)
    log = folder / "ministack.log"
    secret = secrets.token_hex(20)
    environment = {
        "AWS_SECRET_ACCESS_KEY": secret,
        "BIND_HOST": "127.0.0.1",  # all interfaces otherwise
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",  # a second listener otherwise
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(folder / "state"),
        "TMPDIR": str(folder),
        "HOME": str(folder),
    }
    command = [str(python), "-P", "-m", "ministack"]
    with running("MiniStack", command, log=log, cwd=folder, env=environment) as server:
        server.wait_ready(port, "/_ministack/health")
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            main=Identity(_MAIN_ACCOUNT, secret),
            alt=Identity(_ALT_ACCOUNT, secret),
            version=f"MiniStack {package_version('ministack', python)}".rstrip(),
            log=log,
        )
