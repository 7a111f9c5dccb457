"""S3Proxy, a gateway in Java, over a local folder."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.embedded import jar_version
from conformance.targets.launchers.java import OPTIONS, find_java
from conformance.targets.launchers.process import free_ports, running
from conformance.targets.launchers.programs import find_file
from conformance.targets.launchers.recipes import RECIPES, hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSTALL: Final = hint("s3proxy")
_MOST_BYTES: Final = 128 * 1024 * 1024
"""Of a body that is not sent in chunks; it is held in memory to be checked."""
_CONFIGURATION: Final = """\
s3proxy.endpoint=http://127.0.0.1:{port}
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity={keys.access_key}
s3proxy.credential={keys.secret_key}
s3proxy.v4-max-non-chunked-request-size={most}
jclouds.provider=filesystem-nio2
jclouds.identity=local
jclouds.credential=local
jclouds.filesystem.basedir={data}
"""


@contextmanager
def s3proxy(folder: Path) -> Iterator[Running]:
    """Start S3Proxy on a free loopback port, with its provider ``filesystem-nio2``.

    It has one key pair, which it checks.
    """
    jar = find_file(RECIPES["s3proxy"].jar, "s3proxy", INSTALL)
    java = find_java("S3Proxy", RECIPES["s3proxy"].java)
    main = Identity("AKIAS3PROXYMAIN00001", secrets.token_hex(20))
    data = folder / "data"
    data.mkdir()
    (port,) = free_ports(1)
    settings = folder / "s3proxy.conf"
    settings.touch(mode=0o600)
    text = _CONFIGURATION.format(port=port, keys=main, most=_MOST_BYTES, data=data)
    settings.write_text(text, "utf-8")
    command = [
        str(java), *OPTIONS, f"-Djava.io.tmpdir={folder}",
        "-jar", str(jar), "--properties", str(settings),
    ]  # fmt: skip
    log = folder / "s3proxy.log"
    with running("S3Proxy", command, log=log, cwd=folder) as server:
        server.wait_ready(port, "/", statuses=range(200, 500))
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            main=main,
            version=f"S3Proxy {jar_version(jar, 'org.gaul', 's3proxy')}".rstrip(),
            log=log,
        )
