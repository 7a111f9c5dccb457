"""The embedded reference endpoint, in a process (and so an interpreter lock) of its own."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from conformance.targets.launchers.process import READY_SECONDS, LaunchError, Server, running
from conformance.targets.launchers.running import Running
from conformance.version import __version__
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator

_POLL_SECONDS = 0.01


class _Ready(BaseModel):
    """The line that the reference prints once it listens."""

    endpoint_url: str
    tls_endpoint_url: str
    ca_file: Path
    region: str
    access_key: str
    secret_key: str
    alt_access_key: str
    alt_secret_key: str


@contextmanager
def reference(folder: Path) -> Iterator[Running]:
    """Start the reference on two free loopback ports (HTTP and TLS), logging into ``folder``."""
    log = folder / "reference.log"
    said = folder / "said"  # holds key pairs, so it is no log and goes with the folder
    said.touch(mode=0o600)
    # -P and the path: what is imported is this package, whatever lies in the working folder.
    command = [sys.executable, "-P", "-m", "conformance.reference"]
    options = ["--json", "--until-parent-exits", "--movable-clock"]
    environment = {"PYTHONPATH": str(Path(__file__).parents[3])}
    with running(
        "the reference",
        [*command, *options],
        log=log,
        cwd=folder,
        env=environment,
        said=said,
    ) as server:
        ready = _wait(server, said)
        yield Running(
            endpoint_url=ready.endpoint_url,
            tls_endpoint_url=ready.tls_endpoint_url,
            ca_file=ready.ca_file,
            region=ready.region,
            main=Identity(ready.access_key, ready.secret_key),
            alt=Identity(ready.alt_access_key, ready.alt_secret_key),
            version=f"s3-conformance reference {__version__}",
            log=log,
        )


def _wait(server: Server, said: Path) -> _Ready:
    """Return what the reference says of itself as soon as it has said it."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        for line in said.read_text("utf-8").splitlines(keepends=True):
            if line.startswith("{") and line.endswith("\n"):
                try:
                    return _Ready.model_validate(json.loads(line))
                except (json.JSONDecodeError, ValidationError):
                    # The cause would repeat what was said, and that holds key pairs.
                    raise LaunchError("the reference began with an unknown line") from None
        if not server.alive():
            break
        time.sleep(_POLL_SECONDS)
    raise LaunchError(f"the reference did not start; it says:\n{server.tail()}")
