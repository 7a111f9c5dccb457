"""Which operation a request is, and what is no operation at all."""

from __future__ import annotations

import pytest

from conformance.reference.registry import operations
from conformance.reference.routing import COPIES, IN_DIRECTORIES, ROUTES

from .operations.kit import NOT_IMPLEMENTED, Client, told


def test_every_route_has_its_operation() -> None:
    """No route leads nowhere, and no operation is out of reach."""
    routed = {name for level in ROUTES.values() for row in level.values() for name in row.values()}
    routed |= {"ListObjectsV2", "UploadPart", "ListDirectoryBuckets", *COPIES.values()}
    routed |= {f"directory.{name}" for name in IN_DIRECTORIES}
    assert routed == set(operations())


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
