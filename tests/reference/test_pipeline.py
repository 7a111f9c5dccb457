"""Checks by their names: dropped, moved, replaced; and what a table of operations may lose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.reference.operations.uploads.complete import COMPLETE
from conformance.reference.registry import operations

from .operations.kit import Client, etag, manifest


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
