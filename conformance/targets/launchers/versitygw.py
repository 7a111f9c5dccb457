"""Versity S3 Gateway over a local folder: a process for HTTP and one for TLS, and two users."""

from __future__ import annotations

import json
import secrets
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.certificate import make_certificate
from conformance.targets.launchers.data_folder import takes_attributes
from conformance.targets.launchers.embedded import go_version
from conformance.targets.launchers.process import LaunchError, free_ports, running
from conformance.targets.launchers.programs import find_program
from conformance.targets.launchers.recipes import hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INSTALL: Final = hint("versitygw")
MODULE: Final = "github.com/versity/versitygw"
VIRTUAL_HOST_BASE: Final = "s3.localhost"
"""As in the profile."""
_ROLE: Final = "userplus"
"""Of a user who may make buckets; an admin, and root, stand above policies and ACLs."""


@contextmanager
def versitygw(folder: Path) -> Iterator[Running]:
    """Start two gateways on one folder, with HTTP and TLS, and versions in a folder beside it.

    Both identities are ordinary users. The filesystem of ``folder`` must take extended attributes.
    """
    program = find_program("versitygw", "versitygw", INSTALL)
    if not takes_attributes(folder):
        raise LaunchError(f"versitygw needs extended attributes, and {folder.parent} takes none")
    root, main, alt = (
        Identity(f"AKIAVERSITY{name}", secrets.token_hex(20))
        for name in ("ROOT00001", "MAIN00001", "ALT000001")
    )
    for name in ("iam", "root", "versions"):
        (folder / name).mkdir()
    _write_users(folder / "iam" / "users.json", main, alt)
    certificate = make_certificate(folder)
    port, tls = free_ports(2)
    environment = {
        "ROOT_ACCESS_KEY_ID": root.access_key,
        "ROOT_SECRET_ACCESS_KEY": root.secret_key,
        "HOME": str(folder),
    }
    log = folder / "versitygw.log"
    with ExitStack() as both:
        secured = ("--cert", str(certificate.chain), "--key", str(certificate.key))
        for own_port, options in ((tls, secured), (port, ())):
            command = [str(program), "--port", f"127.0.0.1:{own_port}", *options, *_words(folder)]
            server = both.enter_context(
                running("versitygw", command, log=log, cwd=folder, env=environment)
            )
        server.wait_ready(port, "/health")
        yield Running(
            endpoint_url=f"http://127.0.0.1:{port}",
            tls_endpoint_url=f"https://127.0.0.1:{tls}",
            ca_file=certificate.authority,
            main=main,
            alt=alt,
            version=f"versitygw {go_version(program, MODULE)}".rstrip(),
            log=log,
        )


def _words(folder: Path) -> tuple[str, ...]:
    """Return what both processes are told."""
    return (
        "--quiet", "--region", "us-east-1", "--iam-dir", str(folder / "iam"),
        "--health", "/health", "--virtual-domain", VIRTUAL_HOST_BASE,
        "posix", "--versioning-dir", str(folder / "versions"), str(folder / "root"),
    )  # fmt: skip


def _write_users(file: Path, *users: Identity) -> None:
    """Write the file in which the gateway keeps its users, so that no secret is on a command."""
    accounts = {
        user.access_key: {
            "access": user.access_key,
            "secret": user.secret_key,
            "role": _ROLE,
            "userID": 0,
            "groupID": 0,
            "projectID": 0,
        }
        for user in users
    }
    file.touch(mode=0o600)
    file.write_text(json.dumps({"accessAccounts": accounts}), "utf-8")
