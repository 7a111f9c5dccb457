"""Faults that public bug reports and suites of other servers tell of."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from conformance.faults import operations as op
from conformance.faults import switches as sw
from conformance.faults.catalogue.steps import alters_upload, has, made, refuses_if
from conformance.faults.edits import (
    element,
    ignores,
    misnames,
    pretends,
    says_element,
    takes_for,
)
from conformance.faults.model import (
    Fault,
    accepts,
    answers,
    forgets,
    loses,
    races,
    refuses,
)
from conformance.reference.domain.blob import Blob
from conformance.reference.domain.messages import Request, Response, S3Error
from conformance.reference.operations.uploads.common import remembered_upload
from conformance.reference.pipeline import Settled
from conformance.reference.rules.access import authorize

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK: Final = 8 * 1024 * 1024
_OFTEN: Final = 20
_PORT: Final = re.compile(r"(?<=[a-z0-9]):[0-9]+(?=/)")
_COPIED: Final = Response(body=b"<CopyPartResult><ETag>&quot;&quot;</ETag></CopyPartResult>")
_BEGUN: Final = Response(
    body=b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"
)


def _gone_is_completed(context: op.Completing) -> None:
    """Take an unknown or aborted upload for a completed one where the key has an object."""
    version = context.bucket.current(context.key)
    try:
        remembered_upload(context)
    except S3Error:
        if version is None:
            raise
    else:
        if context.upload.state != "aborted" or version is None:
            return
    others = context.bucket.uploads.values()
    context.found_upload = next(iter(others), None)
    context.version, context.replayed = version, True
    raise Settled


class _InPlace:
    """Stores parts as a server does that writes into one file while the body comes."""

    def __init__(self) -> None:
        self._ended: dict[tuple[str, int], datetime] = {}

    def store(self, context: op.UploadingPart, keep: sw.Step[op.UploadingPart]) -> None:
        """Leave the second half of a part that ended while this one came."""
        at = context.upload_id, context.part_number
        before = context.upload.parts.get(context.part_number)
        keep(context)
        if before is not None and self._ended.get(at, context.request.now) > context.request.now:
            part = made(context.part)
            half = part.size // 2
            mixed = Blob(part.blob.data[:half] + before.blob.data[half:])
            context.upload.parts[part.number] = replace(part, blob=mixed)
        self._ended[at] = datetime.now(UTC)


def _etag_of_chunks(context: op.UploadingPart) -> None:
    """Name a part that is larger than a chunk by another ETag in lists and in the object's."""
    part = made(context.part)
    if part.size > _CHUNK:
        changed = replace(part, etag=f"{part.etag[::-1]}")
        context.upload.parts[part.number] = changed


def _parent_is_object(context: op.Creating) -> bool:
    pieces = context.key.split("/")
    above = ("/".join(pieces[:end]) for end in range(1, len(pieces)))
    return any(context.bucket.current(key) is not None for key in above if key)


def _drop_below(context: op.Deleting) -> None:
    """End the uploads below a key that is deleted."""
    if context.key.endswith("/"):
        for upload in context.bucket.uploads.values():
            if upload.key.startswith(context.key):
                upload.state = "aborted"


class _Attempts:
    """How often each part was sent; so many are taken."""

    def __init__(self) -> None:
        self._sent: dict[tuple[str, int], int] = {}

    def too_many(self, context: op.UploadingPart) -> bool:
        """Count one more attempt; tell whether it is one too many."""
        place = (context.upload_id, context.part_number)
        self._sent[place] = self._sent.get(place, 0) + 1
        return self._sent[place] > _OFTEN


def _stored_size(request: Request, response: Response) -> Response:
    """Name the size of encrypted parts as stored, with what encryption adds."""
    if "x-amz-server-side-encryption-customer-key" not in request.headers:
        return response
    return element(response, "Size", lambda size: str(int(size) + 32))


def _keep_tags(context: op.Completing, effect: sw.Step[op.Completing]) -> None:
    before = context.bucket.current(context.key)
    effect(context)
    version = made(context.version)
    if before is not None and not version.tags:
        version.tags = before.tags


def _take_metadata(context: op.Completing) -> None:
    """Make the metadata of the completion those of the object."""
    version = made(context.version)
    given = context.request.headers.starting("x-amz-meta-")
    if given and version.metadata is not None:
        version.metadata = replace(version.metadata, user=tuple(given.items()))


def _writes_alone(context: op.Creating) -> None:
    """Ask for the permission to write, whatever else the create sets."""
    authorize(context.request, context.world, context.bucket, "s3:PutObject", context.key)


def _stranger(context: op.UploadContext) -> bool:
    caller = context.request.caller
    return caller is None or caller.id not in (
        context.upload.initiator.id,
        context.bucket.owner.id,
    )


