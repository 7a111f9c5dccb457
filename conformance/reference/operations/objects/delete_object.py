"""DeleteObject and DeleteObjects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.domain.versions import delete, delete_version
from conformance.reference.operations.body import (
    Body,
    checksum_matches,
    claimed_checksum,
    content_md5,
)
from conformance.reference.operations.checks import (
    body_sound,
    expected_owner,
    key_length,
    known_bucket,
    no_such_key,
)
from conformance.reference.operations.conditions import precondition_failed, unquoted
from conformance.reference.operations.reading import ReadContext, version_id_syntax
from conformance.reference.pipeline import Context, Operation
from conformance.reference.routing import not_implemented
from conformance.reference.rules.access import authorize
from conformance.reference.rules.checksum import check_document_md5
from conformance.reference.rules.documents import (
    child_text,
    children,
    flag,
    malformed_xml,
    parse_xml,
)
from conformance.reference.rules.lock import check_deletable
from conformance.reference.xml import CONTENT_TYPE, boolean, document

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Bucket, World
    from conformance.reference.operations.reading import Headers
    from conformance.reference.xml import Node

_EXPRESS_ONLY: Final = ("x-amz-if-match-last-modified-time", "x-amz-if-match-size")
_MOST: Final = 1000
"""Keys of one DeleteObjects."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What one deletion did."""

    version_id: str | None = None
    """Of the version deleted for good, or of the delete marker that was left."""
    marker: bool = False
    """A delete marker was left, or deleted."""


class Deleting(ReadContext):
    """A request to delete one object or version."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.deleted = Deleted()


class DeletingMany(Context):
    """A request to delete a list of objects."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.body = Body(request)
        self.wanted: list[tuple[str, str | None]] = []
        self.quiet = False
        self.results: list[Node] = []


def general_purpose_only(context: Deleting) -> None:
    """501 for conditions of directory buckets (DIR-025)."""
    for name in _EXPRESS_ONLY:
        if name in context.request.headers:
            raise not_implemented(("Header", name))


def may_delete(context: Deleting) -> None:
    """AccessDenied unless the caller may delete the object, or that version of it."""
    _authorise(context, context.key, context.version_id)


def precondition(context: Deleting) -> None:
    """Hold If-Match against the current version; ``*`` asks that there is one."""
    match = context.request.headers.get("If-Match")
    if match is None:
        return
    current = context.peek()
    if current is None or current.delete_marker:
        raise no_such_key(context.key)
    if match.strip() != "*" and unquoted(match) != current.etag:
        raise precondition_failed("If-Match")


def not_held(context: Deleting) -> None:
    """AccessDenied for a version that Object Lock holds; a delete marker may always be put."""
    _check_held(context, context.key, context.version_id)


def remove(context: Deleting) -> None:
    """Delete; what does not exist counts as deleted."""
    context.deleted = _remove(context, context.key, context.version_id)


def render(context: Deleting) -> Response:
    """204, with the version that went or the delete marker that came."""
    headers: Headers = ()
    if context.deleted.marker:
        headers += (("x-amz-delete-marker", "true"),)
    if context.deleted.version_id is not None:
        headers += (("x-amz-version-id", context.deleted.version_id),)
    return Response(status=204, headers=headers)


def digest_given(context: DeletingMany) -> None:
    """InvalidRequest without Content-MD5 or a checksum."""
    if context.body.md5 is None and context.body.checksum is None:
        text = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
        raise S3Error(400, "InvalidRequest", text)


def md5_matches(context: DeletingMany) -> None:
    """BadDigest for another MD5 than the body's."""
    check_document_md5(context.body.md5, context.body.blob)


def listed_keys(context: DeletingMany) -> None:
    """MalformedXML for what is no Delete document of 1 to 1,000 objects."""
    root = parse_xml(context.body.blob.data, "Delete")
    context.quiet = flag(child_text(root, "Quiet"))
    for entry in children(root, "Object"):
        key = child_text(entry, "Key")
        if not key:
            raise malformed_xml()
        context.wanted.append((key, child_text(entry, "VersionId") or None))
    if not 1 <= len(context.wanted) <= _MOST:
        raise malformed_xml()
    # What is named twice is deleted once, and what leaves delete markers comes first (MS-059).
    context.wanted = sorted(dict.fromkeys(context.wanted), key=lambda one: one[1] is not None)


def remove_all(context: DeletingMany) -> None:
    """Delete one by one; each has its own outcome, and none stops the others."""
    for key, version_id in context.wanted:
        try:
            _authorise(context, key, version_id)
            _check_held(context, key, version_id)
        except S3Error as error:
            context.results.append(("Error", _failure(key, version_id, error)))
            continue
        deleted = _remove(context, key, version_id)
        if not context.quiet:
            context.results.append(("Deleted", _success(key, version_id, deleted)))


def render_all(context: DeletingMany) -> Response:
    """Answer 200 with a DeleteResult, the last answer of its connection."""
    return Response(
        headers=(CONTENT_TYPE,),
        body=document("DeleteResult", context.results),
        chunked=True,
        closing=True,
    )


def _authorise(context: Context, key: str, version_id: str | None) -> None:
    action = "s3:DeleteObject" if version_id is None else "s3:DeleteObjectVersion"
    authorize(context.request, context.world, context.bucket, action, key)


def _check_held(context: Context, key: str, version_id: str | None) -> None:
    version = None if version_id is None else context.bucket.version(key, version_id)
    if version is not None:
        check_deletable(version.lock, context.request)


def _remove(context: Context, key: str, version_id: str | None) -> Deleted:
    bucket: Bucket = context.bucket
    if version_id is not None:
        gone = delete_version(bucket, key, version_id, world=context.world)
        return Deleted(version_id, gone is not None and gone.delete_marker)
    owner = context.request.caller or bucket.owner
    marker = delete(bucket, key, owner=owner, now=context.request.now, world=context.world)
    return Deleted() if marker is None else Deleted(marker.version_id, marker=True)


def _success(key: str, version_id: str | None, deleted: Deleted) -> list[Node]:
    children: list[Node] = [("Key", key)]
    if version_id is not None:
        children.append(("VersionId", version_id))
    if deleted.marker:
        children.append(("DeleteMarker", boolean(True)))
        children.append(("DeleteMarkerVersionId", deleted.version_id or ""))
    return children


def _failure(key: str, version_id: str | None, error: S3Error) -> list[Node]:
    children: list[Node] = [("Key", key)]
    if version_id is not None:
        children.append(("VersionId", version_id))
    return [*children, ("Code", error.code), ("Message", error.message)]


DELETE_OBJECT: Final = Operation(
    name="DeleteObject",
    context=Deleting,
    checks=(
        general_purpose_only,
        known_bucket,
        expected_owner,
        key_length,
        version_id_syntax,
        may_delete,
        precondition,
        not_held,
    ),
    effect=remove,
    render=render,
)

DELETE_OBJECTS: Final = Operation[DeletingMany](
    name="DeleteObjects",
    context=DeletingMany,
    checks=(
        known_bucket,
        expected_owner,
        content_md5,
        body_sound,
        claimed_checksum,
        digest_given,
        md5_matches,
        checksum_matches,
        listed_keys,
    ),
    effect=remove_all,
    render=render_all,
)
