"""Starts a server that we know, by the name that a profile's ``launcher`` gives it."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.targets import (
    launch_ceph,
    launch_juicefs,
    launch_localstack,
    launch_ministack,
    launch_moto,
    launch_rclone,
    launch_reference,
    launch_seaweedfs,
    launch_swift,
)
from conformance.targets.workplace import workplace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conformance.targets.running import Running


@dataclass(frozen=True, slots=True)
class Launcher:
    """How one known server is started, and how a user gets it."""

    start: Callable[[Path], AbstractContextManager[Running]]
    install: str
    """The command that installs it; empty when it comes with this package."""


LAUNCHERS: Final = {
    "reference": Launcher(launch_reference.reference, ""),
    "ceph-rgw": Launcher(launch_ceph.ceph_rgw, launch_ceph.INSTALL),
    "juicefs": Launcher(launch_juicefs.juicefs, launch_juicefs.INSTALL),
    "localstack": Launcher(launch_localstack.localstack, launch_localstack.INSTALL),
    "ministack": Launcher(launch_ministack.ministack, launch_ministack.INSTALL),
    "moto": Launcher(launch_moto.moto, launch_moto.INSTALL),
    "moto-auth": Launcher(launch_moto.moto_auth, launch_moto.INSTALL),
    "rclone": Launcher(launch_rclone.rclone, launch_rclone.INSTALL),
    "seaweedfs": Launcher(launch_seaweedfs.seaweedfs, launch_seaweedfs.INSTALL),
    "swift": Launcher(launch_swift.swift, launch_swift.INSTALL),
}


@contextmanager
def launched(name: str, log_folder: Path | None = None) -> Iterator[Running]:
    """Start the server ``name``, yield how to reach it, and stop it at the end of the block.

    Its data lives in a temporary folder that goes with it; its log too, unless ``log_folder`` (made
    when missing) is given. Raises `LaunchError` when it is not installed or does not start.
    """
    with workplace() as work, LAUNCHERS[name].start(work) as server:
        try:
            yield server
        finally:
            if log_folder is not None and server.log.read_bytes():
                log_folder.mkdir(parents=True, exist_ok=True)
                (log_folder / "server.log").write_bytes(server.log.read_bytes())