def _over_locked(context: op.Completing) -> bool:
    current = context.bucket.current(context.key)
    return current is not None and current.lock is not None


def _reversed(when: Callable[[str], bool]) -> Callable[[str], str]:
    return lambda value: value[::-1] if when(value) else value


FAULTS: Final[tuple[Fault, ...]] = (
    accepts(
        "life.id-binds-parts/gone-as-completed",
        "A completion of an upload that is gone succeeds where an object is at the key",
        sw.Replace(op.COMPLETE, "remembered_upload", _gone_is_completed),
        known="E08",
    ),
    answers(
        "complete.etag-formula/of-chunks",
        "Parts above 8 MiB count in lists and in the object's ETag by their stored chunks",
        sw.After(op.PART, _etag_of_chunks),
        known="C02",
    ),
    refuses(
        "read.conditions/multipart-never-matches",
        "If-Match with the ETag of a multipart object is 412",
        takes_for(op.READS, "If-Match", _reversed(lambda value: "-" in value)),
    ),
    answers(
        "read.conditions/none-match-ignored",
        "If-None-Match with the object's ETag is answered with the object",
        ignores(op.READS, "If-None-Match"),
    ),
    refuses(
        "key.any/parent-is-object",
        "A key below the key of an object is rejected",
        sw.Insert(op.CREATE, refuses_if(_parent_is_object, "XMinioParentIsObject", 409)),
        known="F10",
    ),
    loses(
        "key.any/parent-deleted",
        "The deletion of a key that ends in a slash ends the uploads below it",
        sw.After(op.DELETE_OBJECT, _drop_below),
    ),
    accepts(
        "life.create-needs-query/any-post",
        "POST on a key is treated as a create, whatever its query",
        pretends(op.NONE, "MethodNotAllowed", _BEGUN),
    ),
    answers(
        "life.create-needs-query/other-code",
        "POST on a key without uploads is answered with 400",
        misnames(op.NONE, "MethodNotAllowed", "InvalidRequest", 400),
    ),
    accepts(
        "copy.source-name/empty-is-nothing",
        "An empty copy source makes a part without bytes",
        pretends(op.COPY, "InvalidArgument", _COPIED, says="Invalid copy source bucket name"),
    ),
    accepts(
        "part.no-metadata/ignored",
        "Metadata on a part are ignored",
        sw.Swallow(op.PART, "no_metadata"),
    ),
    refuses(
        "part.overwrite/counts-each",
        "A part number that was sent more than twenty times is rejected",
        sw.Insert(op.PART, refuses_if(_Attempts().too_many, "InvalidPart")),
    ),
    races(
        "race.part-complete/in-place",
        "A part that is sent twice at once has the first half of one body, the second of the other",
        sw.Instead(op.PART, _InPlace().store),
        known="E06",
    ),
    answers(
        "read.attributes/stored-size",
        "The attributes name the size of encrypted parts as stored",
        sw.Say(op.ATTRIBUTES, _stored_size),
    ),
    forgets(
        "complete.overwrites/keeps-tags",
        "An object that is completed over keeps its tags",
        sw.Instead(op.COMPLETE, _keep_tags),
    ),
    accepts(
        "obj.user-metadata/of-completion",
        "Metadata of the completion become those of the object",
        sw.After(op.COMPLETE, _take_metadata),
        should=True,
    ),
    loses(
        "part.cut-off/stored",
        "A part whose body breaks off is stored as far as it came",
        sw.Incomplete(),
    ),
    accepts(
        "acl.authorisation/tags-with-writing",
        "Whoever may write may set tags, retention and legal hold as well",
        sw.Replace(op.CREATE, "write_authorised", _writes_alone),
    ),
    refuses(
        "acl.authorisation/lists-for-two",
        "ListParts and AbortMultipartUpload are rejected although a policy allows them",
        sw.Insert((op.LIST_PARTS, op.ABORT), refuses_if(_stranger, "AccessDenied", 403)),
    ),
    refuses(
        "obj.lock/no-bypass",
        "A version under GOVERNANCE is kept although the caller may bypass it",
        sw.Deny(op.DELETE_OBJECT, has("x-amz-bypass-governance-retention"), 403, "AccessDenied"),
    ),
    refuses(
        "obj.lock/nothing-over-locked",
        "A completion over a locked version is rejected",
        sw.Insert(op.COMPLETE, refuses_if(_over_locked, "AccessDenied", 403)),
    ),
    answers(
        "complete.response/without-port",
        "Location leaves out the port",
        says_element(op.COMPLETE, "Location", lambda address: _PORT.sub("", address)),
        should=True,
    ),
    forgets(
        "obj.lock/hold-of-create",
        "A legal hold of the create does not hold the object",
        sw.After(
            op.CREATE,
            alters_upload(lock=lambda lock: lock and replace(lock, legal_hold=None)),
        ),
    ),
)
