"""The reference endpoint as a server: in a thread for tests, or as a process of its own."""

from __future__ import annotations

import ipaddress
import json
import os
import secrets
import select
import signal
import socket
import stat
import sys
from collections import ChainMap
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Self, TextIO

from conformance.reference import access_points
from conformance.reference.domain.kms import furnished
from conformance.reference.domain.messages import Account, Session
from conformance.reference.domain.names import CONTROL
from conformance.reference.domain.state import World
from conformance.reference.http.exchange import Face, Handler, utc_now
from conformance.reference.http.limits import Limits
from conformance.reference.http.listener import Acceptor, open_port
from conformance.reference.http.tls import throw_away_authority
from conformance.reference.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from types import FrameType, TracebackType

DEFAULT_REGION = "us-east-1"
DEFAULT_BASE = "s3.localhost"
MAIN_ACCOUNT = "111122223333"
ALT_ACCOUNT = "444455556666"
_KEY_ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PARENT_SECONDS = 1.0


class SettingsError(ValueError):
    """The settings can't be served; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a reference endpoint is reached, and by whom."""

    host: str = "127.0.0.1"
    port: int = 0
    """TCP port of HTTP; 0 takes a free one."""
    tls_port: int = 0
    """TCP port of HTTPS; 0 takes a free one."""
    region: str = DEFAULT_REGION
    access_key: str | None = None
    """Of the main account; by default a new one."""
    secret_key: str | None = field(default=None, repr=False)
    virtual_host_base: str = DEFAULT_BASE
    """Buckets answer under ``<bucket>.<base>``, as they do under localhost and s3.localhost."""
    movable_clock: bool = False
    """Let a request tell by a header how much later it comes, so that tests need not wait."""
    access_points: bool = False
    """Begin with an access point of each kind, in front of a bucket of its own: the suite wants
    them, and S3 makes them by another service."""
    allow_remote: bool = False
    """Take a host that others than this machine can reach."""
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if (self.access_key is None) != (self.secret_key is None):
            raise SettingsError("give both an access key and a secret key, or neither")
        if not self.allow_remote and not _is_loopback(self.host):
            raise SettingsError(
                f"{self.host} may be reachable from other machines;"
                " only loopback is served unless remote hosts are allowed"
            )


class ReferenceServer:
    """The reference endpoint in background threads; a context manager that stops it.

    It answers as soon as it is made, over HTTP at ``endpoint_url`` and over TLS at
    ``tls_endpoint_url``, whose certificate the authority in ``ca_file`` signed. It keeps everything
    in memory, and begins with no buckets. ``settings`` says on which ports, and for which key pair.

    For this project alone: ``handler`` replaces the model, ``clock`` (UTC) the machine's time;
    ``shape`` may plant faults in the face that is to answer. Raises OSError when a port is taken.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        handler: Handler | None = None,
        clock: Callable[[], datetime] = utc_now,
        shape: Callable[[Face], Face] | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.region = self.settings.region
        self.account = _account(
            "main", MAIN_ACCOUNT, self.settings.access_key, self.settings.secret_key
        )
        self.alt_account = _account("alt", ALT_ACCOUNT)
        base = self.settings.virtual_host_base.lower()
        accounts = {one.access_key: one for one in (self.account, self.alt_account)}
        sessions: dict[str, Account | Session] = {}
        if handler is None:
            world = _world(self.region, self.account, self.alt_account)
            if self.settings.access_points:
                access_points.furnish(world, self.account, clock())
            handler, sessions = Service(world), world.sessions
        face = Face(
            handler=handler,
            accounts=ChainMap({**accounts}, sessions),
            region=self.region,
            bases=_longest_first(base, DEFAULT_BASE, "localhost"),
            clock=clock,
            movable_clock=self.settings.movable_clock,
            limits=self.settings.limits,
        )
        if shape is not None:
            face = shape(face)
        host = self.settings.host
        plain = open_port(host, self.settings.port, None)
        try:
            self._authority = throw_away_authority((*certified(base, self.region), host))
            try:
                tls = open_port(host, self.settings.tls_port, self._authority.context)
            except BaseException:
                self._authority.discard()
                raise
        except BaseException:
            plain.listener.close()
            raise
        self.ca_file: Path = self._authority.ca_file
        shown = f"[{host}]" if ":" in host else host
        self.endpoint_url = f"http://{shown}:{plain.number}"
        self.tls_endpoint_url = f"https://{shown}:{tls.number}"
        self._acceptor = Acceptor(face, (plain, tls))

    def stop(self) -> None:
        """Close the ports, cut the connections, remove the CA file. May be called twice."""
        self._acceptor.stop()
        self._authority.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def access_key(self) -> str:
        """The id of the main account's key pair; new with each server unless it was given."""
        return self.account.access_key

    @property
    def secret_key(self) -> str:
        """The secret of the main account's key pair."""
        return self.account.secret_key

    @property
    def alt_access_key(self) -> str:
        """The id of the key pair of a second account, which may do nothing to the main one's."""
        return self.alt_account.access_key

    @property
    def alt_secret_key(self) -> str:
        """The secret of the second account's key pair."""
        return self.alt_account.secret_key

    def client_arguments(self, *, tls: bool = False, alt: bool = False) -> dict[str, Any]:
        """Return the keyword arguments with which ``boto3.client("s3", …)`` reaches the server.

        ``tls`` chooses the TLS endpoint, ``alt`` the second account.
        """
        account = self.alt_account if alt else self.account
        arguments = {
            "endpoint_url": self.tls_endpoint_url if tls else self.endpoint_url,
            "region_name": self.region,
            "aws_access_key_id": account.access_key,
            "aws_secret_access_key": account.secret_key,
        }
        return arguments | ({"verify": str(self.ca_file)} if tls else {})

    def describe(self) -> dict[str, str]:
        """Return what a client needs, secrets included, by the names that scripts rely on."""
        return {
            "endpoint_url": self.endpoint_url,
            "tls_endpoint_url": self.tls_endpoint_url,
            "ca_file": str(self.ca_file),
            "region": self.region,
            "access_key": self.account.access_key,
            "secret_key": self.account.secret_key,
            "alt_access_key": self.alt_account.access_key,
            "alt_secret_key": self.alt_account.secret_key,
            "virtual_host_base": self.settings.virtual_host_base,
        }


