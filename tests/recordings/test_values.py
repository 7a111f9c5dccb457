"""`Names`: which values mean the same though they differ."""

from __future__ import annotations

import pytest

from conformance.recordings.values import Names

MD5 = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"
VERSIONS = ("EfbMpEhC89NsoPv1M6zDVJl_wrd8Htfp", "ODkDQmoS38n66h4zpznlgkbNLxhxn.MF")


@pytest.mark.parametrize(
    ("name", "recorded", "own"),
    [
        ("RequestId", "5N922JSJNN2AZHFZ", "B2X1PRF3RD3YSFRR"),
        ("LastModified", "2026-04-03T07:34:23.000Z", "2030-01-01T00:00:00.000Z"),
        ("last-modified", "Fri, 03 Apr 2026 07:34:23 GMT", "Tue, 01 Jan 2030 00:00:00 GMT"),
        ("x-amz-version-id", *VERSIONS),
        ("ETag", f'"{MD5}-2"', f'"{OTHER}-2"'),
        ("Message", "one", "one"),
    ],
)
def test_the_same(name: str, recorded: str, own: str) -> None:
    """Values that every answer has anew are the same in every answer of that form."""
    assert Names().same(name, recorded, own)


@pytest.mark.parametrize(
    ("name", "recorded", "own"),
    [
        ("RequestId", "5N922JSJNN2AZHFZ", "short"),
        ("LastModified", "2026-04-03T07:34:23.000Z", "2026-04-03T07:34:23Z"),
        ("x-amz-version-id", VERSIONS[0], "null"),
        ("ETag", f'"{MD5}-2"', f'"{OTHER}-3"'),
        ("ETag", f'"{MD5}"', f"&quot;{OTHER}&quot;"),
        ("ETag", f'"{MD5}"', OTHER),
        ("Message", "one", "two"),
        ("content-length", "44", "45"),
    ],
)
def test_another(name: str, recorded: str, own: str) -> None:
    """A value of another form, or one that depends on the request alone, is another."""
    assert not Names().same(name, recorded, own)


def test_an_id_stays_the_same() -> None:
    """An id that stood for another before stands for it later, too, and for no third."""
    names = Names()
    assert names.same("VersionId", VERSIONS[0], VERSIONS[1])
    assert names.same("x-amz-version-id", VERSIONS[0], VERSIONS[1])
    assert not names.same("VersionId", VERSIONS[0], VERSIONS[1][::-1])
    assert not names.same("VersionId", VERSIONS[0][::-1], VERSIONS[1])


def test_the_etag_of_known_bytes_is_no_other() -> None:
    """Where the recording holds the bytes, their MD5 is known."""
    names = Names(known_etags=frozenset({MD5}))
    assert names.same("etag", f'"{MD5}"', f'"{MD5}"')
    assert not names.same("etag", f'"{MD5}"', f'"{OTHER}"')


def test_a_checksum_of_unknown_bytes_has_its_length_alone() -> None:
    """A checksum of bytes that no recording shows is compared by its form."""
    names = Names(known_content=False)
    assert names.same("ChecksumCRC32", "LIWRjQ==", "AAAAAA==")
    assert not names.same("ChecksumCRC32", "LIWRjQ==", "AAAAAAAAAAA=")
    assert not Names().same("ChecksumCRC32", "LIWRjQ==", "AAAAAA==")


def test_a_location_but_for_the_host() -> None:
    """Scheme and path of a location count, the bucket's own name for the recorded one."""
    names = Names(ours={"recorded": "mine"})
    recorded = "https://s3.amazonaws.com/recorded/key"
    assert names.same("Location", recorded, "https://127.0.0.1:8443/mine/key")
    assert not names.same("Location", recorded, "http://127.0.0.1:8080/mine/key")
    assert not names.same("Location", recorded, "https://127.0.0.1:8443/recorded/key")


def test_translates_the_longest_first() -> None:
    """A value that is part of another does not spoil it."""
    assert Names(ours={"ab": "X", "abc": "Y"}).translate("abc ab") == "Y X"
