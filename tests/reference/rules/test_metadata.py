"""Metadata, website redirect, key length, storage class, expected owner."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.reference.domain.messages import Pairs, Payload
from conformance.reference.rules.metadata import check_key, parse_metadata
from conformance.reference.rules.owner import check_expected_owner, check_expected_source_owner
from conformance.reference.rules.storage_class import parse_storage_class

from .building import ALT, MAIN, a_bucket, asked, refusal

TOO_LARGE = "Your metadata headers exceed the maximum allowed metadata size"
REDIRECT = "The website redirect location must have a prefix of 'http://' or 'https://' or '/'."


def test_given_back() -> None:
    """System and user metadata come back, names of the latter in lower case (META-004)."""
    found = parse_metadata(
        asked(
            {
                "Content-Type": "text/plain",
                "Cache-Control": "no-cache",
                "Content-Disposition": "inline",
                "Content-Encoding": "gzip",
                "Content-Language": "de",
                "Expires": "not a date",
                "X-Amz-Meta-Mixed-Case": "my%20%20file.txt",
                "x-amz-website-redirect-location": "/elsewhere",
            }
        )
    )
    assert dict(found.headers()) == {
        "Content-Type": "text/plain",
        "Cache-Control": "no-cache",
        "Content-Disposition": "inline",
        "Content-Encoding": "gzip",
        "Content-Language": "de",
        "Expires": "not a date",
        "x-amz-meta-mixed-case": "my%20%20file.txt",
        "x-amz-website-redirect-location": "/elsewhere",
    }


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("aws-chunked", None),
        ("gzip, aws-chunked", "gzip"),
        ("aws-chunked,gzip", "gzip"),
        ("br,gzip", "br,gzip"),
    ],
)
def test_chunked_is_no_encoding(given: str, kept: str | None) -> None:
    """aws-chunked is not kept of a body that came so; alone it leaves no header (SW-015)."""
    request = replace(asked({"Content-Encoding": given}), payload=Payload(streaming=True))
    assert dict(parse_metadata(request).headers()).get("Content-Encoding") == kept


def test_a_body_that_is_not_framed_may_be_called_so() -> None:
    """Where no framing was undone the coding is the client's own word (SW-014, SA-136)."""
    found = dict(parse_metadata(asked({"Content-Encoding": "gzip,aws-chunked"})).headers())
    assert found["Content-Encoding"] == "gzip,aws-chunked"


def test_default_type() -> None:
    """Without a content type it is binary/octet-stream (CMU-006)."""
    assert parse_metadata(asked()).headers() == (("Content-Type", "binary/octet-stream"),)


def test_non_ascii() -> None:
    """A value beyond ASCII comes back as an RFC 2047 word (META-005)."""
    found = dict(parse_metadata(asked({"x-amz-meta-a": "ü"})).headers())
    assert found["x-amz-meta-a"] == "=?UTF-8?B?w7w=?="


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("=?UTF-8?B?YWJj?=", "abc"),
        ("=?UTF-8?Q?actually-ascii?=", "actually-ascii"),
        ("=?utf-8?q?a_b?=", "a b"),
        ("=?UTF-8?B?Y2Fmw6k=?=", "=?UTF-8?Q?caf=C3=A9?="),
        ("=?UTF-8?B?77+977+977+977+977+977+977+9?=", "=?UTF-8?B?77+977+977+977+977+977+977+9?="),
        ("=?UTF-8?B?=GGG?=", "=?UTF-8?B?=GGG?="),
        ("a =?UTF-8?B?YWJj?=", "a =?UTF-8?B?YWJj?="),
    ],
)
def test_words_of_mail_are_read(sent: str, said: str) -> None:
    """S3 decodes an RFC 2047 word and writes it anew where its text is not ASCII (LO-026..031)."""
    found = dict(parse_metadata(asked({"x-amz-meta-a": sent})).headers())
    assert found["x-amz-meta-a"] == said


def test_repeated_name() -> None:
    """The values of one name are joined."""
    request = asked()
    pairs = Pairs((("x-amz-meta-a", "1"), ("X-Amz-Meta-A", "2")), fold=True)
    object.__setattr__(request, "headers", pairs)
    assert parse_metadata(request).user == (("x-amz-meta-a", "1,2"),)


