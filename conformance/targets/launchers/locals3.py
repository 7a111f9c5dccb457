"""LocalS3, a test double in Java, in a network namespace.

It is a library that listens on all interfaces and has no option for that; the program that starts
it is ours.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from pathlib import Path
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

INSTALL: Final = hint("locals3")
_PROGRAM: Final = Path(__file__).with_name("locals3_files") / "Main.java"
_INNER_PORT: Final = 9090
_READY_SECONDS: Final = 60.0


@contextmanager
def locals3(folder: Path) -> Iterator[Running]:
    """Start LocalS3 over HTTP with its data in memory, reached at a free loopback port.

    It checks no signature, so any key pair is as good as another.
    """
    jar = find_file(RECIPES["locals3"].jar, "locals3", INSTALL)
    java = find_java("LocalS3", RECIPES["locals3"].java)
    (port,) = free_ports(1)
    command = [
        str(java), *OPTIONS, f"-Djava.io.tmpdir={folder}", "-cp", str(jar.parent / "*"),
        str(_PROGRAM), str(_INNER_PORT),
    ]  # fmt: skip
    log = folder / "locals3.log"
    with confined(
        "LocalS3", command, inner_port=_INNER_PORT, port=port, log=log, cwd=folder
    ) as server:
        server.wait_ready(port, "/", seconds=_READY_SECONDS)
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            main=Identity("AKIALOCALS3MAIN00001", secrets.token_hex(20)),
            version=f"LocalS3 {_version(jar)}".rstrip(),
            log=log,
        )


def _version(jar: Path) -> str:
    """Return the archive's version: its own, else that of its name, which Maven gave it."""
    own = jar_version(jar, "io.github.robothy", "local-s3-rest")
    return own or jar.stem.removeprefix("local-s3-rest-")
