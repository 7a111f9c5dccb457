"""Signature arithmetic against the worked examples that AWS publishes."""

from __future__ import annotations

from hashlib import sha256

from conformance.reference.http import canonical

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TIMESTAMP = "20130524T000000Z"
SCOPE = "20130524/us-east-1/s3/aws4_request"
KEY = canonical.signing_key(SECRET, "20130524", "us-east-1", "s3")


def _signature(
    method: str, path: str, query: str, headers: dict[str, str], payload_hash: str
) -> str:
    request = canonical.canonical_request(
        method, path, query, headers, tuple(sorted(headers)), payload_hash
    )
    return canonical.sign(KEY, canonical.string_to_sign(TIMESTAMP, SCOPE, request))


def test_get_with_a_range() -> None:
    """The documentation's GET Object example gets the documentation's signature."""
    headers = {
        "host": "examplebucket.s3.amazonaws.com",
        "range": "bytes=0-9",
        "x-amz-content-sha256": canonical.EMPTY_SHA256,
        "x-amz-date": TIMESTAMP,
    }
    assert (
        _signature("GET", "/test.txt", "", headers, canonical.EMPTY_SHA256)
        == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )


def test_put_whose_path_is_encoded_anew() -> None:
    """The documentation's PUT example sends a bare dollar and signs it encoded."""
    digest = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"
    headers = {
        "date": "Fri, 24 May 2013 00:00:00 GMT",
        "host": "examplebucket.s3.amazonaws.com",
        "x-amz-content-sha256": digest,
        "x-amz-date": TIMESTAMP,
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
    }
    path = canonical.path_encoded_anew("/test$file.text")
    assert path == "/test%24file.text"
    assert (
        _signature("PUT", path, "", headers, digest)
        == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
    )


def test_chunks_of_an_upload() -> None:
    """The documentation's three chunks (64 KiB, 1 KiB, none) get its chain of signatures."""
    previous = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
    expected = (
        (65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
        (1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
        (0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
    )
    for size, signature in expected:
        digest = sha256(b"a" * size).hexdigest()
        text = canonical.chunk_string_to_sign(TIMESTAMP, SCOPE, previous, digest)
        previous = canonical.sign(KEY, text)
        assert previous == signature


def test_query_is_sorted_and_completed() -> None:
    """Names without a value get one, the signature itself is left out, repeats sort by value."""
    raw = "uploads&prefix=b&prefix=a&X-Amz-Signature=abc&a=%2F"
    assert canonical.query_as_sent(raw) == "a=%2F&prefix=a&prefix=b&uploads="
    assert canonical.query_encoded_anew("a=/&b=x+y&c=%7e") == "a=%2F&b=x%20y&c=~"


def test_header_values_are_trimmed_and_joined() -> None:
    """Blanks around are dropped, those within become one, repeats join in the order sent."""
    fields = [(b"x-a", b"  one   two "), (b"x-b", b"3"), (b"x-a", b"\xe9"), (b"x-c", b"not asked")]
    values = canonical.canonical_headers(fields, ("x-a", "x-b"))
    assert values == {"x-a": "one two,\udce9", "x-b": "3"}
    request = canonical.canonical_request("GET", "/", "", values, ("x-a", "x-b"), "h")
    assert b"x-a:one two,\xe9\n" in request
