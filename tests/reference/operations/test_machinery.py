"""The pipeline, the routes, blobs and XML."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from conformance.reference import xml
from conformance.reference.domain.blob import Blob, combine, cut, digest_of
from conformance.reference.operations.uploads.complete import COMPLETE
from conformance.reference.registry import operations
from conformance.reference.routing import COPIES, IN_DIRECTORIES, ROUTES

from .kit import NOT_IMPLEMENTED, Client, etag, manifest, told


def test_every_route_has_its_operation() -> None:
    """No route leads nowhere, and no operation is out of reach."""
    routed = {name for level in ROUTES.values() for row in level.values() for name in row.values()}
    routed |= {"ListObjectsV2", "UploadPart", "ListDirectoryBuckets", *COPIES.values()}
    routed |= {f"directory.{name}" for name in IN_DIRECTORIES}
    assert routed == set(operations())


def test_checks_have_names_of_their_own() -> None:
    """A fault names a check: within an operation no two may share a name."""
    for operation in operations().values():
        names = [check.__name__ for check in operation.checks]
        assert len(names) == len(set(names)), operation.name
        assert "<lambda>" not in names


def test_dropping_a_check(s3: Client) -> None:
    """Without its check, an order that S3 refuses is taken."""
    upload = s3.begin()
    s3.part(upload, 1, b"x")
    twice = manifest([(1, etag(b"x"))] * 2)
    table = s3.service.operations
    lenient = COMPLETE.without("ascending").without("part_sizes")
    table["CompleteMultipartUpload"] = lenient
    assert s3.complete(upload, twice).status == 200
    assert len(COMPLETE.checks) == len(lenient.checks) + 2


def test_moving_and_replacing_checks(s3: Client) -> None:
    """Another order of checks is another answer."""
    names = [check.__name__ for check in COMPLETE.checks]
    moved = COMPLETE.moving("ascending", before="manifest")
    order = [check.__name__ for check in moved.checks]
    assert order.index("ascending") + 1 == order.index("manifest")
    assert sorted(order) == sorted(names)
    table = s3.service.operations
    table["CompleteMultipartUpload"] = COMPLETE.moving("manifest", before="known_bucket")
    assert s3.not_completed("unknown", b"<").code == "MalformedXML"

    def all_gone(_: object) -> None:
        raise replace_error

    replace_error = RuntimeError("replaced")
    table["CompleteMultipartUpload"] = COMPLETE.replacing("known_bucket", all_gone)
    with pytest.raises(RuntimeError, match="replaced"):
        s3.complete("any", b"")


@pytest.mark.parametrize("change", ["without", "replacing"])
def test_unknown_check(change: str) -> None:
    """A misspelt name is told with the names that there are."""
    with pytest.raises(KeyError, match="ascending"):
        getattr(COMPLETE, change)("descending")


def test_faults_stay_with_their_service(s3: Client) -> None:
    """The operation itself is frozen; only a table is changed."""
    with pytest.raises(AttributeError):
        COMPLETE.name = "other"  # type: ignore[misc] # this is what the test is about
    s3.service.operations.clear()
    assert operations()
    assert replace(COMPLETE, declaration=True) != COMPLETE


@pytest.mark.parametrize(
    ("method", "key", "query", "kind", "allow"),
    [
        ("PUT", "k", {"uploads": ""}, "UPLOADS", "POST"),
        ("POST", "k", {}, "OBJECT", "DELETE, GET, HEAD, PUT"),
        ("DELETE", None, {"uploads": ""}, "UPLOADS", "GET"),
        ("POST", "k", {"tagging": ""}, "TAGGING", "DELETE, GET, PUT"),
    ],
)
def test_method_not_allowed(
    s3: Client, method: str, key: str | None, query: dict[str, str], kind: str, allow: str
) -> None:
    """UP-016: 405 with the methods that there are."""
    error = s3.refused(method, key, query)
    assert (error.status, error.code) == (405, "MethodNotAllowed")
    assert error.fields == (("Method", method), ("ResourceType", kind))
    assert error.headers == (("Allow", allow),)


@pytest.mark.parametrize(
    ("key", "name"), [(None, "cors"), (None, "website"), ("k", "restore"), ("k", "renameObject")]
)
def test_not_implemented(s3: Client, key: str | None, name: str) -> None:
    """DIR-036: a sub-resource of S3 that is not offered here is never taken for something else."""
    error = s3.refused("PUT", key, {name: ""})
    assert told(error) == (501, "NotImplemented", NOT_IMPLEMENTED)
    assert error.fields == (("QueryParameter", name),)


@pytest.mark.parametrize(
    "query", [{"acl": "", "tagging": ""}, {"uploadId": "x", "acl": ""}, {"uploads": "", "acl": ""}]
)
def test_conflicting_subresources(s3: Client, query: dict[str, str]) -> None:
    """XML-019."""
    error = s3.refused("GET", "k", query)
    assert (error.status, error.code) == (400, "InvalidArgument")
    assert error.message == f"Conflicting query string parameters: {', '.join(sorted(query))}"


def test_other_parameters_are_ignored(s3: Client) -> None:
    """What S3 does not know it does not heed."""
    s3.put("k", b"x")
    assert s3.get("k", {"x-id": "GetObject", "colour": "red"}).body == b"x"


DATA = bytes(range(256)) * 40


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME"])
def test_combined_checksums(algorithm: str) -> None:
    """The CRC of a whole is combined from its pieces, empty ones and none included."""
    edges = [0, 0, 1, 700, 700, 10_000, len(DATA)]
    blobs = [Blob(DATA[first:last]) for first, last in pairwise(edges)]
    assert combine(algorithm, blobs) == digest_of(algorithm, DATA)
    assert combine(algorithm, []) == digest_of(algorithm, b"")


def test_cutting_blobs() -> None:
    """Every cut over three blobs is what a slice of the whole would be."""
    blobs = [Blob(b"abc"), Blob(b""), Blob(b"defg"), Blob(b"h")]
    for first in range(9):
        for length in range(10):
            assert cut(blobs, first, length) == b"abcdefgh"[first : first + length]
    assert cut([Blob(DATA)], 0, len(DATA)) == DATA


def test_digests_are_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A blob remembers what it was asked."""
    blob = Blob(b"x")
    first = blob.digest("MD5")
    monkeypatch.setattr("conformance.reference.domain.blob.digest_of", None)
    assert blob.digest("MD5") is first


def test_escaping() -> None:
    """LP-019, LMU-015: quotes and control characters."""
    assert xml.escape("<a & \"b\"> 'c' \t\x01\x7f é") == (
        "&lt;a &amp; &quot;b&quot;&gt; 'c' &#x9;&#x1;&#x7f; é"
    )
    nested = xml.document("A", [("B", [("C", "")]), ("D", "x")], namespace=False)
    assert nested == b'<?xml version="1.0" encoding="UTF-8"?>\n<A><B><C></C></B><D>x</D></A>'


def test_dates() -> None:
    """Milliseconds in documents, GMT in headers."""
    moment = datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC)
    assert xml.iso8601(moment) == "2026-01-02T03:04:05.678Z"
    assert xml.http_date(moment) == "Fri, 02 Jan 2026 03:04:05 GMT"