def test_user_metadata_limit() -> None:
    """User metadata takes 2 KB of names and values, without the prefix (META-001)."""
    parse_metadata(asked({"x-amz-meta-ab": "x" * 2046}))
    found = refusal(lambda: parse_metadata(asked({"x-amz-meta-ab": "x" * 2047})))
    fields = (("Size", "2049"), ("MaxSizeAllowed", "2048"))
    assert found == (400, "MetadataTooLarge", TOO_LARGE, fields)


def test_system_metadata_limit() -> None:
    """System metadata takes 2 KB of its own, the website redirect included (META-002)."""
    headers = {"Content-Disposition": "x" * 1000, "x-amz-meta-a": "x" * 2000}
    parse_metadata(asked(headers))
    more = {**headers, "x-amz-website-redirect-location": "/" + "x" * 1000}
    found = refusal(lambda: parse_metadata(asked(more)))
    size = len("Content-Disposition") + 1000 + len("x-amz-website-redirect-location") + 1001
    fields = (("Size", str(size)), ("MaxSizeAllowed", "2048"))
    assert found == (400, "MetadataTooLarge", TOO_LARGE, fields)


@pytest.mark.parametrize("location", ["elsewhere", "ftp://example.com", "", " /x"])
def test_redirect_refused(location: str) -> None:
    """A redirect is a path or an http(s) URL (WEB-001, WEB-002)."""
    request = asked({"x-amz-website-redirect-location": location})
    assert refusal(lambda: parse_metadata(request)) == (
        400,
        "InvalidRedirectLocation",
        REDIRECT,
        (),
    )


@pytest.mark.parametrize("location", ["/", "http://example.com", "https://example.com/a"])
def test_redirect_kept(location: str) -> None:
    """A right one is kept (WEB-003)."""
    assert parse_metadata(asked({"x-amz-website-redirect-location": location})).redirect == location


def test_key_length() -> None:
    """A key has at most 1,024 bytes, not letters (META-003)."""
    check_key("ü" * 512)
    fields = (("Size", "1026"), ("MaxSizeAllowed", "1024"))
    found = refusal(lambda: check_key("ü" * 513))
    assert found == (400, "KeyTooLongError", "Your key is too long", fields)


@pytest.mark.parametrize(
    "name",
    [
        "STANDARD",
        "REDUCED_REDUNDANCY",
        "STANDARD_IA",
        "ONEZONE_IA",
        "INTELLIGENT_TIERING",
        "GLACIER",
        "DEEP_ARCHIVE",
        "GLACIER_IR",
    ],
)
def test_storage_classes(name: str) -> None:
    """The classes of a general purpose bucket are accepted (CMU-009)."""
    assert parse_storage_class(asked({"x-amz-storage-class": name})) == name


@pytest.mark.parametrize(
    "name",
    [
        "OUTPOSTS",
        "SNOW",
        "EXPRESS_ONEZONE",
        "FSX_OPENZFS",
        "FSX_ONTAP",
        "AWS_BACKUP_WARM",
        "INVALID_STORAGE_CLASS",
        "standard",
        "",
    ],
)
def test_storage_classes_refused(name: str) -> None:
    """Others' classes and unknown ones are refused (CMU-007, CMU-008)."""
    found = refusal(lambda: parse_storage_class(asked({"x-amz-storage-class": name})))
    assert found == (
        400,
        "InvalidStorageClass",
        "The storage class you specified is not valid",
        (("StorageClassRequested", name),),
    )


def test_storage_class_default() -> None:
    """STANDARD is the default (obj.storage-class)."""
    assert parse_storage_class(asked()) == "STANDARD"


@pytest.mark.parametrize(
    ("check", "name"),
    [
        (check_expected_owner, "x-amz-expected-bucket-owner"),
        (check_expected_source_owner, "x-amz-source-expected-bucket-owner"),
    ],
    ids=["bucket", "source"],
)
def test_expected_owner(check: object, name: str) -> None:
    """The expected owner is the bucket's (OWN-001..003, UPC-043)."""
    assert callable(check)
    check(asked({name: MAIN.id}), a_bucket())
    check(asked(), a_bucket())
    denied = (403, "AccessDenied", "Access Denied", ())
    assert refusal(lambda: check(asked({name: ALT.id}), a_bucket())) == denied
    text = "The value of the expected bucket owner parameter must be an AWS Account ID... [000]"
    found = refusal(lambda: check(asked({name: "000"}), a_bucket()))
    assert found == (400, "InvalidBucketOwnerAWSAccountID", text, ())
