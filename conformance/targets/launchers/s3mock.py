"""Adobe's S3Mock, a test double in Java, in a network namespace.

Its second port listens on all interfaces and has no option for that.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.embedded import jar_version
from conformance.targets.launchers.java import OPTIONS, find_java
from conformance.targets.launchers.namespace import confined
from conformance.targets.launchers.process import free_ports
from conformance.targets.launchers.programs import find_file
from conformance.targets.launchers.recipes import RECIPES, hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSTALL: Final = hint("s3mock")
KMS_KEY: Final = "arn:aws:kms:us-east-1:111122223333:key/s3-conformance"
"""As in the profile."""
_INNER_PORT: Final = 9090
_READY_SECONDS: Final = 120.0
"""It starts Spring, which takes a busy machine most of a minute."""


@contextmanager
def s3mock(folder: Path) -> Iterator[Running]:
    """Start S3Mock over HTTP, reached at a free loopback port.

    It checks no signature, so any key pair is as good as another.
    """
    jar = find_file(RECIPES["s3mock"].jar, "s3mock", INSTALL)
    java = find_java("S3Mock", RECIPES["s3mock"].java)
    data = folder / "data"
    data.mkdir()
    (port,) = free_ports(1)
    command = [
        str(java), *OPTIONS, f"-Djava.io.tmpdir={folder}", "-jar", str(jar),
        "--server.ssl.enabled=false", "--server.address=127.0.0.1",
        f"--server.port={_INNER_PORT}", "--http.port=0",
        f"--com.adobe.testing.s3mock.store.root={data}",
    ]  # fmt: skip
    environment = {"COM_ADOBE_TESTING_S3MOCK_STORE_VALID_KMS_KEYS": KMS_KEY}
    log = folder / "s3mock.log"
    with confined(
        "S3Mock", command, inner_port=_INNER_PORT, port=port, log=log, cwd=folder, env=environment
    ) as server:
        server.wait_ready(port, "/", seconds=_READY_SECONDS)
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            main=Identity("AKIAS3MOCKMAIN000001", secrets.token_hex(20)),
            version=f"S3Mock {jar_version(jar, 'com.adobe.testing', 's3mock')}".rstrip(),
            log=log,
        )
