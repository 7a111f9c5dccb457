"""What the sub-resource operations share: their first checks, and their plainest answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reference.domain.blob import Blob
from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.operations.checks import (
    authorised,
    body_sound,
    expected_owner,
    known_bucket,
)
from conformance.reference.operations.reading import (
    known_version,
    version_header,
    version_id_syntax,
)
from conformance.reference.rules.access import authorize
from conformance.reference.rules.checksum import (
    check_body_checksum,
    check_document_md5,
    parse_body_checksum,
    parse_content_md5,
)
from conformance.reference.xml import CONTENT_TYPE, document

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.reference.operations.reading import Headers, ReadContext
    from conformance.reference.pipeline import Context
    from conformance.reference.rules.tagging import Tags
    from conformance.reference.xml import Node


def version_authorised(action: str) -> Callable[[ReadContext], None]:
    """Return the check that the caller may do ``action`` to the version, tested by its ACL.

    It stands before ``known_version``, for who may not list a bucket learns nothing of its keys.
    """

    def version_authorised(context: ReadContext) -> None:
        version = context.peek()
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
    """BadDigest for a document that isn't what Content-MD5 or a checksum says (CK-024, MS-043)."""
    body = Blob(context.request.payload.data)
    check_document_md5(parse_content_md5(context.request), body)
    check_body_checksum(parse_body_checksum(context.request), body)


def reading(action: str) -> tuple[Callable[[Context], None], ...]:
    """Return the checks before a bucket's sub-resource is read or deleted."""
    return (known_bucket, expected_owner, authorised(action))


def writing(action: str) -> tuple[Callable[[Context], None], ...]:
    """Return the checks before the document of a bucket's sub-resource is looked at."""
    return (*reading(action), body_sound, body_intact)


def reading_version(action: str) -> tuple[Callable[[ReadContext], None], ...]:
    """Return the checks before an object's sub-resource is read or deleted."""
    return (
        known_bucket,
        expected_owner,
        version_id_syntax,
        version_authorised(action),
        known_version,
    )


def writing_version(action: str) -> tuple[Callable[[ReadContext], None], ...]:
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
    root: str, children: Sequence[Node], headers: Headers = (), *, typed: bool = False
) -> Response:
    """Return 200 with a document; S3 names the type of few of these (SA-357)."""
    kind = (CONTENT_TYPE,) if typed else ()
    return Response(headers=(*kind, *headers), body=document(root, children), chunked=True)


def version_headers(context: ReadContext) -> Headers:
    """Return x-amz-version-id where the bucket has, or had, versions."""
    return version_header(context.bucket, context.version)


def missing(code: str, message: str, bucket: str) -> S3Error:
    """Return the 404 for a sub-resource that was never put."""
    return S3Error(404, code, message, (("BucketName", bucket),))


def tag_set(tags: Tags) -> list[Node]:
    """Return tags as the content of ``<Tagging>``."""
    shown: list[Node] = [("Tag", [("Key", key), ("Value", value)]) for key, value in tags]
    return [("TagSet", shown)]
