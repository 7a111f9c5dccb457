"""The steps that most stories begin with, in their shortest form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.properties.story import StepTree, step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.catalog.model import Tree

OK: Final[Mapping[str, Tree]] = {"status": 200}


def create(
    members: Mapping[str, Tree] | None = None, save: str = "upload", must: Tree = None
) -> StepTree:
    """Begin an upload and save its id."""
    return step(
        "CreateMultipartUpload", members, save={save: "UploadId"}, must=must or {"status": 200}
    )


def part(
    number: int,
    body: Tree,
    *,
    upload: str = "$upload",
    more: Mapping[str, Tree] | None = None,
    must: Tree = None,
) -> StepTree:
    """Upload a part; by default it must be accepted."""
    members: dict[str, Tree] = {"UploadId": upload, "PartNumber": number, "Body": body}
    return step("UploadPart", {**members, **(more or {})}, must=must or {"status": 200})


def complete(
    parts: Sequence[Tree],
    *,
    upload: str = "$upload",
    more: Mapping[str, Tree] | None = None,
    must: Tree = None,
) -> StepTree:
    """Complete with a list of parts; by default it must be accepted."""
    members: dict[str, Tree] = {"UploadId": upload, "MultipartUpload": {"Parts": list(parts)}}
    return step(
        "CompleteMultipartUpload", {**members, **(more or {})}, must=must or {"status": 200}
    )


def listed(number: int, body: Tree) -> Tree:
    """Return the entry of a completion for a part with that body."""
    return {"PartNumber": number, "ETag": {"etag": body}}


def get(must: Tree, members: Mapping[str, Tree] | None = None) -> StepTree:
    """Read the object."""
    return step("GetObject", members, must=must)


def reads(body: Tree) -> dict[str, Tree]:
    """Return the expectation of a read of just those bytes."""
    return {"status": 200, "Body": {"bytes_of": body}}


def no_uploads() -> StepTree:
    """Check that there is no upload under the test's prefix, which ends in a slash."""
    return step(
        "ListMultipartUploads",
        {"Prefix": "$prefix"},
        must={"status": 200, "Uploads": {"absent": True}},
    )
