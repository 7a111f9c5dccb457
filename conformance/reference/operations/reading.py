"""Finding a version to read, and the headers by which a read describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.reference.domain.messages import S3Error
from conformance.reference.domain.versions import NULL, is_version_id
from conformance.reference.operations.checks import argument, marker_headers, no_such_key
from conformance.reference.operations.copy_source import no_such_version
from conformance.reference.pipeline import Context
from conformance.reference.rules.access import authorize
from conformance.reference.rules.conditions import check_read
from conformance.reference.rules.sse import check_read_encryption
from conformance.reference.xml import http_date, quoted

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request
    from conformance.reference.domain.state import Bucket, ObjectVersion, World

Headers = tuple[tuple[str, str], ...]


class ReadContext(Context):
    """A request about one stored version."""

    action = "s3:GetObject"

    def __init__(self, request: Request, world: World) -> None:
        super().__init__(request, world)
        self.version_id = request.query.get("versionId")
        self.found_version: ObjectVersion | None = None

    @property
    def version(self) -> ObjectVersion:
        """The version that ``known_version`` found."""
        if self.found_version is None:
            raise LookupError("no check has looked for the version yet")
        return self.found_version

    def peek(self) -> ObjectVersion | None:
        """Return what is there, a delete marker too, without a verdict."""
        if self.version_id is None:
            return self.bucket.current(self.key)
        return self.bucket.version(self.key, self.version_id)


def version_id_syntax(context: ReadContext) -> None:
    """InvalidArgument for a version id that is empty or was never given (MS-048, MS-049)."""
    given = context.version_id
    if given == "":
        raise argument("Version id cannot be the empty string", "versionId", "")
    if given is not None and given != NULL and not is_version_id(given):
        raise argument("Invalid version id specified", "versionId", given)


def read_authorised(context: ReadContext) -> None:
    """AccessDenied; to who may not list the bucket also for a key that isn't there (AUTH-014)."""
    version = context.peek()
    authorize(
        context.request,
        context.world,
        context.bucket,
        context.action,
        context.key,
        resource_acl=None if version is None else version.acl,
    )


def known_version(context: ReadContext) -> None:
    """NoSuchKey and NoSuchVersion (GP-006); a delete marker is named by its headers.

    Asked for by its id, a delete marker allows nothing but its deletion: MethodNotAllowed.
    """
    version = context.peek()
    if version is None:
        if context.version_id is None:
            raise no_such_key(context.key)
        raise no_such_version(context.key, context.version_id)
    if version.delete_marker:
        raise _delete_marker(context, version)
    context.found_version = version


def read_encryption(context: ReadContext) -> None:
    """Refuse missing, wrong and needless customer keys, and unusable KMS keys (SSEC-016..018)."""
    check_read_encryption(context.request, context.version.encryption, context.world)


def read_conditions(context: ReadContext) -> None:
    """412 and 304 for conditions on the ETag and the date."""
    check_read(context.request, context.version.etag, context.version.modified)


def validators(version: ObjectVersion) -> Headers:
    """Return Last-Modified and the quoted ETag."""
    return (("Last-Modified", http_date(version.modified)), ("ETag", quoted(version.etag)))


def version_header(bucket: Bucket, version: ObjectVersion) -> Headers:
    """Return x-amz-version-id, ``null`` included, unless the bucket never had versions."""
    if bucket.versioning is None:
        return ()
    return (("x-amz-version-id", version.version_id),)


def _delete_marker(context: ReadContext, version: ObjectVersion) -> S3Error:
    if context.version_id is None:
        return no_such_key(context.key, version)
    return S3Error(
        405,
        "MethodNotAllowed",
        "The specified method is not allowed against this resource.",
        (("Method", context.request.method), ("ResourceType", "DeleteMarker")),
        (
            *marker_headers(version),
            ("Allow", "DELETE"),
            ("Last-Modified", http_date(version.modified)),
        ),
    )
