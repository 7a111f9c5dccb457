"""Forms of a dialect: which one is taken, and what becomes of what the step gives."""

from __future__ import annotations

import pytest

from conformance.vocabulary.dialects import WORDS, Dialect, Document, Form, Spoken
from conformance.wire import dialects
from conformance.wire.checksums import digest_base64
from conformance.wire.model import Call, Edits, Endpoint, Identity
from conformance.wire.prepare import Prepared, prepare

from .conftest import MAIN

ENDPOINT = Endpoint(urls={"http": "http://s3.test:9000", "tls": "https://s3.test"})
HEADERS = (
    ("Host", "<host>"),
    ("Content-Length", "<length>"),
    ("X-Amz-Date", "<date>"),
    ("X-Amz-Content-Sha256", "<sha256>"),
    ("x-amz-checksum-<algorithm>", "<checksum>"),
    ("X-Amz-Meta-*", "<given>"),
    ("Content-MD5", "<given>"),
    ("Authorization", "<authorization>"),
    ("X-Late", "literal"),
)
PART = {"Bucket": "b", "Key": "k", "UploadId": "u", "PartNumber": 3, "Body": b"ab"}


def spoken(*forms: Form, variant: str = "") -> Spoken:
    """Make a dialect out of forms."""
    dialect = Dialect(
        name="small", client="c", version="1", captured="", about="", notes="", forms=forms
    )
    return Spoken(dialect=dialect, variant=variant)


def form(operation: str = "UploadPart", **traits: object) -> Form:
    """Make a form with the headers of this module."""
    return Form(operation=operation, headers=HEADERS, **traits)  # type: ignore[arg-type] # by name


def sent(one: Spoken, identity: Identity = MAIN, **members: object) -> Prepared:
    """Prepare an UploadPart in a dialect."""
    edits = Edits(spoken=one, transport="http")
    call = Call(operation="UploadPart", members={**PART, **members}, edits=edits)
    return prepare(call, ENDPOINT, identity)


def test_every_word_has_a_value() -> None:
    """What the format knows as a word the wire can replace."""
    assert set(dialects._OF_WORDS) == set(WORDS)


def test_headers_stand_where_the_form_has_them() -> None:
    """Order, case and literals are the form's; what was not given is left out."""
    names = [name for name, _ in sent(spoken(form())).request.headers]
    assert names == [
        "Host", "Content-Length", "X-Amz-Date", "X-Amz-Content-Sha256", "x-amz-checksum-crc32",
        "Authorization", "X-Late",
    ]  # fmt: skip


def test_what_the_step_gives_goes_before_the_clients_own_value() -> None:
    """A given checksum is sent as given, a given algorithm is computed and not sent by name."""
    given = dict(sent(spoken(form()), ChecksumCRC32="AAAAAA==").request.headers)
    assert given["x-amz-checksum-crc32"] == "AAAAAA=="
    asked = dict(sent(spoken(form()), ChecksumAlgorithm="SHA1").request.headers)
    assert asked["x-amz-checksum-sha1"] == digest_base64(b"ab", "SHA1")
    assert "x-amz-sdk-checksum-algorithm" not in {name.lower() for name in asked}


def test_unknown_headers_stand_before_the_signature_and_are_signed() -> None:
    """A header that the form does not know is neither lost nor left out of the signature."""
    one = spoken(form(unsigned=frozenset({"x-late"})))
    headers = sent(one, ExpectedBucketOwner="1").request.headers
    names = [name.lower() for name, _ in headers]
    assert names.index("x-amz-expected-bucket-owner") == names.index("authorization") - 1
    authorization = dict(headers)["Authorization"]
    assert "x-amz-expected-bucket-owner" in authorization
    assert "x-late" not in authorization


def test_metadata_has_the_case_of_the_client() -> None:
    """A client that writes names with capitals writes all of the name so."""
    call = Call(
        operation="CreateMultipartUpload",
        members={"Bucket": "b", "Key": "k", "Metadata": {"md5CHK-sum": "1"}},
        edits=Edits(spoken=spoken(form("CreateMultipartUpload")), transport="http"),
    )
    names = [name for name, _ in prepare(call, ENDPOINT, MAIN).request.headers]
    assert "X-Amz-Meta-Md5chk-Sum" in names


def test_tokens_are_sent_even_where_no_capture_has_them() -> None:
    """A session's keys sign nothing without their token."""
    session = Identity("A", "secret", "token", of_session=True)
    headers = sent(spoken(form()), session).request.headers
    assert headers[0] == ("x-amz-s3session-token", "token")


