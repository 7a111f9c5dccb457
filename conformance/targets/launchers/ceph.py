"""Ceph's RADOS Gateway on a cluster of one monitor and one memory store, from Debian's packages.

No manager and no systemd: three processes in the foreground. What a cluster keeps safe by size and
replicas is set as small as it goes; what the gateway answers does not depend on it.
"""

from __future__ import annotations

import secrets
import subprocess
import uuid
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.ceph_conf import configuration
from conformance.targets.launchers.certificate import make_certificate
from conformance.targets.launchers.process import LaunchError, free_ports, running
from conformance.targets.launchers.programs import find_program, said_by
from conformance.targets.launchers.recipes import hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.targets.launchers.process import Server

INSTALL: Final = hint("ceph-rgw")
_SET_UP_SECONDS: Final = 60
_RESTARTS: Final = 20
"""Of the gateway, which some requests end; systemd starts it again where it is installed."""
_KEYS: Final = {
    "mon.": ("mon", "allow *"),
    "client.admin": ("mon", "allow *", "osd", "allow *", "mgr", "allow *"),
    "osd.0": ("mon", "allow profile osd", "osd", "allow *"),
    "client.rgw.a": ("mon", "allow rw", "osd", "allow rwx"),
}
"""Whose keys are made, and what each may do."""


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Where a cluster's files are, and how its short commands are run."""

    folder: Path
    log: Path

    def do(self, program: str, *words: str) -> None:
        """Run a command to its end; raises `LaunchError` with what it said when it fails."""
        command = [self.path(program), *words]
        try:
            done = subprocess.run(  # noqa: S603  # Ceph's own programs, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                cwd=self.folder,
                check=False,
                timeout=_SET_UP_SECONDS,
            )
        except subprocess.TimeoutExpired:
            tail = "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-15:])
            raise LaunchError(f"{program} {words[0]} did not end; the log says:\n{tail}") from None
        if done.returncode != 0:
            raise LaunchError(f"{program} {' '.join(words[:3])} failed:\n{done.stdout[-2000:]}")

    def path(self, program: str) -> str:
        """Return where one of Ceph's programs is; raises `LaunchError` when it is missing."""
        return str(find_program(program, "ceph-rgw", INSTALL))


@contextmanager
def ceph_rgw(folder: Path) -> Iterator[Running]:
    """Start a cluster and its gateway in ``folder``, over HTTP and TLS, with two users.

    The users are real owners, each with its own buckets, objects and rights.
    """
    cluster = _Cluster(folder, folder / "ceph.log")
    for program in ("ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "ceph"):
        cluster.path(program)
    http, tls, mon = free_ports(3)
    certificate = make_certificate(folder)
    fsid = str(uuid.uuid4())
    for name in ("mon", "osd", "run"):
        (folder / name).mkdir()
    text = configuration(
        folder, fsid=fsid, http=http, tls=tls, mon=mon, certificate=certificate.pair
    )
    settings = folder / "ceph.conf"
    settings.touch(mode=0o600)
    settings.write_text(text, "utf-8")
    _make_monitor(cluster, fsid, mon)
    main = Identity("AKIACEPHMAIN00000001", secrets.token_hex(20))
    alt = Identity("AKIACEPHALT000000001", secrets.token_hex(20))
    with ExitStack() as stack:

        def start(program: str, *words: str, restarts: int = 0) -> Server:
            command = [cluster.path(program), "-c", "ceph.conf", *words, "-f"]
            server = running(program, command, log=cluster.log, cwd=folder, restarts=restarts)
            return stack.enter_context(server)

        start("ceph-mon", "-i", "a", "--no-mon-config")
        _make_store(cluster)
        start("ceph-osd", "-i", "0")
        gateway = start("radosgw", "-n", "client.rgw.a", restarts=_RESTARTS)
        gateway.wait_ready(http, "/", statuses=range(200, 500))
        _make_user(cluster, "main", main)
        _make_user(cluster, "alt", alt)
        yield Running(
            endpoint_url=f"http://127.0.0.1:{http}",
            tls_endpoint_url=f"https://127.0.0.1:{tls}",
            ca_file=certificate.authority,
            main=main,
            alt=alt,
            version=_version(said_by(cluster.path("radosgw"), "--version")),
            log=cluster.log,
        )


def _make_monitor(cluster: _Cluster, fsid: str, port: int) -> None:
    """Make the cluster's keys, its map, and the monitor's store."""
    for name, rights in _KEYS.items():
        caps = [
            w
            for who, what in zip(rights[::2], rights[1::2], strict=True)
            for w in ("--cap", who, what)
        ]
        create = ("--create-keyring",) if name == "mon." else ()
        cluster.do("ceph-authtool", *create, "keyring", "--gen-key", "-n", name, *caps)
    address = f"[v2:127.0.0.1:{port}]"
    cluster.do(
        "monmaptool", "--create", "--fsid", fsid, "--enable-all-features", "--addv", "a", address,
        "monmap",
    )  # fmt: skip
    cluster.do(
        "ceph-mon", "-c", "ceph.conf", "--no-mon-config", "--keyring", "keyring", "--mkfs",
        "-i", "a", "--monmap", "monmap",
    )  # fmt: skip


def _make_store(cluster: _Cluster) -> None:
    """Make the one object store daemon known to the monitor, and its store."""
    identity = str(uuid.uuid4())
    cluster.do("ceph", "-c", "ceph.conf", "osd", "new", identity)
    (cluster.folder / "osd" / "keyring").write_bytes((cluster.folder / "keyring").read_bytes())
    cluster.do("ceph-osd", "-c", "ceph.conf", "-i", "0", "--mkfs", "--osd-uuid", identity)


def _make_user(cluster: _Cluster, name: str, keys: Identity) -> None:
    """Make a user of the gateway with that key pair."""
    cluster.do(
        "radosgw-admin", "-c", "ceph.conf", "-n", "client.rgw.a", "user", "create",
        "--uid", name, "--display-name", name, "--email", f"{name}@example.com",
        "--access-key", keys.access_key, "--secret-key", keys.secret_key,
    )  # fmt: skip


def _version(text: str) -> str:
    """Return ``Ceph RGW 16.2.15`` from ``ceph version 16.2.15 (…) pacific (stable)``."""
    words = text.split()
    return f"Ceph RGW {words[2]}" if len(words) > 2 else "Ceph RGW"
