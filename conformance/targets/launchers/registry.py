"""Starts a server that we know, by the name that a profile's ``launcher`` gives it."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.data_folder import workplace
from conformance.targets.launchers.recipes import hint

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
    recipe: str = ""
    """Its name in the table of recipes; empty when it comes with this package."""

    @property
    def start(self) -> Callable[[Path], AbstractContextManager[Running]]:
        """Starts the server with its data in a folder, and stops it at the end of the block."""
        start: Callable[[Path], AbstractContextManager[Running]] = getattr(
            self._loaded(), self.function
        )
        return start

    @property
    def install(self) -> str:
        """What to do when it is missing; empty when it comes with this package."""
        return hint(self.recipe) if self.recipe else ""

    def _loaded(self) -> ModuleType:
        return import_module(f"conformance.targets.launchers.{self.module}")


LAUNCHERS: Final = {
    "reference": Launcher("reference", "reference"),
    "ceph-rgw": Launcher("ceph", "ceph_rgw", "ceph-rgw"),
    "garage": Launcher("garage", "garage", "garage"),
    "gofakes3": Launcher("gofakes3", "gofakes3", "gofakes3"),
    "juicefs": Launcher("juicefs", "juicefs", "juicefs"),
    "localstack": Launcher("localstack", "localstack", "localstack"),
    "locals3": Launcher("locals3", "locals3", "locals3"),
    "minio": Launcher("minio", "minio", "minio"),
    "minio-tls": Launcher("minio", "minio_tls", "minio"),
    "ministack": Launcher("ministack", "ministack", "ministack"),
    "moto": Launcher("moto", "moto", "moto"),
    "moto-auth": Launcher("moto", "moto_auth", "moto"),
    "rclone": Launcher("rclone", "rclone", "rclone"),
    "s3mock": Launcher("s3mock", "s3mock", "s3mock"),
    "s3proxy": Launcher("s3proxy", "s3proxy", "s3proxy"),
    "s3s-fs": Launcher("s3s_fs", "s3s_fs", "s3s-fs"),
    "seaweedfs": Launcher("seaweedfs", "seaweedfs", "seaweedfs"),
    "swift": Launcher("swift", "swift", "swift"),
    "versitygw": Launcher("versitygw", "versitygw", "versitygw"),
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