def test_the_first_form_that_fits_is_taken() -> None:
    """Size, members, transport and variant decide, and a variant goes before the default."""
    large = form(from_bytes=100, query=(("large", ""),))
    checked = form(given=("ChecksumSHA1",), query=(("checked", ""),))
    secure = form(over=("tls",), query=(("secure", ""),))
    stream = form(variant="stream", query=(("stream", ""),))
    small = form(below_bytes=100, query=(("small", ""),))
    every = (large, checked, stream, small)
    assert "?small=" in sent(spoken(*every)).request.target
    assert "?large=" in sent(spoken(*every), Body=b"x" * 100).request.target
    assert "?checked=" in sent(spoken(*every), ChecksumSHA1="a").request.target
    assert "?stream=" in sent(spoken(*every, variant="stream")).request.target
    assert "?secure=" in sent(spoken(secure)).request.target


@pytest.mark.parametrize(
    "one", [form("ListParts"), form(bucket="directory"), form(presigned=True), form(from_bytes=9)]
)
def test_what_was_never_captured_is_not_sent(one: Form) -> None:
    """Nothing is made up: without a form that fits there is no request."""
    with pytest.raises(ValueError, match="small was never seen to send this UploadPart"):
        sent(spoken(one))


def test_parameters_stand_in_the_clients_order() -> None:
    """Own parameters, given ones and those that the client sends empty keep their places."""
    one = form(query=(("a", ""), ("uploadId", "<given>"), ("x", None), ("partNumber", "9")))
    assert sent(spoken(one)).request.target == "/b/k?a=&uploadId=u&x&partNumber=3"


def test_a_presigned_url_has_the_parameters_in_the_clients_order() -> None:
    """The signature is made of sorted parameters, whatever their order in the URL."""
    order = ("partNumber", "uploadId", "X-Amz-Expires", "X-Amz-Algorithm", "X-Amz-Signature")
    one = Form(
        operation="UploadPart",
        presigned=True,
        query=tuple((name, "<given>") for name in order),
        headers=(("Host", "<host>"),),
    )
    edits = Edits(spoken=spoken(one), transport="http", sign="presigned")
    call = Call(operation="UploadPart", members=PART, edits=edits)
    target = prepare(call, ENDPOINT, MAIN).request.target
    names = [pair.split("=")[0] for pair in target.partition("?")[2].split("&")]
    assert names[:4] == list(order[:4])
    assert names[4] == "X-Amz-Signature"


def test_a_body_is_framed_as_the_head_says() -> None:
    """Payload hash, chunks, upper-case sizes, trailer end and HTTP chunks come from the form."""
    framed = Form(
        operation="UploadPart",
        headers=(
            ("Host", "<host>"),
            ("X-Amz-Content-Sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
            ("X-Amz-Trailer", "x-amz-checksum-<algorithm>"),
            ("X-Amz-Decoded-Content-Length", "<decoded-length>"),
            ("Transfer-Encoding", "chunked"),
            ("Expect", "100-continue"),
            ("Authorization", "<authorization>"),
        ),
        chunk_bytes=(0xAB, 2),
        sizes="upper",
        trailer_end="\n\r\n",
    )
    prepared = sent(spoken(framed), Body=b"x" * (0xAB + 3))
    body = b"AB\r\n" + b"x" * 0xAB + b"\r\n2\r\nxx\r\n1\r\nx\r\n0\r\n"
    body += b"x-amz-checksum-crc32:" + digest_base64(b"x" * (0xAB + 3), "CRC32").encode()
    body += b"\n\r\n\r\n"
    assert prepared.request.body == b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    assert prepared.wait_continue


def test_a_document_is_written_in_the_clients_form() -> None:
    """Order of elements, quoting and white space are the client's, and text stays escaped."""
    document = Document(
        start="<C>", part=("\n<P>", " {Checksum}", " {ETag}", " {PartNumber}", "</P>"),
        end="\n</C>", quote="&#34;",
    )  # fmt: skip
    one = spoken(form("CompleteMultipartUpload", document=document))
    parts = [
        {"PartNumber": 1, "ETag": '"a&b"'},
        {"PartNumber": 2, "ETag": '"c"', "ChecksumSHA1": "s"},
    ]
    call = Call(
        operation="CompleteMultipartUpload",
        members={"Bucket": "b", "Key": "k", "UploadId": "u", "MultipartUpload": {"Parts": parts}},
        edits=Edits(spoken=one, transport="http"),
    )
    assert prepare(call, ENDPOINT, MAIN).request.body.decode() == (
        "<C>\n<P> <ETag>&#34;a&amp;b&#34;</ETag> <PartNumber>1</PartNumber></P>"
        "\n<P> <ChecksumSHA1>s</ChecksumSHA1> <ETag>&#34;c&#34;</ETag>"
        " <PartNumber>2</PartNumber></P>\n</C>"
    )
