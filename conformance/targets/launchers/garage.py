"""Garage, as a cluster of one node, with two keys."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.process import LaunchError, free_ports, running
from conformance.targets.launchers.programs import done_by, find_program, said_by
from conformance.targets.launchers.recipes import hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSTALL: Final = hint("garage")
REGION: Final = "garage"
"""Its default; it takes signatures for no other."""
VIRTUAL_HOST_BASE: Final = "s3.localhost"
"""As in the profile."""
_CONFIGURATION: Final = """\
metadata_dir = "{folder}/meta"
data_dir = "{folder}/data"
db_engine = "lmdb"
replication_factor = 1
rpc_bind_addr = "127.0.0.1:{rpc}"
rpc_public_addr = "127.0.0.1:{rpc}"
rpc_secret = "{rpc_secret}"

[s3_api]
s3_region = "{region}"
api_bind_addr = "127.0.0.1:{port}"
root_domain = ".{domain}"

[admin]
api_bind_addr = "127.0.0.1:{admin}"
admin_token = "{token}"
"""


@contextmanager
def garage(folder: Path) -> Iterator[Running]:
    """Start Garage on free loopback ports, with its database of metadata in LMDB.

    The second key may make buckets, and sees no bucket of the first: names of buckets made by S3
    are each key's own.
    """
    program = find_program("garage", "garage", INSTALL)
    main, alt = _key(), _key()
    port, admin, rpc = free_ports(3)
    settings = folder / "garage.toml"
    settings.touch(mode=0o600)
    settings.write_text(
        _CONFIGURATION.format(
            folder=folder, port=port, admin=admin, rpc=rpc, region=REGION,
            domain=VIRTUAL_HOST_BASE, rpc_secret=secrets.token_hex(32), token=secrets.token_hex(32),
        ),
        "utf-8",
    )  # fmt: skip
    garage = (str(program), "-c", str(settings))
    environment = {
        "GARAGE_DEFAULT_ACCESS_KEY": main.access_key,
        "GARAGE_DEFAULT_SECRET_KEY": main.secret_key,
    }
    log = folder / "garage.log"
    command = [*garage, "server", "--single-node", "--default-access-key"]
    with running("Garage", command, log=log, cwd=folder, env=environment) as server:
        server.wait_ready(admin, "/health")
        for words in (
            ("import", "--yes", alt.access_key, alt.secret_key, "-n", "alt"),
            ("allow", "--create-bucket", "alt"),
            ("allow", "--create-bucket", main.access_key),
        ):
            _set_up(*garage, "key", *words)
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            region=REGION,
            main=main,
            alt=alt,
            version=_version(said_by(program, "--version")),
            log=log,
        )


def _key() -> Identity:
    """Make a key pair of the form that Garage imports."""
    return Identity(f"GK{secrets.token_hex(12)}", secrets.token_hex(32))


def _set_up(*command: str) -> None:
    """Run the command line of the running server; it is where second keys come from."""
    if wrong := done_by(*command):
        raise LaunchError(f"Garage took no second key: {wrong}")


def _version(text: str) -> str:
    """Return ``Garage 2.5.0`` from ``garage cargo:2.5.0 [features: …]``."""
    words = text.split()
    return f"Garage {words[1].rpartition(':')[2].removeprefix('v')}" if len(words) > 1 else "Garage"
