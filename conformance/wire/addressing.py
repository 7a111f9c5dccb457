"""Where a request goes: URL, ``Host``, path and the address to connect to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from conformance.wire import hosts
from conformance.wire.serialise import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.wire.model import Endpoint, StepAddressing, Transport

DEFAULT_PORTS: Final[Mapping[str, int]] = {"http": 80, "tls": 443}
_SCHEMES: Final[Mapping[str, str]] = {"http": "http", "tls": "https"}


@dataclass(frozen=True, slots=True)
class Origin:
    """One base URL, taken apart."""

    transport: Transport
    host: str
    """Without the brackets of an IPv6 address."""
    port: int
    path: str
    """Path in front of every request's own; empty or ``/…`` without a slash at its end."""


@dataclass(frozen=True, slots=True)
class Route:
    """How one request reaches its endpoint."""

    transport: Transport
    host: str
    """The name that TLS checks the certificate against."""
    address: str
    """What to connect to: the host itself, or what the endpoint's ``resolve`` gives for it."""
    port: int
    authority: str
    """The ``Host`` header: the host, with the port unless it is the scheme's default."""
    path_prefix: str
    """Percent-encoded path in front of the operation's own: the base URL's, and the bucket."""

    @property
    def base_url(self) -> str:
        """The URL in front of the request target, such as ``https://b.s3.test:8443``."""
        return f"{_SCHEMES[self.transport]}://{self.authority}"


@lru_cache(maxsize=64)
def parse_origin(url: str, transport: Transport) -> Origin:
    """Take a base URL apart.

    Raises ValueError when its scheme is not the transport's, or when it has no host, or has a
    query, a fragment or a user in it.
    """
    parts = urlsplit(url)
    if parts.scheme != _SCHEMES[transport]:
        raise ValueError(f"{url!r} is no {_SCHEMES[transport]}:// URL")
    if not parts.hostname:
        raise ValueError(f"{url!r} names no host")
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"{url!r} holds more than scheme, host, port and path")
    port = parts.port if parts.port is not None else DEFAULT_PORTS[transport]
    return Origin(transport, parts.hostname, port, parts.path.rstrip("/"))


def pick_transport(endpoint: Endpoint, wanted: Transport | None) -> Transport:
    """Return the wanted transport, or the endpoint's first.

    Raises ValueError when the endpoint has no URL for it.
    """
    chosen: Transport = wanted if wanted is not None else next(iter(endpoint.urls))
    if chosen not in endpoint.urls:
        raise ValueError(f"the endpoint has no URL for {chosen!r}")
    return chosen


def port_of(endpoint: Endpoint, transport: Transport | None) -> str:
    """Return colon and port as the endpoint's URL for that transport names them, else nothing.

    Also nothing when the port is the transport's usual one, or there is no such URL.
    """
    chosen = transport if transport is not None else next(iter(endpoint.urls))
    if chosen not in endpoint.urls:
        return ""
    port = parse_origin(endpoint.urls[chosen], chosen).port
    return "" if port == DEFAULT_PORTS[chosen] else f":{port}"


@lru_cache(maxsize=1024)
def find_route(
    endpoint: Endpoint,
    bucket: str,
    addressing: StepAddressing | None,
    transport: Transport | None,
    *,
    whole_bucket: bool = False,
) -> Route:
    """Return how a request for ``bucket`` (empty for none) reaches the endpoint.

    In virtual-host style the host is ``<bucket>.<base>``, whatever the bucket's name holds; a
    request without a bucket goes to the URL's own host. Directory buckets, access points and
    Outposts have hosts of their own, see `conformance.wire.hosts`; ``whole_bucket`` is for what
    goes to the Regional endpoint of directory buckets.
    """
    chosen = pick_transport(endpoint, transport)
    origin = parse_origin(endpoint.urls[chosen], chosen)
    place = hosts.own_place(endpoint, bucket, addressing, whole_bucket=whole_bucket)
    if place is None:
        in_host = bool(bucket) and (addressing or endpoint.addressing) != "path"
        host = origin.host
        if in_host:
            host = f"{hosts.in_label(bucket)}.{endpoint.virtual_host_base or origin.host}"
    else:
        host, in_host = place.host, place.in_host
    literal = f"[{host}]" if ":" in host else host
    default = origin.port == DEFAULT_PORTS[chosen]
    return Route(
        transport=chosen,
        host=host,
        address=resolve(host, endpoint.resolve),
        port=origin.port,
        authority=literal if default else f"{literal}:{origin.port}",
        path_prefix=origin.path if in_host or not bucket else f"{origin.path}/{encode(bucket)}",
    )


def resolve(host: str, table: Mapping[str, str]) -> str:
    """Return the address for ``host`` from the table; the host itself when nothing matches.

    An exact name goes before a wildcard, a longer wildcard before a shorter one. ``*.base``
    stands for every name below ``base``, at any depth, but not for ``base``.
    """
    if not table:
        return host
    wanted = host.lower()
    if wanted in table:
        return table[wanted]
    labels = wanted.split(".")
    for start in range(1, len(labels)):
        found = table.get(f"*.{'.'.join(labels[start:])}")
        if found is not None:
            return found
    return host
