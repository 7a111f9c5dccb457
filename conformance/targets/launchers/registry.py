"""Starts a server that we know, by the name that a profile's ``launcher`` gives it."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers import ceph as launch_ceph
from conformance.targets.launchers import juicefs as launch_juicefs
from conformance.targets.launchers import localstack as launch_localstack
from conformance.targets.launchers import ministack as launch_ministack
from conformance.targets.launchers import moto as launch_moto
from conformance.targets.launchers import rclone as launch_rclone
from conformance.targets.launchers import reference as launch_reference
from conformance.targets.launchers import seaweedfs as launch_seaweedfs
from conformance.targets.launchers import swift as launch_swift
from conformance.targets.launchers.data_folder import workplace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conformance.targets.launchers.running import Running


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
