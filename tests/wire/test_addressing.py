"""Where requests go."""

from __future__ import annotations

import pytest

from conformance.wire.addressing import find_route, parse_origin, resolve
from conformance.wire.model import Endpoint


def test_path_style_puts_the_bucket_into_the_path() -> None:
    """Path style keeps the URL's host and writes the bucket, encoded, in front of the key."""
    route = find_route(Endpoint(urls={"http": "http://127.0.0.1:9000"}), "a b", None, None)
    assert (route.host, route.port, route.authority) == ("127.0.0.1", 9000, "127.0.0.1:9000")
    assert route.path_prefix == "/a%20b"
    assert route.base_url == "http://127.0.0.1:9000"


def test_virtual_host_style_needs_no_dns() -> None:
    """The bucket goes in front of the base, and the table says where that is."""
    endpoint = Endpoint(
        urls={"http": "http://s3.test:9000", "tls": "https://s3.test"},
        virtual_host_base="buckets.test",
        resolve={"*.buckets.test": "127.0.0.1"},
    )
    route = find_route(endpoint, "my.bucket", "virtual-host", "tls")
    assert route.host == "my.bucket.buckets.test"
    assert (route.address, route.port, route.authority) == ("127.0.0.1", 443, route.host)
    assert route.path_prefix == ""
    assert route.base_url == "https://my.bucket.buckets.test"


def test_virtual_host_base_defaults_to_the_urls_host() -> None:
    """Without a base of its own, buckets live below the URL's host; no bucket, the host itself."""
    endpoint = Endpoint(urls={"http": "http://s3.test:81/"}, addressing="virtual-host")
    assert find_route(endpoint, "b", None, None).authority == "b.s3.test:81"
    assert find_route(endpoint, "", None, None).authority == "s3.test:81"


def test_ipv6_and_base_path() -> None:
    """An IPv6 host is bracketed in Host alone, and a base path stays in front."""
    route = find_route(Endpoint(urls={"http": "http://[::1]:9000/s3/"}), "b", "path", None)
    assert (route.address, route.authority) == ("::1", "[::1]:9000")
    assert route.path_prefix == "/s3/b"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("exact.s3.test", "10.0.0.1"),
        ("EXACT.s3.test", "10.0.0.1"),
        ("b.s3.test", "10.0.0.2"),
        ("b.deep.s3.test", "10.0.0.3"),
        ("a.b.s3.test", "10.0.0.2"),
        ("s3.test", "s3.test"),
        ("elsewhere", "elsewhere"),
    ],
)
def test_resolve_takes_the_closest_entry(host: str, address: str) -> None:
    """Exact names win over wildcards, longer wildcards over shorter, and nothing else matches."""
    table = {
        "exact.s3.test": "10.0.0.1",
        "*.s3.test": "10.0.0.2",
        "*.deep.s3.test": "10.0.0.3",
    }
    assert resolve(host, table) == address


@pytest.mark.parametrize(
    "url", ["https://h", "http://", "http://h?x", "http://u@h", "http://h#f", "h:80"]
)
def test_bad_urls_are_refused(url: str) -> None:
    """A base URL is scheme, host, port and path and nothing else."""
    with pytest.raises(ValueError, match=r"http|host|holds"):
        parse_origin(url, "http")


def test_missing_transport_is_refused() -> None:
    """Asking for TLS of an endpoint without it is the caller's mistake."""
    with pytest.raises(ValueError, match="tls"):
        find_route(Endpoint(urls={"http": "http://h"}), "", None, "tls")
