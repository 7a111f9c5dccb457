"""What the sub-resource operations share: finding the version, trusting the body, no content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reference.messages import Response, S3Error
from conformance.reference.model.blob import Blob
from conformance.reference.model.checks import (
    authorised,
    body_sound,
    expected_owner,
    known_bucket,
    no_such_key,
)
from conformance.reference.model.pipeline import Context
from conformance.reference.model.xml import CONTENT_TYPE, document
from conformance.reference.rules.access import authorize
from conformance.reference.rules.checksum import (
    check_body_checksum,
    check_content_md5,
    parse_body_checksum,
    parse_content_md5,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.reference.messages import Request
    from conformance.reference.model.state import ObjectVersion, World
    from conformance.reference.model.xml import Node


class VersionContext(Context):
    """A request about one stored version of an object."""

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.found_version: ObjectVersion | None = None

    @property
    def version(self) -> ObjectVersion:
        """The version that ``stored_version`` found."""
        if self.found_version is None:
            raise LookupError("no check has looked for the version yet")
        return self.found_version


def stored_version(context: VersionContext) -> None:
    """NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker named by its id."""
    bucket, key = context.bucket, context.key
    version_id = context.request.query.get("versionId")
    if version_id is None:
        version = bucket.current(key)
        if version is None or version.delete_marker:
            raise no_such_key(key)
    else:
        version = bucket.version(key, version_id)
        if version is None:
            raise S3Error(
                404,
                "NoSuchVersion",
                "The specified version does not exist.",
                (("Key", key), ("VersionId", version_id)),
            )
        if version.delete_marker:
            raise S3Error(
                405,
                "MethodNotAllowed",
                "The specified method is not allowed against this resource.",
                (("Method", context.request.method), ("ResourceType", "DeleteMarker")),
                (("x-amz-delete-marker", "true"),),
            )
    context.found_version = version


def version_authorised(action: str) -> Callable[[VersionContext], None]:
    """Return the check that the caller may do ``action`` to the version, judged by its ACL.

    It stands before ``stored_version``, for who may not list a bucket learns nothing of its keys;
    a version that isn't there is judged as a missing key is.
    """

    def version_authorised(context: VersionContext) -> None:
        version_id = context.request.query.get("versionId")
        version = None if version_id is None else context.bucket.version(context.key, version_id)
        authorize(
            context.request,
            context.world,
            context.bucket,
            action,
            context.key,
            resource_acl=None if version is None else version.acl,
        )

    return version_authorised


def body_intact(context: Context) -> None:
    """BadDigest for a document that isn't what Content-MD5 or a checksum says (CK-024, UP-007)."""
    body = Blob(context.request.payload.data)
    check_content_md5(parse_content_md5(context.request), body, part=False)
    check_body_checksum(parse_body_checksum(context.request), body)


def reading(action: str) -> tuple[Callable[[Context], None], ...]:
    """Return the checks before a bucket's sub-resource is read or deleted."""
    return (known_bucket, expected_owner, authorised(action))


def writing(action: str) -> tuple[Callable[[Context], None], ...]:
    """Return the checks before the document of a bucket's sub-resource is looked at."""
    return (*reading(action), body_sound, body_intact)


def reading_version(action: str) -> tuple[Callable[[VersionContext], None], ...]:
    """Return the checks before an object's sub-resource is read or deleted."""
    return (known_bucket, expected_owner, version_authorised(action), stored_version)


def writing_version(action: str) -> tuple[Callable[[VersionContext], None], ...]:
    """Return the checks before the document of an object's sub-resource is looked at."""
    return (*reading_version(action), body_sound, body_intact)


def done(context: Context) -> Response:
    """200 without a body."""
    del context
    return Response()


def gone(context: Context) -> Response:
    """204 without a body."""
    del context
    return Response(status=204)


def xml_answer(
    root: str, children: Sequence[Node], headers: tuple[tuple[str, str], ...] = ()
) -> Response:
    """Return 200 with a document."""
    return Response(headers=(CONTENT_TYPE, *headers), body=document(root, children))


def version_headers(context: VersionContext) -> tuple[tuple[str, str], ...]:
    """Return x-amz-version-id where the bucket has, or had, versions."""
    if context.bucket.versioning is None:
        return ()
    return (("x-amz-version-id", context.version.version_id),)


def missing(code: str, message: str, bucket: str) -> S3Error:
    """Return the 404 for a sub-resource that was never put."""
    return S3Error(404, code, message, (("BucketName", bucket),))
