"""Starts a server that we know, by the name that a profile's ``launcher`` gives it."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.data_folder import workplace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

    from conformance.targets.launchers.running import Running


@dataclass(frozen=True, slots=True)
class Launcher:
    """How one known server is started; its module is loaded when it is asked for."""

    module: str
    """Below `conformance.targets.launchers`."""
    function: str

    @property
    def start(self) -> Callable[[Path], AbstractContextManager[Running]]:
        """Starts the server with its data in a folder, and stops it at the end of the block."""
        start: Callable[[Path], AbstractContextManager[Running]] = getattr(
            self._loaded(), self.function
        )
        return start

    @property
    def install(self) -> str:
        """The command that installs it; empty when it comes with this package."""
        return str(getattr(self._loaded(), "INSTALL", ""))

    def _loaded(self) -> ModuleType:
        return import_module(f"conformance.targets.launchers.{self.module}")


LAUNCHERS: Final = {
    "reference": Launcher("reference", "reference"),
    "ceph-rgw": Launcher("ceph", "ceph_rgw"),
    "juicefs": Launcher("juicefs", "juicefs"),
    "localstack": Launcher("localstack", "localstack"),
    "ministack": Launcher("ministack", "ministack"),
    "moto": Launcher("moto", "moto"),
    "moto-auth": Launcher("moto", "moto_auth"),
    "rclone": Launcher("rclone", "rclone"),
    "seaweedfs": Launcher("seaweedfs", "seaweedfs"),
    "swift": Launcher("swift", "swift"),
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
