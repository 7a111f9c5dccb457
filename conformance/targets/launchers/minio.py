"""MinIO on one drive, over HTTP or TLS, with a key for SSE and a second user."""

from __future__ import annotations

import base64
import secrets
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.certificate import make_certificate
from conformance.targets.launchers.embedded import go_version
from conformance.targets.launchers.minio_admin import add_user
from conformance.targets.launchers.process import free_ports, running
from conformance.targets.launchers.programs import find_program, find_python
from conformance.targets.launchers.recipes import hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from conformance.targets.launchers.certificate import Certificate

INSTALL: Final = hint("minio")
MODULE: Final = "github.com/minio/minio"
KMS_KEY: Final = "conformance-key"
VIRTUAL_HOST_BASE: Final = "s3.localhost"
"""Both as in the profile."""


def minio(folder: Path) -> AbstractContextManager[Running]:
    """Start ``minio server`` on a free loopback port over HTTP.

    One process speaks either HTTP or TLS, and two can't share a drive. The second user's policy
    allows buckets whose names begin with ``s3-conformance-alt-``.
    """
    return _started(folder, None)


def minio_tls(folder: Path) -> AbstractContextManager[Running]:
    """Start it likewise with a certificate, so that it speaks TLS and takes SSE-C."""
    return _started(folder, make_certificate(folder))


@contextmanager
def _started(folder: Path, certificate: Certificate | None) -> Iterator[Running]:
    program = find_program("minio", "minio", INSTALL)
    python = find_python("minio", INSTALL, "minio")
    main = Identity("AKIAMINIOMAIN0000001", secrets.token_hex(20))
    alt = Identity("AKIAMINIOALT00000001", secrets.token_hex(20))
    for name in ("data", "certs"):
        (folder / name).mkdir()
    authority = None
    if certificate is not None:
        shutil.copy(certificate.chain, folder / "certs" / "public.crt")
        shutil.copy(certificate.key, folder / "certs" / "private.key")
        authority = certificate.authority
    (port,) = free_ports(1)
    command = [
        str(program), "server", "--quiet", "--certs-dir", str(folder / "certs"),
        "--address", f"127.0.0.1:{port}", str(folder / "data"),
    ]  # fmt: skip
    environment = {
        "MINIO_ROOT_USER": main.access_key,
        "MINIO_ROOT_PASSWORD": main.secret_key,
        "MINIO_UPDATE": "off",
        "MINIO_BROWSER": "off",
        "MINIO_DOMAIN": VIRTUAL_HOST_BASE,
        "MINIO_KMS_SECRET_KEY": f"{KMS_KEY}:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        "MINIO_CI_CD": "1",  # takes a folder in memory, and one on the drive of the system
        "HOME": str(folder),
    }
    log = folder / "minio.log"
    with running("MinIO", command, log=log, cwd=folder, env=environment) as server:
        server.wait_ready(port, "/minio/health/live", authority=authority)
        add_user("MinIO", python, f"127.0.0.1:{port}", main, alt, authority=authority)
        yield Running(
            endpoint_url=f"{'http' if authority is None else 'https'}://127.0.0.1:{port}",
            ca_file=authority,
            main=main,
            alt=alt,
            version=f"MinIO {go_version(program, MODULE)}".rstrip(),
            log=log,
        )