def serve_main(
    settings: Settings,
    *,
    json_line: bool = False,
    until_parent_exits: bool = False,
    out: TextIO | None = None,
    shape: Callable[[Face], Face] | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT (or the parent's end), and return the exit code 0.

    Prints to ``out`` (standard output by default) one JSON line when ready, or a block to read.
    ``shape`` may plant faults, see `ReferenceServer`.
    Call it from the main thread. Raises OSError when a port is taken.
    """
    # Before anything listens: a signal between start and wait must not be lost.
    with _Signals() as signals, ReferenceServer(settings, shape=shape) as server:
        text = json.dumps(server.describe()) if json_line else _block(server.describe())
        print(text, file=out or sys.stdout, flush=True)
        signals.wait(until_parent_exits=until_parent_exits)
    return 0


class _Signals:
    """SIGTERM and SIGINT as something to wait for, together with the end of the parent."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._parent = os.getppid()
        self._before: dict[
            int, signal.Handlers | Callable[[int, FrameType | None], object] | int | None
        ] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._before[number] = signal.signal(number, self._notice)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._reader.close()
        self._writer.close()

    def _notice(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._writer.send(b"!")

    def wait(self, *, until_parent_exits: bool) -> None:
        """Return at a signal; if asked, also when standard input ends or the parent has gone."""
        watched = [self._reader.fileno()]
        if until_parent_exits and _is_pipe(sys.__stdin__):
            watched.append(0)
        while True:
            # A parent that gave us no pipe is looked for once a second instead.
            ready, _, _ = select.select(
                watched, [], [], _PARENT_SECONDS if until_parent_exits else None
            )
            if watched[0] in ready:
                return
            if until_parent_exits:
                if os.getppid() != self._parent:
                    return
                if ready and not os.read(0, 4096):
                    return


def _is_pipe(stream: TextIO | None) -> bool:
    if stream is None:
        return False
    try:
        mode = os.fstat(stream.fileno()).st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _block(facts: dict[str, str]) -> str:
    lines = [f"  {name:<18} {value}" for name, value in facts.items()]
    return "\n".join(("The reference endpoint is ready.", *lines, "Ctrl-C stops it."))


def certified(base: str, region: str) -> tuple[str, ...]:
    """Return the names below ``base`` that the certificate is for; a wildcard is one label."""
    zonal = [f"s3express-{zone.id}.{region}.{base}" for zone in access_points.ZONES]
    return (
        base,
        f"*.{base}",
        f"s3express-{CONTROL}.{region}.{base}",
        *zonal,
        *(f"*.{host}" for host in zonal),
        f"*.s3-accesspoint.{region}.{base}",
        f"*.{access_points.OUTPOST}.s3-outposts.{region}.{base}",
        f"*.{access_points.OTHER_OUTPOST}.s3-outposts.{region}.{base}",
    )


def _world(region: str, main: Account, alt: Account) -> World:
    world = World(region=region, accounts=(main, alt), kms=furnished(region, main, alt))
    world.zones = access_points.ZONES
    return world


def _account(
    name: str, number: str, access_key: str | None = None, secret_key: str | None = None
) -> Account:
    """Return an account whose ids never change, so that profiles can name them."""
    return Account(
        id=number,
        canonical_id=sha256(f"s3-conformance {name}".encode()).hexdigest(),
        name=name,
        access_key=access_key
        or "AKIA" + "".join(secrets.choice(_KEY_ID_ALPHABET) for _ in range(16)),
        secret_key=secret_key or secrets.token_urlsafe(30),
    )


def _longest_first(*bases: str) -> tuple[str, ...]:
    return tuple(sorted(set(bases), key=len, reverse=True))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
