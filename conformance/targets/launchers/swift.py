"""OpenStack Swift with its S3 API: proxy, account, container and object server of one node.

From the package ``swift`` alone. Each ring has one device, a folder; tempauth holds the users.
"""

from __future__ import annotations

import secrets
import subprocess
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.data_folder import takes_attributes
from conformance.targets.launchers.process import LaunchError, free_ports, running
from conformance.targets.launchers.programs import find_program, package_version
from conformance.targets.launchers.recipes import hint
from conformance.targets.launchers.running import Running
from conformance.wire.model import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.targets.launchers.process import Server

INSTALL: Final = hint("swift")
VIRTUAL_HOST_BASE: Final = "s3.localhost"
"""As in the profile."""
_BACKENDS: Final = ("account", "container", "object")
_SET_UP_SECONDS: Final = 30
_PIPELINE: Final = (
    "catch_errors", "gatekeeper", "healthcheck", "listing_formats", "bulk", "s3api", "tempauth",
    "copy", "slo", "dlo", "versioned_writes", "symlink",
)  # fmt: skip
"""The middleware of the proxy, in the order that the S3 API's documentation wants; no memcached."""
_CONFIGURED: Final = ("s3api", "slo", "tempauth", "versioned_writes")


@contextmanager
def swift(folder: Path) -> Iterator[Running]:
    """Start Swift in ``folder`` with two users, of whom the second has no rights of its own.

    An access key is ``account:user``. Buckets live in an account, so both users are of one; with
    ``s3_acl`` each user is an owner as an account is on AWS. The filesystem of ``folder`` must
    take extended attributes.
    """
    builder = find_program("swift-ring-builder", "swift", INSTALL)
    if not takes_attributes(folder):
        raise LaunchError(f"Swift needs extended attributes, and {folder.parent} takes none")
    main = Identity("main:main", secrets.token_hex(20))
    alt = Identity("main:alt", secrets.token_hex(20))
    proxy, *backends = free_ports(1 + len(_BACKENDS))
    ports = dict(zip(_BACKENDS, backends, strict=True))
    log = folder / "swift.log"
    (folder / "devices" / "d1").mkdir(parents=True)
    _write(folder / "swift.conf", _SWIFT_CONF, suffix=secrets.token_hex(8))
    for name, port in ports.items():
        _ring(builder, name, port, folder)
        _write(folder / f"{name}-server.conf", _BACKEND_CONF, folder=folder, name=name, port=port)
    _write(
        folder / "proxy-server.conf",
        _PROXY_CONF + "".join(_filter(name) for name in _PIPELINE if name not in _CONFIGURED),
        folder=folder,
        port=proxy,
        pipeline=" ".join(_PIPELINE),
        base=VIRTUAL_HOST_BASE,
        main_secret=main.secret_key,
        alt_secret=alt.secret_key,
    )
    with ExitStack() as stack:
        servers: dict[str, Server] = {}
        for name in (*_BACKENDS, "proxy"):
            program = find_program(f"swift-{name}-server", "swift", INSTALL)
            command = [str(program), str(folder / f"{name}-server.conf"), "--verbose"]
            one = running(f"Swift's {name} server", command, log=log, cwd=folder)
            servers[name] = stack.enter_context(one)
        for name, port in {**ports, "proxy": proxy}.items():
            servers[name].wait_ready(port, "/healthcheck")
        version = package_version("swift", builder.with_name("python"))
        yield Running(
            endpoint_url=f"http://127.0.0.1:{proxy}",
            main=main,
            alt=alt,
            version=f"OpenStack Swift {version}".rstrip(),
            log=log,
        )


def _ring(builder: Path, name: str, port: int, folder: Path) -> None:
    """Write the ring that leads to the one server of that name."""
    device = (
        "--region", "1", "--zone", "1", "--ip", "127.0.0.1", "--port", str(port),
        "--device", "d1", "--weight", "1",
    )  # fmt: skip
    for words in (("create", "4", "1", "0"), ("add", *device), ("rebalance",)):
        done = subprocess.run(  # noqa: S603  # the program that was found, no shell
            [builder, f"{name}.builder", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
            timeout=_SET_UP_SECONDS,
        )
        if done.returncode not in (0, 1):  # 1 is a warning
            raise LaunchError(f"Swift's ring {name} could not be made:\n{done.stdout}")


def _write(path: Path, text: str, **values: object) -> None:
    """Write a configuration file that only we may read: some hold secrets."""
    path.touch(mode=0o600)
    path.write_text(text.format_map(values), "utf-8")


def _filter(name: str) -> str:
    """Return the section of a middleware that needs no settings."""
    return f"\n[filter:{name}]\nuse = egg:swift#{name}\n"


_SWIFT_CONF: Final = """\
[swift-hash]
swift_hash_path_suffix = {suffix}

[storage-policy:0]
name = gold
default = yes
"""

# On a busy machine the usual timeouts of half a second and a second would leave work to daemons
# that are not started here, and listings would stay behind.
_SERVER_CONF: Final = """\
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
fallocate_reserve = 0
disable_fallocate = true
log_level = WARNING
conn_timeout = 10
node_timeout = 30
container_update_timeout = 30
log_address = {folder}/no-syslog
"""

_BACKEND_CONF: Final = (
    _SERVER_CONF
    + """
[pipeline:main]
pipeline = healthcheck {name}-server

[app:{name}-server]
use = egg:swift#{name}

[filter:healthcheck]
use = egg:swift#healthcheck
"""
)

_PROXY_CONF: Final = (
    _SERVER_CONF
    + """
[pipeline:main]
pipeline = {pipeline} proxy-server

[app:proxy-server]
use = egg:swift#proxy
conn_timeout = 10
node_timeout = 30
account_autocreate = true
allow_account_management = true

[filter:s3api]
use = egg:swift#s3api
s3_acl = true
location = us-east-1
max_upload_part_num = 10000
storage_domain = {base}

[filter:tempauth]
use = egg:swift#tempauth
user_main_main = {main_secret} .admin
user_main_alt = {alt_secret}

# s3api keeps a completed upload as a static large object: both limits have to agree.
[filter:slo]
use = egg:swift#slo
max_manifest_segments = 10000

[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
"""
)
