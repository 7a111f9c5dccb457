"""LocalStack's S3, in host mode: the package ``localstack-core``, no container and no account."""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.process import free_ports, running
from conformance.targets.launchers.programs import find_python, package_version
from conformance.targets.launchers.recipes import hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator

INSTALL: Final = hint("localstack")
STORAGE: Final = Path("/tmp/localstack-s3-storage")  # noqa: S108  # where it stores, always
_OURS: Final = "s3-conformance-*"


@contextmanager
def _without_storage() -> Iterator[None]:
    """Remove the folders of buckets of runs that LocalStack leaves in /tmp, whatever TMPDIR says.

    Only those that came within the block: another LocalStack has its buckets there too.
    """
    before = set(STORAGE.glob(_OURS))
    try:
        yield
    finally:
        for folder in set(STORAGE.glob(_OURS)) - before:
            shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # it does not exist, or not empty
            STORAGE.rmdir()


@contextmanager
def localstack(folder: Path) -> Iterator[Running]:
    """Start LocalStack with S3 and KMS on a free loopback port, with two accounts.

    An access key of twelve digits is the number of an account; signatures are not checked. It
    brings many pinned packages, so it wants a virtual environment of its own.
    """
    python = find_python("localstack", INSTALL, "localstack.runtime.main")
    (port,) = free_ports(1)
    log = folder / "localstack.log"
    environment = {
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "GATEWAY_SERVER": "hypercorn",  # the default one listens on all interfaces
        "LOCALSTACK_HOST": f"127.0.0.1:{port}",
        "SERVICES": "s3,kms,sts,iam",
        "STRICT_SERVICE_LOADING": "1",
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        "FILESYSTEM_ROOT": str(folder / "root"),
        "OVERRIDE_IN_DOCKER": "0",  # within a container it would write to /var/lib/localstack
        "TMPDIR": str(folder),
        "HOME": str(folder),
    }
    command = [str(python), "-P", "-m", "localstack.runtime.main"]
    with (
        _without_storage(),
        running("LocalStack", command, log=log, cwd=folder, env=environment) as server,
    ):
        server.wait_ready(port, "/_localstack/health")
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            main=Identity("111111111111", "main-secret"),
            alt=Identity("222222222222", "alt-secret"),
            version=f"LocalStack {package_version('localstack-core', python)}".rstrip(),
            log=log,
        )
