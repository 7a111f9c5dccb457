"""The form of a request, with its content taken out."""

from __future__ import annotations

from conformance.wire.written import Chunks, chunks, head_form


def test_content_is_taken_out_and_form_stays() -> None:
    """Two requests that differ in ids, digests and signatures alone have one form."""
    headers = [
        ("host", "127.0.0.1:9000"),
        ("X-Amz-Content-Sha256", "ab" * 32),
        ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
        ("X-Amz-Checksum-Crc32", "AAAAAA=="),
        ("x-amz-checksum-mode", "ENABLED"),
        ("Range", "bytes=1-2"),
        ("x-amz-meta-a", "b"),
        ("Authorization", "AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=host,Signature=ff"),
        ("Authorization", "AWS a:b"),
    ]
    assert head_form("/b/k?uploads&partNumber=3&x-id=UploadPart", headers) == (
        "?uploads&partNumber=&x-id=UploadPart",
        "host: <host>",
        "X-Amz-Content-Sha256: <sha256>",
        "x-amz-content-sha256: UNSIGNED-PAYLOAD",
        "X-Amz-Checksum-Crc32: <checksum>",
        "x-amz-checksum-mode: ENABLED",
        "Range: <given>",
        "x-amz-meta-a: <given>",
        "Authorization: AWS4-HMAC-SHA256 Credential=…,SignedHeaders=host,Signature=…",
        "Authorization: …",
    )


def test_chunks_of_a_body() -> None:
    """Case of sizes, signatures and the end of the trailer are seen; other bodies have none."""
    signature = b";chunk-signature=" + b"a" * 64
    body = b"A" + signature + b"\r\n0123456789\r\n0" + signature + b"\r\n"
    trailer = b"x-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:" + b"b" * 64 + b"\r\n\r\n"
    end = "x-amz-checksum-crc32:…\r\nx-amz-trailer-signature:…\r\n\r\n"
    assert chunks(body + trailer) == Chunks("A", signed=True, end=end)
    assert chunks(b"a\r\n0123456789\r\n") is None
    assert chunks(b"<xml/>") is None
