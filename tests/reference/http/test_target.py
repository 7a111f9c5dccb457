"""Addressing: bucket, key and query from a raw target and a Host header."""

from __future__ import annotations

import pytest

from conformance.reference.domain.messages import S3Error
from conformance.reference.http.target import resolve

BASES = ("s3.example.test", "s3.localhost", "localhost")


@pytest.mark.parametrize(
    ("target", "bucket", "key"),
    [
        ("/", None, None),
        ("/bucket", "bucket", None),
        ("/bucket/", "bucket", None),
        ("/bucket/key", "bucket", "key"),
        ("/bucket//key", "bucket", "/key"),
        ("/bucket/a/../b", "bucket", "a/../b"),
        ("/bucket/./a", "bucket", "./a"),
        ("/bucket/a%2Fb", "bucket", "a/b"),
        ("/bucket/a%252Fb", "bucket", "a%2Fb"),
        ("/bucket/a+b", "bucket", "a+b"),
        ("/bucket/blank%20", "bucket", "blank "),
        ("/bucket/%20", "bucket", " "),
        ("/bucket/%F0%9F%98%80", "bucket", "\N{GRINNING FACE}"),
        ("/bucket/dir/", "bucket", "dir/"),
        ("http://elsewhere/bucket/key", "bucket", "key"),
    ],
)
def test_path_style(target: str, bucket: str | None, key: str | None) -> None:
    """The first segment is the bucket, all behind it is the key, decoded exactly once."""
    found = resolve(target, "127.0.0.1:9000", BASES)
    assert (found.bucket, found.key, found.virtual_host) == (bucket, key, False)
    assert found.host == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("bucket.s3.localhost:9000", "bucket"),
        ("bucket.localhost", "bucket"),
        ("my.bucket.s3.localhost", "my.bucket"),
        ("Bucket.S3.Localhost:9000", "bucket"),
        ("s3.s3.localhost", "s3"),
        ("bucket.s3.example.test", "bucket"),
        ("localhost:9000", None),
        ("s3.localhost", None),
        ("127.0.0.1", None),
        ("[::1]:9000", None),
        ("elsewhere.test", None),
    ],
)
def test_virtual_host_style(host: str, bucket: str | None) -> None:
    """A name below one of the bases is the bucket, and the whole path is the key."""
    found = resolve("/a//b?x=1", host, BASES)
    assert found.virtual_host == (bucket is not None)
    assert (found.bucket, found.key) == (("a", "/b") if bucket is None else (bucket, "a//b"))


def test_query_keeps_order_and_the_first_wins() -> None:
    """Parameters stay in order; the first of a name is the one that counts (UP-025)."""
    query = resolve("/b/k?partNumber=2&uploadId=a%2Fb&partNumber=4&&uploads", "h", BASES).query
    assert query.items == (
        ("partNumber", "2"),
        ("uploadId", "a/b"),
        ("partNumber", "4"),
        ("uploads", ""),
    )
    assert query.get("partNumber") == "2"


def test_plus_in_a_query_is_a_blank() -> None:
    """A bare plus is a blank, an encoded one a plus (UP-023), and a blank stays one."""
    query = resolve("/b?prefix=a+b%2Bc%20d", "h", BASES).query
    assert query.get("prefix") == "a b+c d"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("/bucket/%zz", "InvalidURI"),
        ("/bucket/%F", "InvalidURI"),
        ("/bucket/%ff", "InvalidURI"),
        ("/bucket?prefix=%c3", "InvalidURI"),
        ("//key", "InvalidBucketName"),
        ("*", "BadRequest"),
        ("bucket/key", "BadRequest"),
        ("http://[::1/bucket", "BadRequest"),
    ],
)
def test_what_does_not_decode_is_refused(target: str, code: str) -> None:
    """Broken escapes, bytes that are no UTF-8 and other forms of targets answer 400."""
    with pytest.raises(S3Error) as caught:
        resolve(target, "127.0.0.1", BASES)
    assert (caught.value.status, caught.value.code) == (400, code)
